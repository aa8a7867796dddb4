"""Which p-values a layer of cells has: exact ones of either kind, or the normal approximation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.conditional import conditional_affordable, conditional_tails
from hotspot.stats.permutation import DrawnSums, affordable
from hotspot.stats.significance import two_sided_p
from hotspot.stats.units import whole_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.stats.getisord import GiStar

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EXACT, CONDITIONAL, NORMAL = "exact", "conditional", "normal"
SPARSE: Final = 5.0
"""Incidents expected in a neighbourhood below which the normal approximation is only a rough guide.

Measured on maps of pure chance over 1,109 equal cells: at 4 half of them show a hot cell of the
90 % class, at 16 one in five, at 200 the one in ten that the class promises. With exact p-values
it is at most one in ten throughout; see docs/validation.md.
"""
NO_UNIT: Final = (
    "the weights share no unit, so that their sums have no exact chances; whole numbers, or multiples of one "
    "number such as 0.5, would have"
)
"""Why p is not exact."""
_WHY: Final = {
    EXACT: "how often the values of the cells, shuffled, put as much or as little around a cell: right "
    "however sparse they are, where the normal approximation calls far too much hot",
    CONDITIONAL: "chosen by the analyst: each cell keeps its value and the others are shuffled, as esda "
    "and GeoDa simulate it; the busiest cell of a hotspot is judged by its surroundings alone",
    NORMAL: "chosen by the analyst",
}


@dataclass(frozen=True, eq=False)
class Chance:
    """What chance would make of the values of n cells, in whole units where they have any."""

    significance: str
    """``exact``, ``conditional`` or ``normal``: where p comes from."""
    why: str
    """Why it does."""
    units: Ints | None = field(default=None, repr=False)
    """The values as multiples of ``unit``, shape (n,); None where they share none, or too many."""
    unit: float = 1.0

    @classmethod
    def of(cls, values: Floats, number: Floats, *, significance: str) -> Chance:
        """Return what is to be had: the significance that was asked for, or the normal approximation.

        Parameters
        ----------
        values
            Incidents, harm or rates of each cell, shape (n,).
        number
            Neighbours of each cell, itself included, shape (n,).
        significance
            ``exact``, ``conditional`` or ``normal``.
        """
        most = int(number.max(initial=0))
        whole = whole_units(values)
        lacking = ""
        if whole is None and not (values == np.rint(values)).all():
            lacking = NO_UNIT
        elif whole is None or not affordable(whole[0], most=most):
            lacking = (
                f"exact ones would take too long for neighbourhoods of up to {most:,} cells with up to "
                f"{values.max():,.10g} in a cell; a shorter neighbour distance or smaller cells allow them"
            )
        if whole is None or lacking:
            return cls(NORMAL, _WHY[NORMAL] if significance == NORMAL else lacking)
        units, unit = whole
        if significance == CONDITIONAL and not conditional_affordable(units, most=max(most - 1, 0)):
            dear = "conditional ones would take too long here; these are exact too, of the whole draw"
            return cls(EXACT, dear, units, unit)
        return cls(significance, _WHY[significance], units, unit)

    def noted(self, log: DecisionLog, *, harm: bool = False) -> Chance:
        """Return the same, told to the log; with the unit where the values are harm."""
        name = "normal approximation" if self.significance == NORMAL else self.significance
        log.decide("p-values", name, self.why)
        if harm and self.units is not None and self.significance != NORMAL:
            log.decide(
                "unit of harm",
                f"{self.unit:g}",
                "the largest that all weights are multiples of: their sums then have exact chances as counts",
            )
        return self

    def draws(self, number: Floats) -> DrawnSums | None:
        """Return the chances of sums of the units around a cell; None where p is the normal approximation."""
        if self.significance == NORMAL or self.units is None or not len(self.units):
            return None
        return DrawnSums.of(self.units, most=int(number.max(initial=0)))

    def p(self, found: GiStar) -> Floats:
        """Return the two-sided p of Gi* of these values, shape (n,)."""
        if self.significance == CONDITIONAL:
            return self.p_conditional(found)
        draws = self.draws(found.neighbours)
        if draws is None:
            return two_sided_p(found.z)
        return draws.p(np.rint(found.neighbour_sum / self.unit), found.neighbours)

    def p_conditional(self, found: GiStar) -> Floats:
        """Return p by conditional permutation, on the side of z, shape (n,); NaN where it takes too long."""
        others = found.neighbours - 1
        most = int(others.max(initial=0))
        if self.units is None or not conditional_affordable(self.units, most=most):
            return np.full(len(found.z), np.nan)
        around = np.rint(found.neighbour_sum / self.unit) - self.units
        return conditional_tails(self.units, around, others).two_sided(found.z)


def warn_if_sparse(log: DecisionLog, counts: Floats, number: Floats) -> None:
    """Say so where too few incidents are expected around a cell for the normal approximation."""
    expected = float(counts.mean() * np.median(number))
    if expected < SPARSE:
        log.warn(
            f"A neighbourhood holds {expected:.2g} incidents on average. Below {SPARSE:g} the confidence of "
            "single cells is only a rough guide: few incidents close together can look hot, and half or "
            "more of all maps of pure chance show a hot cell of the 90 % class. "
            "Exact p-values, larger cells, a longer window or pooled offences would help."
        )
