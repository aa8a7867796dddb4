from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.guards import could_reach, enough_incidents, significant_cells
from hotspot.analysis.question import Question
from hotspot.errors import ThinDataError
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.permutation import DrawnSums
from hotspot.stats.significance import adjust, classes, two_sided_p


def ask(number: int, *, kind: str = "districts", force: bool = False, log: DecisionLog | None = None) -> bool:
    question = Question(area="BZ", offences=("Murder",), hours=(22, 6), start="2026-01-01")  # type: ignore[arg-type]
    return enough_incidents(
        number,
        kind=kind,
        question=question,
        left_out={"district_only": 9},
        force=force,
        log=log or DecisionLog(),
    )


@pytest.mark.parametrize(("kind", "needed"), [("districts", 30), ("hull", 60)])
def test_one_incident_fewer_than_enough_is_too_few(kind: str, needed: int) -> None:
    assert ask(needed, kind=kind) is False
    with pytest.raises(ThinDataError, match=f"at least {needed} usable incidents .* leaves {needed - 1}"):
        ask(needed - 1, kind=kind)


def test_the_answer_says_what_would_help() -> None:
    with pytest.raises(ThinDataError) as caught:
        ask(12)
    assert caught.value.remedies[0] == "Ask about a longer window."
    assert "Pool related offences." in caught.value.remedies
    assert "Locate the 9 incidents recorded without usable coordinates." in caught.value.remedies
    assert caught.value.remedies[-1] == "Or use counts by district instead of hotspots."
    assert "9 with only the district known" in caught.value.reason


def test_force_answers_and_says_so() -> None:
    log = DecisionLog()
    assert ask(12, force=True, log=log) is True
    assert log.warnings[0].startswith("Forced although the data are too thin.")


def test_no_force_makes_something_of_nothing() -> None:
    with pytest.raises(ThinDataError, match="leaves 0"):
        ask(0, force=True)


def test_cells_that_are_all_neighbours_can_never_be_significant() -> None:
    log = DecisionLog()
    with pytest.raises(ThinDataError, match="smaller cells"):
        significant_cells([9, 0, 0, 0], [4] * 4, adjustment="bh", chances=None, force=False, log=log)
    assert significant_cells([9, 0, 0, 0], [4] * 4, adjustment="bh", chances=None, force=True, log=log)
    assert len(log.warnings) == 1


def test_counts_that_do_not_differ_can_never_be_significant() -> None:
    assert could_reach([3] * 100, [9] * 100) is False
    assert could_reach([], []) is False


def test_one_full_cell_among_empty_ones_is_no_pattern_by_exact_chances() -> None:
    # Nine neighbourhoods of a hundred hold it: p is 0.18, where the normal approximation has z = 3.2.
    counts, number = [90] + [0] * 99, [9] * 100
    assert could_reach(counts, number) is True
    assert could_reach(counts, number, chances=DrawnSums.of(counts, most=9)) is False


def test_cold_cells_help_hot_ones_over_the_false_discovery_bar() -> None:
    # Two cold and two hot cells of five: each alone would stay below the bar, four together pass it.
    near = Lattice.of([0, 1, 2, 3, 4], [0] * 5, "square").within()
    assert could_reach([0, 0, 3, 5, 6], near.number) is True


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([(1, 5), (2, 3), (1, 6), (2, 4)]),
    st.lists(st.integers(0, 9), min_size=8, max_size=8),
    st.sampled_from(["bh", "by"]),
    st.booleans(),
)
def test_nothing_is_refused_that_some_arrangement_could_show(
    shape: tuple[int, int], counts: list[int], adjustment: str, exact: bool
) -> None:
    rows, cols = shape
    n = rows * cols
    row, col = np.divmod(np.arange(n), cols)
    near = Lattice.of(col, row, "square").within()
    chances = DrawnSums.of(counts[:n], most=int(near.number.max())) if exact else None
    if could_reach(counts[:n], near.number, adjustment=adjustment, chances=chances):
        return
    for arrangement in set(permutations(sorted(counts[:n]))) if n <= 6 else {tuple(counts[:n])}:
        found = gi_star(arrangement, neighbours=near)
        p = chances.p(found.neighbour_sum, found.neighbours) if chances else two_sided_p(found.z)
        assert (classes(found.z, adjust(p, adjustment)) <= 0).all()
