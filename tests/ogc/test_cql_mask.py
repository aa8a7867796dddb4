"""Filters are true of the right features: by hand, by plain Python, and by GDAL."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.ogc import cql
from hotspot.ogc.cql_mask import like_pattern
from hotspot.ogc.table import Table
from tests.ogc.filtered import FIELDS, ROWS, columns, feature, matched


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("incidents >= 7", [1, 2, 5]),
        # What is missing is unknown, and so is its contrary.
        ("NOT incidents >= 7", [4, 6]),
        ("incidents <> 7", [1, 4, 6]),
        ("incidents IS NULL", [3]),
        ("incidents IS NOT NULL", [1, 2, 4, 5, 6]),
        ("incidents = 7 OR incidents IS NULL", [2, 3, 5]),
        ("NOT (incidents = 7 AND rank = 3)", [1, 2, 4, 5, 6]),
        ("incidents > 100 OR rank = 3", [3]),
        ("incidents + 1 > 0 OR rank = 4", [1, 2, 4, 5, 6]),
        ("incidents BETWEEN 1 AND 7", [2, 4, 5]),
        ("incidents NOT BETWEEN 1 AND 7", [1, 6]),
        ("incidents BETWEEN 7 AND 1", []),
        ("incidents IN (7, 12)", [1, 2, 5]),
        ("incidents NOT IN (7, 12)", [4, 6]),
        ("district IN ('B1', '')", [1, 6]),
        ("district NOT IN ('B1')", [2, 3, 5, 6]),
        ("district = ''", [6]),
        ("district IS NULL", [4]),
        ("district > 'B1'", [2, 3, 5]),
        ("district LIKE 'B%'", [1]),
        ("district LIKE '_1'", [1]),
        ("district LIKE '%\\_%'", [5]),
        ("district LIKE '%100\\%'", [3]),
        ("district LIKE '%'", [1, 2, 3, 5, 6]),
        ("district NOT LIKE '%1%'", [2, 6]),
        ("district ILIKE 'b%'", [1, 5]),
        ("CASEI(district) IN (CASEI('GRÖSSE 100%'), CASEI('x'))", [3]),
        ("ACCENTI(district) LIKE 'Gro%'", [3]),
        ("pai = 2.5", [1, 5]),
        ("pai * 2 = incidents - 7", [1]),
        ("1 / pai > 0", [1, 5, 6]),
        ("1 / pai IS NULL", [2, 3]),
        ("rank % 4 = 1", [1, 5]),
        ("rank div 4 = 1", [4, 5, 6]),
        ("pai div 1 = -1", [4]),
        ("2 ^ rank = 8", [3]),
        ("12 = incidents", [1]),
        ("rank > pai", [3, 4, 5]),
        ("'København' LIKE 'K_benhavn'", [1, 2, 3, 4, 5, 6]),
        ("TRUE", [1, 2, 3, 4, 5, 6]),
        ("FALSE", []),
        ("NOT FALSE", [1, 2, 3, 4, 5, 6]),
        ("(rank > 3) = (pai > 0)", [3, 5, 6]),
    ],
)
def test_by_hand(text: str, ranks: list[int]) -> None:
    assert matched(text) == ranks


def test_a_collection_without_features_has_none_that_match() -> None:
    nothing = Table([], kinds={field.name: field.type for field in FIELDS})
    for text in (
        "rank = 1", "district LIKE 'B%'", "pai IN (1)", "S_INTERSECTS(geometry, POINT(0 0))", "TRUE",
        "T_AFTER(last_incident, DATE('2026-01-01'))", "CASEI(district) = 'x'", "geometry IS NULL",
        "last_incident IS NULL", "rank + 1 = 2",
    ):  # fmt: skip
        assert cql.read(text, fields=FIELDS).mask(nothing).shape == (0,), text


def test_a_column_of_nothing_but_gaps_is_unknown() -> None:
    bare = Table([feature(0, {"rank": 1})], kinds={field.name: field.type for field in FIELDS})
    for text in ("pai = 1", "district = 'B1'", "district LIKE '%'", "last_incident = DATE('2026-01-01')"):
        read = cql.read(text, fields=FIELDS)
        assert (
            read.mask(bare).tolist()
            == cql.read(f"NOT ({text})", fields=FIELDS).mask(bare).tolist()
            == [False]
        )


# A filter as text beside what plain Python says of one row: True, False or None for unknown.

Told = tuple[str, Callable[[dict[str, Any]], bool | None]]
COMPARE = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def written(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else repr(value)


def compared(name: str, op: str, value: Any) -> Told:
    def ask(row: dict[str, Any]) -> bool | None:
        return None if row[name] is None else COMPARE[op](row[name], value)

    return f"{name} {op} {written(value)}", ask


def between(name: str, low: float, high: float) -> Told:
    return (
        f"{name} BETWEEN {low} AND {high}",
        lambda row: None if row[name] is None else low <= row[name] <= high,
    )


def among(name: str, options: list[Any]) -> Told:
    text = f"{name} IN ({', '.join(map(written, options))})"
    return text, lambda row: None if row[name] is None else row[name] in options


def like(pattern: str) -> Told:
    signs = {"%": ".*", "_": "."}
    expression = re.compile("".join(signs.get(c, re.escape(c)) for c in pattern), re.DOTALL)

    def ask(row: dict[str, Any]) -> bool | None:
        return None if row["district"] is None else expression.fullmatch(row["district"]) is not None

    return f"district LIKE {quoted(pattern)}", ask


def missing(name: str) -> Told:
    return f"{name} IS NULL", lambda row: row[name] is None


def negated(told: Told) -> Told:
    text, ask = told

    def contrary(row: dict[str, Any]) -> bool | None:
        answer = ask(row)
        return None if answer is None else not answer

    return f"NOT ({text})", contrary


def joined(word: str, parts: list[Told]) -> Told:
    # Of true and unknown, and of false and unknown, what decides: the truth table of 21-065r2, 6.2.
    strong = word == "OR"

    def ask(row: dict[str, Any]) -> bool | None:
        answers = [part(row) for _, part in parts]
        if strong in answers:
            return strong
        return None if None in answers else not strong

    return f" {word} ".join(f"({text})" for text, _ in parts), ask


numbers = st.integers(-3, 14) | st.sampled_from([2.5, -1.5, 0.0])
words = st.sampled_from(["B1", "b_1", "O'Neil", "Größe 100%", "", "x"])
number_names, operators = st.sampled_from(["rank", "incidents", "pai"]), st.sampled_from(list(COMPARE))
patterns = st.text(st.sampled_from("%_B1b'eO0 "), max_size=6)
days = st.sampled_from(["2026-01-31", "2026-02-01", "2025-06-30", "2024-02-29"])
conditions = st.recursive(
    st.one_of(
        st.builds(compared, number_names, operators, numbers),
        st.builds(compared, st.just("district"), operators, words),
        st.builds(compared, st.just("last_incident"), operators, days),
        st.builds(between, number_names, numbers, numbers),
        st.builds(among, number_names, st.lists(numbers, min_size=1, max_size=4)),
        st.builds(among, st.just("district"), st.lists(words, min_size=1, max_size=4)),
        st.builds(like, patterns),
        st.builds(missing, st.sampled_from(["rank", "incidents", "pai", "district", "last_incident"])),
    ),
    lambda each: st.one_of(
        st.builds(negated, each),
        st.builds(joined, st.sampled_from(["AND", "OR"]), st.lists(each, min_size=2, max_size=3)),
    ),
    max_leaves=10,
)


@given(told=conditions)
@settings(max_examples=400)
def test_any_filter_is_true_of_what_plain_python_says(told: Told) -> None:
    text, ask = told
    assert matched(text) == [row["rank"] for row in ROWS if ask(row) is True], text


@pytest.fixture(scope="module")
def geopackage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same features as a GeoPackage."""
    path: Path = tmp_path_factory.mktemp("filters") / "features.gpkg"
    frame = pd.DataFrame(ROWS).astype({"incidents": "Int64"})
    gpd.GeoDataFrame(frame, geometry=list(columns().shapes), crs="EPSG:4326").to_file(path, engine="pyogrio")
    return path


