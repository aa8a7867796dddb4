"""Nothing is public until a named person makes it so, and nothing that tells of a few incidents ever is."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hotspot.errors import ConflictError, NotFoundError, ParameterError
from hotspot.service import audience, publish
from hotspot.service.store import Store, StoredFile
from tests.service.conftest import NOW, clean_table
from tests.service.store.test_layers import record
from tests.service.test_publish import question

FIELDS = [
    {"name": "id", "type": "integer", "title": "Id"},
    {"name": "incidents", "type": "integer", "title": "Incidents", "unit": "incidents"},
    {"name": "expected", "type": "number", "title": "Expected", "unit": "incidents"},
    {"name": "change", "type": "integer", "title": "Change", "unit": "incidents"},
    {"name": "density", "type": "number", "title": "Density", "unit": "incidents per km²"},
]
WEEK = {
    "name": "week",
    "title": "Hours",
    "fields": [{"name": "hour", "unit": ""}, {"name": "incidents", "unit": "incidents"}],
    "rows": [[0, 5.0], [1, 0.0], [2, None]],
}


def layer(*counts: int | None, **changed: Any) -> Any:
    """A layer with a feature of each count, and two good hotspots."""
    known = {
        "fields": FIELDS,
        "hotspots": [
            {"rank": 1, "incidents": 12, "top_offences": "Theft 7, Burglary 5"},
            {"rank": 2, "incidents": 5, "top_offences": "Theft 5"},
        ],
        "provenance": {"parameters": {}},
    }
    return record("thefts", **{**known, **changed})


def features(*counts: float | None) -> list[dict[str, Any]]:
    return [
        {"id": i, "incidents": n, "expected": 0.5, "change": -2, "density": 3.0} for i, n in enumerate(counts)
    ]


def kept(store: Store, *counts: int | None, tables: list[Any] | None = None, **changed: Any) -> None:
    """Publish such a layer."""
    document = {"features": [{"properties": each} for each in features(*counts)]}
    files = {"features.geojson": StoredFile(json.dumps(document).encode(), "application/geo+json")}
    if tables:
        files["tables.json"] = StoredFile(json.dumps(tables).encode(), "application/json")
    store.layers.save(layer(*counts, **changed), files)


def test_a_layer_that_shows_none_or_five_and_more_may_be_public(store: Store) -> None:
    kept(store, 0, 5, 700, None, tables=[WEEK])
    opened = audience.open_to(store, "thefts", "public", by="  Duty analyst,\n Mapping ", now=NOW)
    by = "Duty analyst, Mapping"
    assert (opened.audience, opened.audience_by, opened.audience_at) == ("public", by, NOW)
    assert store.layers.get("thefts").audience == "public"


@pytest.mark.parametrize("count", [1, 4, 4.5, 0.2])
def test_a_feature_of_fewer_than_five_is_refused_with_the_remedy(store: Store, count: float) -> None:
    kept(store, 0, 5)
    assert audience.telling(layer(), features(0, 5, count, 9), []) == ["1 feature (incidents)"]


def test_estimates_differences_and_densities_are_no_numbers_of_incidents() -> None:
    assert audience.telling(layer(), features(5, 6), [WEEK]) == []


def test_hotspots_and_the_numbers_in_their_words_are_looked_at() -> None:
    few = [{"rank": 1, "incidents": 3, "top_offences": "Theft 3"}]
    assert audience.telling(layer(hotspots=few), [], []) == ["1 hotspot (incidents, top_offences)"]
    one = [{"rank": 1, "incidents": 1_012, "top_offences": "Theft 1,010, Arson, at night 2"}]
    assert audience.telling(layer(hotspots=one), [], []) == ["1 hotspot (top_offences)"]


def test_a_share_that_tells_of_a_few_is_looked_at() -> None:
    fields = [*FIELDS, {"name": "top_offence_share", "type": "number", "title": "Share", "unit": "share"}]
    rows = [{"incidents": 10, "top_offence_share": 0.8}, {"incidents": 10, "top_offence_share": 0.5}]
    assert audience.telling(layer(fields=fields), rows, []) == ["1 feature (top_offence_share)"]
    assert audience.telling(layer(fields=fields), [{"incidents": 10, "top_offence_share": 1.0}], []) == []


def test_tables_are_looked_at() -> None:
    few = {**WEEK, "rows": [[0, 5.0], [1, 0.25], [2, 3]]}
    assert audience.telling(layer(), [], [few]) == ["the table 'Hours': 2 rows (incidents)"]


@pytest.mark.parametrize(
    "changed",
    [
        {"area": "hull"},
        {"method": "near_repeat"},
        {"method": "scan"},
        {"method": "dbscan", "provenance": {"parameters": {"outline": "discs"}}},
        {"method": "hdbscan", "provenance": {"parameters": {"outline": "concave"}}},
    ],
)
def test_outlines_around_single_incidents_are_refused(changed: dict[str, Any]) -> None:
    (said,) = audience.telling(layer(**changed), [], [])
    assert "around" in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"question": {"harm": {"Murder": 5475, "*": 10}}}, "the harm of a place"),
        ({"method": "dual_kde"}, "the density of the incidents compared with"),
        ({"summary": {"left_out": {"outside_area": 3, "other_hours": 40}}}, "left out (outside area)"),
        ({"summary": {"placed": {"exact": {"incidents": 90}, "place": {"incidents": 1}}}}, "(place)"),
    ],
)
def test_what_tells_of_a_few_by_other_figures_is_refused(changed: dict[str, Any], said: str) -> None:
    (found,) = audience.telling(layer(**changed), [], [])
    assert said in found


def test_what_a_window_leaves_of_the_week_is_looked_at() -> None:
    fields = [{"name": name, "unit": "incidents"} for name in ("timed", "in_window")]
    table = {"title": "Best hours", "fields": fields, "rows": [[20, 18], [20, 15], [20, 20]]}
    assert audience.telling(layer(), [], [table]) == ["the table 'Best hours': 1 row (in_window)"]


def test_an_ellipse_around_many_is_not_refused() -> None:
    drawn = {"method": "dbscan", "provenance": {"parameters": {"outline": "ellipse"}}}
    assert audience.telling(layer(**drawn), [], []) == []


def test_a_refusal_gives_rule_values_and_remedy_and_changes_nothing(store: Store) -> None:
    kept(store, 1, 2, 9, tables=[{**WEEK, "rows": [[0, 1.0]]}])
    with pytest.raises(ConflictError) as refused:
        audience.open_to(store, "thefts", "public", by="Duty analyst")
    for part in ("1 to 4 incidents", "2 features (incidents)", "'Hours': 1 row", "larger cells"):
        assert part in str(refused.value)
    assert store.layers.get("thefts").audience == "local"


def test_a_real_layer_of_large_cells_and_many_incidents_may_be_public(store: Store, staged) -> None:
    rng = np.random.default_rng(7)
    n = 9_000
    when = pd.Series(pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.arange(n) * 29, unit="min"))
    frame = clean_table(
        [str(i) for i in range(n)],
        lon=-88.20 - 0.02 * rng.random(n),
        lat=17.49 + 0.02 * rng.random(n),
        occurred_from=when,
        occurred_to=when,
        district="BZ-BZ",
    )
    store.imports.add(staged(frame, area="BZ", timezone="America/Belize"), now=NOW)
    large = publish.make_layer(store, question(parameters={"cell_size": 5000, "cells": "near"}), now=NOW)
    small = publish.make_layer(store, question(parameters={"cell_size": 200}), now=NOW)
    assert audience.open_to(store, large.id, "public", by="Duty analyst").audience == "public"
    with pytest.raises(ConflictError, match="features"):
        audience.open_to(store, small.id, "public", by="Duty analyst")


@pytest.mark.parametrize("by", ["", "   ", "\x00\u202e"])
def test_nobody_makes_nothing_public(store: Store, by: str) -> None:
    kept(store, 5)
    with pytest.raises(ParameterError, match="name and an office") as refused:
        audience.open_to(store, "thefts", "public", by=by)
    assert refused.value.parameter == "by"


def test_a_layer_is_taken_back_by_anybody_at_once(store: Store) -> None:
    kept(store, 5)
    audience.open_to(store, "thefts", "public", by="Duty analyst")
    back = audience.open_to(store, "thefts", "local")
    assert (back.audience, back.audience_by) == ("local", None)


def test_an_audience_or_a_layer_that_is_not_there_is_refused(store: Store) -> None:
    kept(store, 5)
    with pytest.raises(ParameterError, match="one of local, public; got 'press'"):
        audience.open_to(store, "thefts", "press", by="Duty analyst")
    with pytest.raises(ParameterError, match="at most 120 characters"):
        audience.open_to(store, "thefts", "public", by="x" * 121)
    with pytest.raises(NotFoundError):
        audience.open_to(store, "nothing", "public", by="Duty analyst")
