from __future__ import annotations

import dataclasses

import pytest

from hotspot.errors import ConflictError, NotFoundError
from hotspot.service.store import LayerRecord, Store, StoredFile
from hotspot.service.store.engine import StaleError
from hotspot.service.store.records import etag_of
from tests.service.conftest import NOW

FILES = {
    "features.geojson": StoredFile(b'{"type":"FeatureCollection","features":[]}', "application/geo+json"),
    "features.geojson.gz": StoredFile(b"\x1f\x8b...", "application/geo+json", gzipped=True),
}


def record(layer_id: str = "robbery-0123456789", **changed: object) -> LayerRecord:
    known = LayerRecord(
        id=layer_id,
        seq=0,
        title="Robbery “{{7*7}}”",
        method="gi_star",
        dataset="town",
        area="BZ/BZ-BZ",
        question={"dataset": "town"},
        summary={"incidents": 3},
        provenance={"warnings": ["thin"]},
        hotspots=[{"rank": 1, "share": 0.5}],
        fields=[{"name": "id", "type": "integer"}],
        bbox=(-88.5, 17.0, -88.0, 17.5),
        n_features=0,
        start=None,
        end="2026-10-31",
        content_hash="abc",
        created_at=NOW,
        published_at=NOW,
    )
    return dataclasses.replace(known, **changed)


def test_a_layer_comes_out_as_it_went_in(store: Store) -> None:
    saved = store.layers.save(record(), FILES)
    assert saved == record(seq=1, files=("features.geojson", "features.geojson.gz"))
    assert store.layers.get(saved.id) == saved
    assert store.layers.list() == (saved,)
    file = store.layers.file(saved.id, "features.geojson.gz")
    assert file == dataclasses.replace(FILES["features.geojson.gz"], etag=etag_of(file.data))


def test_the_latest_layer_comes_first(store: Store) -> None:
    for name in "abc":
        store.layers.save(record(name), FILES)
    assert [layer.id for layer in store.layers.list()] == ["c", "b", "a"]


def test_saving_the_same_layer_again_changes_nothing(store: Store) -> None:
    first = store.layers.save(record(), FILES)
    again = store.layers.save(record(title="another"), {})
    assert again == first


def test_a_layer_never_changes(store: Store) -> None:
    first = store.layers.save(record(), FILES)
    with pytest.raises(ConflictError, match="layers never change"):
        store.layers.save(record(content_hash="other"), FILES)
    assert store.layers.list() == (first,)


def test_a_withdrawn_layer_looks_as_if_it_had_never_been(store: Store) -> None:
    saved = store.layers.save(record(), FILES)
    hidden = store.layers.withdraw(saved.id, now=NOW)
    assert hidden.withdrawn_at == NOW
    assert store.layers.withdraw(saved.id).withdrawn_at == NOW
    assert store.layers.list() == ()
    for ask, unknown in (
        (lambda name: store.layers.get(name), "no published layer"),
        (lambda name: store.layers.file(name, "features.geojson"), "no file"),
    ):
        with pytest.raises(NotFoundError, match=unknown) as withdrawn:
            ask(saved.id)
        with pytest.raises(NotFoundError, match=unknown) as never:
            ask("never-published")
        assert str(withdrawn.value).replace(saved.id, "X") == str(never.value).replace("never-published", "X")
    assert store.layers.list(withdrawn=True) == (hidden,)
    assert store.layers.restore(saved.id) == saved


def test_saving_a_withdrawn_layer_shows_it_again(store: Store) -> None:
    saved = store.layers.save(record(), FILES)
    store.layers.withdraw(saved.id)
    assert store.layers.save(record(), FILES) == saved


def test_the_files_of_the_site_change_together_with_the_layer(store: Store) -> None:
    page = StoredFile(b"<p>one layer", "text/html")
    with pytest.raises(NotFoundError, match="first layer is published"):
        store.site.file("index.html")
    store.layers.save(record(), FILES, site_files={"index.html": page})
    assert store.site.file("index.html").data == page.data
    with pytest.raises(ConflictError):
        store.layers.save(
            record(content_hash="other"), FILES, site_files={"index.html": StoredFile(b"", "text/html")}
        )
    assert store.site.file("index.html").data == page.data
    store.site.save("index.html", StoredFile(b"new", "text/html"))
    assert store.site.file("index.html").data == b"new"


def test_a_layer_made_for_an_older_state_is_not_saved(store: Store) -> None:
    version = store.version()
    store.layers.save(record("first"), FILES)
    with pytest.raises(StaleError):
        store.layers.save(record("second"), FILES, version=version)
    assert [layer.id for layer in store.layers.list()] == ["first"]


def test_a_layer_without_features_has_no_box(store: Store) -> None:
    assert store.layers.save(record(bbox=None), FILES).bbox is None


def test_an_unknown_layer_cannot_be_withdrawn(store: Store) -> None:
    for change in (store.layers.withdraw, store.layers.restore):
        with pytest.raises(NotFoundError, match="no published layer"):
            change("nothing")
