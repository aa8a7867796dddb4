"""What the documents say of incidents: as many, as far and as long as there are."""

from __future__ import annotations

import numpy as np
from sqlalchemy import event

from hotspot.ogc.collection import CRS84, WEB_MERCATOR
from hotspot.service.incidents.collections import IncidentCollections
from hotspot.service.incidents.counts import Counts
from tests.service.conftest import clean_table


def test_a_collection_says_how_many_where_and_when(town, store) -> None:
    town()
    (described,) = IncidentCollections(store.engine).read().values()
    collection = described.collection
    assert collection.id == "incidents-town"
    assert collection.n_features == 6
    assert collection.bbox == (-88.21, 17.49, -88.18, 17.52)
    assert collection.interval == ("2026-03-01T00:30:00Z", "2026-03-04T12:00:00Z")
    assert collection.crs == (CRS84, WEB_MERCATOR, "http://www.opengis.net/def/crs/EPSG/0/32616")
    assert collection.rows_in_store
    assert not collection.is_public
    assert "America/Belize" in collection.description


def test_a_dataset_without_places_or_incidents_has_no_extent(town, store) -> None:
    town(clean_table([]), name="empty")
    town(clean_table(["1"], lon=np.nan, lat=np.nan, occurred_from=None, occurred_to=None), name="nowhere")
    for described in IncidentCollections(store.engine).read().values():
        assert (described.collection.bbox, described.collection.interval) == (None, None)
        assert described.collection.crs == (CRS84, WEB_MERCATOR)


def test_incidents_are_looked_through_again_after_an_import_only(town, store) -> None:
    town()
    collections = IncidentCollections(store.engine)
    collections.read()
    asked: list[str] = []
    event.listen(store.engine._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    store.datasets.ensure("town", title="The town")
    assert collections.read()["incidents-town"].collection.title == "Incidents of The town"
    assert not any("avg" in statement for statement in asked)
    town(clean_table(["x"], lat=18.0))
    assert collections.read()["incidents-town"].collection.n_features == 7
    assert any("avg" in statement for statement in asked)


def test_a_dataset_that_was_deleted_is_gone(town, store) -> None:
    town()
    collections = IncidentCollections(store.engine)
    assert collections.read()
    store.datasets.delete("town")
    assert collections.read() == {}


def test_what_is_kept_of_questions_is_bounded() -> None:
    counts = Counts()
    for number in range(2_000):
        counts.of(number, lambda: 1)
        counts.ended(number, 10, 10)
        counts.ended("one", number, number)
    assert counts.nearest(0, 10) == (0, 0)
    assert counts.nearest(1_999, 10) == (10, 10)
    assert counts.nearest("one", 2_000) == (1_023, 1_023)
