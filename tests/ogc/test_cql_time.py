"""Times lie to each other as the standard says: by hand, and as Allen's relations of intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ogc.filtered import matched


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("last_incident = DATE('2026-02-01')", [2, 5]),
        ("last_incident <> DATE('2026-02-01')", [1, 4, 6]),
        ("last_incident < DATE('2026-01-31')", [4, 6]),
        ("last_incident <= DATE('2026-01-31')", [1, 4, 6]),
        ("last_incident > DATE('2026-01-31')", [2, 5]),
        ("last_incident >= DATE('2026-01-31')", [1, 2, 5]),
        ("DATE('2026-01-31') < last_incident", [2, 5]),
        ("last_incident IN ('2026-01-31', '2024-02-29')", [1, 6]),
        ("last_incident BETWEEN '2026-01-01' AND '2026-02-01'", [1, 2, 5]),
        ("last_incident IS NULL", [3]),
        ("last_incident >= TIMESTAMP('2026-01-31T00:00:00Z')", [1, 2, 5]),
        ("last_incident > TIMESTAMP('2026-01-31T00:00:00Z')", [2, 5]),
        ("last_incident = last_incident", [1, 2, 4, 5, 6]),
        ("T_AFTER(last_incident, DATE('2026-01-31'))", [2, 5]),
        ("T_BEFORE(last_incident, DATE('2026-01-31'))", [4, 6]),
        ("T_DISJOINT(last_incident, DATE('2026-01-31'))", [2, 4, 5, 6]),
        ("T_EQUALS(last_incident, DATE('2026-01-31'))", [1]),
        ("T_EQUALS(last_incident, INTERVAL('2026-01-31', '2026-01-31'))", [1]),
        ("T_INTERSECTS(last_incident, DATE('2026-01-31'))", [1]),
        # A day is met by any moment of it.
        ("T_INTERSECTS(last_incident, TIMESTAMP('2026-01-31T18:00:00Z'))", [1]),
        ("T_INTERSECTS(last_incident, TIMESTAMP('2026-01-31T18:00:00-06:00'))", [2, 5]),
        ("T_INTERSECTS(last_incident, INTERVAL('2026-01-31', '..'))", [1, 2, 5]),
        ("T_INTERSECTS(INTERVAL('..', '2026-01-31'), last_incident)", [1, 4, 6]),
        ("T_INTERSECTS(last_incident, INTERVAL('..', '..'))", [1, 2, 4, 5, 6]),
        ("T_AFTER(DATE('2026-01-31'), last_incident)", [4, 6]),
        ("T_DURING(last_incident, INTERVAL('2026-01-01', '2026-02-01'))", [1]),
        ("T_CONTAINS(INTERVAL('2026-01-01', '2026-02-02'), last_incident)", [1, 2, 5]),
        ("T_STARTS(last_incident, INTERVAL('2026-02-01', '2026-03-01'))", [2, 5]),
        ("T_FINISHES(last_incident, INTERVAL('2026-01-01', '2026-02-01'))", [2, 5]),
        ("T_MEETS(last_incident, INTERVAL('2026-02-01', '2026-03-01'))", [2, 5]),
        ("NOT T_AFTER(last_incident, DATE('2026-01-31'))", [1, 4, 6]),
    ],
)
def test_times_by_hand(text: str, ranks: list[int]) -> None:
    assert matched(text) == ranks


class Ends(NamedTuple):
    """The starts and ends of two intervals."""

    a: int
    b: int
    c: int
    d: int


ALLEN: dict[str, Callable[[Ends], bool]] = {
    "T_AFTER": lambda e: e.a > e.d,
    "T_BEFORE": lambda e: e.b < e.c,
    "T_DISJOINT": lambda e: e.b < e.c or e.a > e.d,
    "T_EQUALS": lambda e: e.a == e.c and e.b == e.d,
    "T_INTERSECTS": lambda e: not (e.b < e.c or e.a > e.d),
    "T_CONTAINS": lambda e: e.a < e.c and e.b > e.d,
    "T_DURING": lambda e: e.a > e.c and e.b < e.d,
    "T_FINISHEDBY": lambda e: e.a < e.c and e.b == e.d,
    "T_FINISHES": lambda e: e.a > e.c and e.b == e.d,
    "T_MEETS": lambda e: e.b == e.c,
    "T_METBY": lambda e: e.a == e.d,
    "T_OVERLAPPEDBY": lambda e: e.c < e.a < e.d < e.b,
    "T_OVERLAPS": lambda e: e.a < e.c < e.b < e.d,
    "T_STARTEDBY": lambda e: e.a == e.c and e.b > e.d,
    "T_STARTS": lambda e: e.a == e.c and e.b < e.d,
}
"""What each function says of two intervals (OWL-Time), whatever their grain."""


@pytest.mark.parametrize("form", ["2026-01-{:02d}", "2026-01-{:02d}T06:00:00Z"], ids=["days", "moments"])
@pytest.mark.parametrize("name", ALLEN)
@given(first=st.tuples(*[st.integers(1, 5)] * 2), second=st.tuples(*[st.integers(1, 5)] * 2))
@settings(max_examples=60)
def test_all_fifteen_functions_are_those_of_allen(
    name: str, form: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    ends = Ends(*sorted(first), *sorted(second))
    a, b, c, d = (form.format(each) for each in ends)
    found = matched(f"{name}(INTERVAL('{a}', '{b}'), INTERVAL('{c}', '{d}'))")
    assert found == ([1, 2, 3, 4, 5, 6] if ALLEN[name](ends) else [])