@given(told=conditions)
@settings(max_examples=80, deadline=None)
def test_any_filter_is_true_of_what_gdal_says(geopackage: Path, told: Told) -> None:
    # To SQLite small and capital letters are the same in LIKE, here as ILIKE; it has no escapes unless asked.
    text = told[0].replace("\\\\", "\\")
    found = pyogrio.read_dataframe(geopackage, where=text, read_geometry=False)
    assert matched(text.replace(" LIKE ", " ILIKE ")) == found["rank"].tolist(), text


@given(
    pattern=st.text(st.sampled_from("%_ab\\"), max_size=10),
    text=st.text(st.sampled_from("ab%_"), max_size=12),
)
@settings(max_examples=500)
def test_patterns_match_as_a_slow_matcher_does(pattern: str, text: str) -> None:
    def slow(signs: str, rest: str) -> bool:
        if not signs:
            return not rest
        if signs[0] == "%":
            return any(slow(signs[1:], rest[cut:]) for cut in range(len(rest) + 1))
        if signs[0] == "\\" and len(signs) > 1:
            return rest[:1] == signs[1] and slow(signs[2:], rest[1:])
        return bool(rest) and signs[0] in ("_", rest[0]) and slow(signs[1:], rest[1:])

    assert (like_pattern(pattern).fullmatch(text) is not None) == slow(pattern, text)


def test_no_pattern_looks_back() -> None:
    # With looking back this takes longer than the age of the Earth.
    assert like_pattern("%a" * 60 + "b").fullmatch("a" * 5000) is None


def test_texts_are_compared_by_their_letters_however_they_are_composed_where_asked() -> None:
    split = unicodedata.normalize("NFD", "größe")
    assert matched(f"CASEI(district) LIKE CASEI('{split}%')") == [3]
    assert matched(f"district LIKE '{split}%'") == []


def test_a_mask_is_an_array_of_truth_values_one_a_feature() -> None:
    mask = cql.read("1 = 1", fields=FIELDS).mask(columns())
    assert (mask.dtype, mask.shape) == (np.dtype(bool), (6,))
