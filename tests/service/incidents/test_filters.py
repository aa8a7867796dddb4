"""Filters in SQL find what the same filters find in columns held in memory: two evaluations of one tree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.ogc.features import Features
from hotspot.service.incidents.conditions import glob
from hotspot.service.incidents.properties import FIELDS
from tests.service.conftest import clean_table
from tests.service.incidents.conftest import asked, ids

if TYPE_CHECKING:
    from hotspot.service.incidents.features import IncidentFeatures

WORDS = (
    "Theft",
    "theft",
    "Straße",
    "STRASSE",
    "Débit",
    "a*b",
    "a?b",
    "[x]",
    "100%",
    "a_b",
    "it's",
    "=1",
    "\\",
    "",
)
PLACES = [(-88.2, 17.5), (-88.1, 17.5), (-88.15, 17.55), (-88.2, 17.6), (-88.0, 17.4)]


def crowd() -> pd.DataFrame:
    """Sixty, each value missing now and then, none longer than a moment."""
    draw = np.random.default_rng(5)
    n = 60

    def some(values: Any) -> Any:
        return [None if draw.random() < 0.2 else values[draw.integers(len(values))] for _ in range(n)]

    when = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(draw.integers(0, 20, n) * 6, unit="h")
    known = draw.random(n) > 0.2
    where = [None if draw.random() < 0.2 else PLACES[draw.integers(len(PLACES))] for _ in range(n)]
    words = [word for word in WORDS if word]
    return clean_table(
        [str(i) for i in range(n)],
        occurred_from=pd.Series(when).dt.as_unit("us").where(known),
        occurred_to=pd.Series(when).dt.as_unit("us").where(known),
        reported_at=pd.Series(when + pd.to_timedelta(draw.integers(-3, 30, n), unit="h")).dt.as_unit("us"),
        offence=some(words),
        place=some(words),
        lon=[np.nan if point is None else point[0] for point in where],
        lat=[np.nan if point is None else point[1] for point in where],
    )


@pytest.fixture
def both(town) -> tuple[IncidentFeatures, Features]:
    """The same incidents in the store and in memory."""
    stored = town(crowd())
    return stored, Features(stored.found(asked(limit="10000")).lines, fields=FIELDS)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"


texts = st.sampled_from(["offence", "place", "district"])
numbers = st.sampled_from(["reported_after_h", "uncertain_h"])
signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
values = st.sampled_from(["-1", "0", "1.5", "6", "24", "1e300"])
moments = st.sampled_from(
    ["DATE('2026-03-02')", "TIMESTAMP('2026-03-01T12:00:00Z')", "TIMESTAMP('2026-03-03T00:00:00-06:00')"]
)
shapes = st.sampled_from(
    [
        "BBOX(-88.16, 17.4, -88.0, 17.55)",
        "ENVELOPE(-88.2, 17.5, -88.2, 17.5)",
        "POINT(-88.1 17.5)",
        "MULTIPOINT((-88.2 17.5), (-88.15 17.55))",
        "LINESTRING(-88.2 17.5, -88.2 17.6)",
        "POLYGON((-88.3 17.4, -88.1 17.5, -88.2 17.7, -88.3 17.4))",
        "MULTIPOLYGON(((-88.3 17.4, -88.1 17.5, -88.2 17.7, -88.3 17.4)), "
        "((-88 17.4, -87 17.4, -87 17.5, -88 17.4)))",
    ]
)
relations = st.sampled_from(
    ["INTERSECTS", "DISJOINT", "EQUALS", "TOUCHES", "WITHIN", "OVERLAPS", "CROSSES", "CONTAINS"]
)
whens = st.sampled_from(["T_AFTER", "T_BEFORE", "T_EQUALS", "T_INTERSECTS", "T_DISJOINT"])
patterns = st.text("Theft%_*?[]aßé\\x'", max_size=6).filter(
    # A stroke before a quotation mark is another way to write the mark.
    lambda text: not text.endswith("\\") and "\\'" not in text
)
sums = st.builds(
    "({} {} {})".format, numbers, st.sampled_from(["+", "-", "*", "/", "%", "div", "^"]), values | numbers
)
lists = st.lists(st.sampled_from(WORDS).map(quoted), min_size=1, max_size=3).map(", ".join)
starts = st.sampled_from(["..", "2026-03-01T00:00:00Z"])
atoms = st.one_of(
    st.builds("{} {} {}".format, texts, signs, st.sampled_from(WORDS).map(quoted)),
    st.builds("{} {} {}".format, texts, signs, texts),
    st.builds("{} {} {}".format, numbers | sums, signs, values),
    st.builds("{} LIKE {}".format, texts, patterns.map(lambda text: "'" + text.replace("'", "''") + "'")),
    st.builds("CASEI({}) = CASEI({})".format, texts, st.sampled_from(WORDS).map(quoted)),
    st.builds("ACCENTI(CASEI({})) LIKE ACCENTI(CASEI('%{}%'))".format, texts, st.sampled_from("tésß")),
    st.builds("{} IN ({})".format, texts, lists),
    st.builds("{} NOT BETWEEN {} AND {}".format, numbers, values, values),
    st.builds("{} IS NULL".format, texts | numbers | sums | st.sampled_from(["occurred", "geometry"])),
    st.builds("occurred {} {}".format, signs, moments),
    st.builds("{}(occurred, {})".format, whens, moments),
    st.builds("T_DURING(occurred, INTERVAL('{}', '2026-03-03T12:00:00Z'))".format, starts),
    st.builds("S_{}(geometry, {})".format, relations, shapes),
)  # fmt: skip
filters = st.recursive(
    atoms,
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("NOT ({})".format, inner)
    ),
    max_leaves=5,
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=filters)
def test_sql_and_columns_agree(both: tuple[IncidentFeatures, Features], text: str) -> None:
    wanted = asked(filter=text, limit="10000")
    stored, held = (each.found(wanted) for each in both)
    assert [json.loads(line)["id"] for line in stored.lines] == [
        json.loads(line)["id"] for line in held.lines
    ]
    assert stored.matched == held.matched


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=filters,
    sort=st.lists(st.sampled_from(["occurred", "-offence", "-uncertain_h"]), max_size=2, unique=True),
    box=st.sampled_from(["", "-88.16,17.4,-88,17.55"]),
    when=st.sampled_from(["", "2026-03-02/..", "2026-03-01T12:00:00Z/2026-03-03T00:00:00Z"]),
    page=st.tuples(st.integers(1, 20), st.integers(0, 30)),
)  # fmt: skip
def test_whole_queries_agree(
    both: tuple[IncidentFeatures, Features],
    text: str,
    sort: list[str],
    box: str,
    when: str,
    page: tuple[int, int],
) -> None:
    given = {"filter": text, "sortby": ",".join(sort), "bbox": box, "datetime": when}
    wanted = asked(
        limit=str(page[0]), offset=str(page[1]), properties="offence", **{n: v for n, v in given.items() if v}
    )
    stored, held = (each.found(wanted) for each in both)
    assert [json.loads(line) for line in stored.lines] == [json.loads(line) for line in held.lines]
    assert stored.matched == held.matched


def test_an_incident_that_lasted_is_asked_about_from_its_first_to_its_last_moment(town) -> None:
    # The third may have happened from 2 March, 12:00, to 4 March, 12:00, UTC.
    features = town()
    assert ids(features, filter="T_INTERSECTS(occurred, TIMESTAMP('2026-03-04T00:00:00Z'))") == [3]
    assert ids(features, filter="T_AFTER(occurred, TIMESTAMP('2026-03-02T12:00:00Z'))") == [5]
    assert ids(features, filter="T_INTERSECTS(occurred, INTERVAL('2026-03-03T12:00:00Z', '..'))") == [3]


def test_many_conditions_are_one_statement(town) -> None:
    features = town()
    some = " OR ".join(f"uncertain_h = {n}" for n in range(130))
    assert ids(features, filter=some) == [1, 2, 3, 4, 5]
    listed = ", ".join(f"'x{n}'" for n in range(2_000))
    assert ids(features, filter=f"place IN ('Queen St', {listed})") == [1]


def test_a_pattern_cannot_keep_the_store_busy(town) -> None:
    features = town(clean_table(["1"], place="a" * 5_000))
    assert ids(features, filter=f"place LIKE '{'%a' * 2_000}b'") == []


def test_a_filter_asks_only_of_what_is_allowed(town) -> None:
    features = town()
    for name in ("case_number", "victim_sex", "source_id", "dataset_id", "rowid", "lon"):
        with pytest.raises(ParameterError, match=name):
            ids(features, filter=f"{name} IS NULL")


@pytest.mark.parametrize(
    ("pattern", "globbed"),
    [("%", "*"), ("_", "?"), ("\\%", "%"), ("\\\\", "\\"), ("*?[]", "[*][?][[]]"), ("\n_", "\n?"), ("", "")],
)
def test_patterns_as_sqlite_knows_them(pattern: str, globbed: str) -> None:
    assert glob(pattern) == globbed
