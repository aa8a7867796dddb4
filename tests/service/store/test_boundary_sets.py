from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotspot.errors import BoundaryError, ConflictError, NotFoundError
from hotspot.places.boundary_files import read_boundaries
from tests.service.conftest import NOW

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.store import Store


def beats(folder: Path, *, name: str = "beats", height: float = 0.1) -> BoundarySet:
    """Two square beats side by side at Belize City."""

    def square(west: float) -> list[list[list[float]]]:
        east, south, north = west + 0.1, 17.4, 17.4 + height
        return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]

    features = [
        {
            "type": "Feature",
            "properties": {"beat": code},
            "geometry": {"type": "Polygon", "coordinates": square(west)},
        }
        for code, west in (("1", -88.3), ("2", -88.2))
    ]
    file = folder / "beats.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return read_boundaries(file, name=name)


def test_bundled_sets_are_known_by_country_in_either_case(store: Store) -> None:
    assert store.boundaries.canonical("bz") == "BZ"
    assert store.boundaries.load("bz").name == "BZ"
    assert store.boundaries.timezone("bz") == store.boundaries.load("BZ").timezone == "America/Belize"
    assert store.boundaries.is_bundled("BZ")
    belize = next(known for known in store.boundaries.list() if known.name == "BZ")
    assert (belize.title, belize.districts, belize.bundled) == ("Belize", 6, True)
    assert len(json.loads(store.boundaries.file("BZ").data)["features"]) == 6


def test_an_imported_set_comes_out_as_it_went_in(store: Store, tmp_path: Path) -> None:
    given = beats(tmp_path)
    saved = store.boundaries.save(given, now=NOW)
    assert (saved.name, saved.districts, saved.bundled, saved.created_at) == ("beats", 2, False, NOW)
    assert store.boundaries.list()[-1] == saved
    assert store.boundaries.canonical("beats") == "beats"
    back = store.boundaries.load("beats")
    assert store.boundaries.timezone("beats") == back.timezone
    assert (back.codes, back.names) == (given.codes, given.names)
    assert [shape.wkb for shape in back.geometry] == [shape.wkb for shape in given.geometry]
    assert len(json.loads(store.boundaries.file("beats").data)["features"]) == 2


def test_an_import_asks_for_the_zone_without_reading_outlines(settings) -> None:
    code = (
        "import sys\n"
        "from hotspot.service import intake\n"
        "from hotspot.service.settings import Settings\n"
        "from hotspot.service.store import Store\n"
        "with Store.open(Settings(data_dir=sys.argv[1])) as store:\n"
        "    store.boundaries.timezone('BZ')\n"
        "print([name for name in ('numpy', 'shapely', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(settings.data_dir)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_unknown_set_is_answered_with_the_known_ones(store: Store) -> None:
    for ask in (
        store.boundaries.load,
        store.boundaries.file,
        store.boundaries.canonical,
        store.boundaries.delete,
    ):
        with pytest.raises(NotFoundError, match=r"no boundaries 'XX'.*BZ"):
            ask("XX")


def test_a_set_that_places_incidents_is_neither_replaced_nor_deleted(store: Store, tmp_path: Path) -> None:
    store.boundaries.save(beats(tmp_path))
    store.datasets.ensure("town", area="beats")
    store.boundaries.save(beats(tmp_path))
    with pytest.raises(ConflictError, match=r"town.*cannot be replaced.*another name"):
        store.boundaries.save(beats(tmp_path, height=0.2))
    with pytest.raises(ConflictError, match=r"town.*cannot be deleted"):
        store.boundaries.delete("beats")
    store.datasets.delete("town")
    store.boundaries.save(beats(tmp_path, height=0.2))
    store.boundaries.delete("beats")
    assert all(record.bundled for record in store.boundaries.list())


def test_bundled_sets_are_neither_replaced_nor_deleted(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="comes with Hotspot"):
        store.boundaries.save(beats(tmp_path, name="bz"))
    with pytest.raises(BoundaryError, match="cannot be deleted"):
        store.boundaries.delete("BZ")
