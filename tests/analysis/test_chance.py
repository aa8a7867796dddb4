"""Which p-values a layer has: whole units, what is affordable, and what the log says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspot.analysis.chance import CONDITIONAL, EXACT, NORMAL, Chance, warn_if_sparse
from hotspot.analysis.decisions import DecisionLog
from hotspot.stats.conditional import conditional_tails
from hotspot.stats.getisord import GiStar, gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.permutation import exact_p
from hotspot.stats.significance import two_sided_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.stats.neighbours import Neighbours


@pytest.fixture(scope="module")
def near() -> Neighbours:
    """The ring of touching cells in a town of 12 x 12."""
    row, col = np.divmod(np.arange(144), 12)
    return Lattice.of(col, row, "square").within()


@pytest.fixture(scope="module")
def counts() -> NDArray[np.float64]:
    """Incidents in each cell."""
    return np.random.default_rng(1).negative_binomial(0.5, 0.3, 144).astype(np.float64)


def judged(values: NDArray[np.float64], near: Neighbours, significance: str) -> tuple[Chance, GiStar]:
    found = gi_star(values, neighbours=near)
    return Chance.of(values, found.neighbours, significance=significance), found


def test_each_significance_is_the_p_that_it_names(near: Neighbours, counts: NDArray[np.float64]) -> None:
    for significance in (EXACT, CONDITIONAL, NORMAL):
        chance, found = judged(counts, near, significance)
        assert chance.significance == significance
        tails = conditional_tails(counts, found.neighbour_sum - counts, found.neighbours - 1)
        expected = {
            EXACT: exact_p(counts, found.neighbour_sum, found.neighbours),
            CONDITIONAL: tails.two_sided(found.z),
            NORMAL: two_sided_p(found.z),
        }
        # The chances end at the largest sum that is read: the last bit may differ.
        assert chance.p(found) == pytest.approx(expected[significance], rel=1e-14)
        assert chance.p_conditional(found) == pytest.approx(expected[CONDITIONAL], rel=1e-14)
        both = chance.both(found)
        assert both[0].tolist() == chance.p(found).tolist()
        assert both[1].tolist() == chance.p_conditional(found).tolist()


@pytest.mark.parametrize("unit", [0.5, 0.1, 365.0, 1 / 3])
@pytest.mark.parametrize("significance", [EXACT, CONDITIONAL])
def test_harm_in_any_unit_has_the_p_of_its_units(
    near: Neighbours, counts: NDArray[np.float64], unit: float, significance: str
) -> None:
    plain, found = judged(counts, near, significance)
    harm, harmful = judged(counts * unit, near, significance)
    assert harm.significance == significance
    assert harm.unit == pytest.approx(unit, rel=1e-9)
    # A tie of z is a tie of counts; in another unit it is a tie up to rounding.
    clear = np.abs(found.z) > 1e-9
    assert harm.p(harmful)[clear] == pytest.approx(plain.p(found)[clear], rel=1e-12)
    log = DecisionLog()
    harm.noted(log, harm=True)
    assert [each["what"] for each in log.decisions] == ["p-values", "unit of harm"]


def test_weights_without_a_unit_fall_back_on_the_normal_approximation_and_say_so(near: Neighbours) -> None:
    harm = np.random.default_rng(2).gamma(0.5, 31.7, 144)
    chance, found = judged(harm, near, EXACT)
    assert chance.significance == NORMAL
    assert "share no unit" in chance.why
    assert chance.p(found).tolist() == two_sided_p(found.z).tolist()
    assert np.isnan(chance.p_conditional(found)).all()
    assert chance.draws(found.neighbours) is None


@pytest.mark.parametrize(
    ("values", "reach"), [(np.arange(144.0) ** 5, 1.5), (1e4 * np.arange(2500.0) + 1, 22)]
)
def test_what_takes_too_long_falls_back_and_says_what_would_help(
    values: NDArray[np.float64], reach: float
) -> None:
    side = round(len(values) ** 0.5)
    row, col = np.divmod(np.arange(len(values)), side)
    near = Lattice.of(col, row, "square").within(reach)
    many = values
    chance, _ = judged(many, near, EXACT)
    assert chance.significance == NORMAL
    assert "too long" in chance.why
    assert "shorter neighbour distance" in chance.why
    chosen, _ = judged(many, near, NORMAL)
    assert chosen.why == "chosen by the analyst"


def test_conditional_chances_are_had_wherever_those_of_the_whole_draw_are() -> None:
    row, col = np.divmod(np.arange(2_500), 50)
    near = Lattice.of(col, row, "square").within(2.9)
    values = np.random.default_rng(3).negative_binomial(0.5, 0.007, 2_500).astype(np.float64)
    chance, found = judged(values, near, CONDITIONAL)
    assert chance.significance == CONDITIONAL
    # Beside 2,499 others one value matters little, unless it is most of what is there.
    small = values <= np.median(values)
    whole = exact_p(values, found.neighbour_sum, found.neighbours)
    assert np.corrcoef(np.log(chance.p(found)[small]), np.log(whole[small]))[0, 1] > 0.9


@pytest.mark.parametrize("significance", [EXACT, CONDITIONAL])
def test_sums_too_large_to_be_told_apart_are_rounded_and_the_log_says_so(
    near: Neighbours, counts: NDArray[np.float64], significance: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = np.round(counts**1.7 * 171_113 * np.random.default_rng(5).uniform(0.8, 1.2, 144))
    chance, found = judged(huge, near, significance)
    assert chance.significance == significance
    log = DecisionLog()
    chance.noted(log)
    assert [each["what"] for each in log.decisions] == ["p-values", "sums around cells"]
    assert "standard error" in log.decisions[1]["why"]
    for limit in ("MOST_STEPS", "MOST_ENTRIES", "COSTLY_STEPS"):
        monkeypatch.setattr(f"hotspot.stats.permutation.{limit}", 1e12)
    exact, _ = judged(huge, near, significance)
    assert exact.fine is None
    assert chance.p(found) == pytest.approx(exact.p(found), rel=0.05)
    draws, certain = chance.draws(found.neighbours), exact.draws(found.neighbours)
    assert draws is not None
    assert certain is not None
    assert draws.p(huge.max() * 2, 2) == pytest.approx(certain.p(huge.max() * 2, 2), rel=0.5)


def test_harm_in_lumps_is_exact_as_long_as_can_be(near: Neighbours, counts: NDArray[np.float64]) -> None:
    lumps = counts * 30_011 + np.arange(144) % 3
    chance, found = judged(lumps, near, EXACT)
    assert (chance.significance, chance.fine) == (EXACT, None)
    assert chance.p(found) == pytest.approx(exact_p(lumps, found.neighbour_sum, found.neighbours), rel=1e-12)


def test_counts_need_no_word_on_their_unit(near: Neighbours, counts: NDArray[np.float64]) -> None:
    log = DecisionLog()
    judged(2 * counts, near, EXACT)[0].noted(log)
    assert [each["what"] for each in log.decisions] == ["p-values"]


def test_few_incidents_around_a_cell_are_warned_of(near: Neighbours) -> None:
    log = DecisionLog()
    warn_if_sparse(log, np.full(144, 0.6), near.number)
    assert not log.warnings
    warn_if_sparse(log, np.full(144, 0.5), near.number)
    assert len(log.warnings) == 1
