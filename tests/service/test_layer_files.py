"""Files of layers and districts that are made once; the doors' tests ask for them over HTTP."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from hotspot.errors import NotFoundError
from hotspot.outputs.formats import FORMATS
from hotspot.service import layer_files
from hotspot.service.store import Store, StoredFile
from tests.service.conftest import NOW
from tests.service.store.test_boundary_sets import beats
from tests.service.store.test_layers import FILES, record


def test_text_gets_a_gzip_that_is_the_same_each_time() -> None:
    text = StoredFile(b"<kml>" * 1000, "application/vnd.google-earth.kml+xml")
    made = layer_files.with_gzip({"a.kml": text})
    assert made == layer_files.with_gzip({"a.kml": text})
    assert made["a.kml"] == text
    assert made["a.kml.gz"].gzipped
    assert gzip.decompress(made["a.kml.gz"].data) == text.data


@pytest.mark.parametrize(
    "file",
    [
        StoredFile(b"fgb" * 1000, "application/flatgeobuf"),
        StoredFile(b"SQLite" * 1000, "application/geopackage+sqlite3"),
        StoredFile(b"short", "text/csv; charset=utf-8"),
    ],
    ids=str,
)
def test_what_is_packed_already_or_short_gets_no_gzip(file: StoredFile) -> None:
    assert layer_files.with_gzip({"a": file}) == {"a": file}


def test_nothing_is_made_for_a_layer_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFoundError):
        layer_files.make_of_layer(store, "nobody-0", FORMATS["fgb"])
    name = store.layers.save(record(), FILES).id
    assert layer_files.find_of_layer(store, name, FORMATS["fgb"]) is None
    store.layers.withdraw(name, now=NOW)
    assert layer_files.find_of_layer(store, name, FORMATS["geojson"]) is None
    with pytest.raises(NotFoundError):
        layer_files.make_of_layer(store, name, FORMATS["fgb"])


def test_the_gzip_is_found_first_by_who_takes_it(store: Store) -> None:
    name = store.layers.save(record(), FILES).id
    kind = FORMATS["geojson"]
    plain = layer_files.find_of_layer(store, name, kind)
    packed = layer_files.find_of_layer(store, name, kind, gzipped=True)
    assert plain is not None and not plain.gzipped
    assert packed is not None and packed.gzipped


def test_districts_that_are_replaced_have_another_file(store: Store, tmp_path: Path) -> None:
    kind = FORMATS["gpkg"]
    store.boundaries.save(beats(tmp_path), now=NOW)
    assert layer_files.find_of_districts(store, "beats", kind) is None
    layer_files.make_of_districts(store, "beats", kind)
    first = layer_files.find_of_districts(store, "beats", kind)
    store.boundaries.save(beats(tmp_path, height=0.2), now=NOW)
    assert layer_files.find_of_districts(store, "beats", kind) is None
    layer_files.make_of_districts(store, "beats", kind)
    second = layer_files.find_of_districts(store, "beats", kind)
    assert first is not None and second is not None
    assert first.data != second.data


def test_districts_nobody_knows_are_refused_with_the_known_ones(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"There are: .*BZ"):
        layer_files.find_of_districts(store, "XX", FORMATS["gpkg"])
