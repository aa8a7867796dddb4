"""Which p-values a layer of cells has: exact ones of either kind, or the normal approximation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.conditional import tails_without
from hotspot.stats.kinds import Kinds
from hotspot.stats.permutation import DrawnSums, affordable, costly
from hotspot.stats.rough import PARTS, RoughSums, fineness
from hotspot.stats.significance import two_sided_p
from hotspot.stats.units import whole_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.stats.getisord import GiStar
    from hotspot.stats.rough import Fineness

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
ROUGH: Final = (
    f"counts are so large that sums around a cell are told apart to 1/{PARTS} or finer, not one by one: p is "
    "right to about a thousandth of itself, some hundredths where one or two huge counts decide; a million "
    "drawn lots would have a standard error of a tenth at p = 0.0001"
)
"""How exact p still is where sums are rounded."""
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
    kinds: Kinds = field(default_factory=lambda: Kinds.of([]), repr=False)
    """The distinct ones among the units; none without units."""
    fine: Fineness | None = None
    """How finely their sums are told apart where they are too many to be told apart one by one."""

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
        kinds = Kinds.of([] if whole is None else whole[0])
        exact = affordable(kinds, most=most)
        fine = fineness(kinds, most=most) if costly(kinds, most=most) else None
        if not lacking and (whole is None or (fine is None and not exact)):
            lacking = (
                f"exact ones would take too long for neighbourhoods of up to {most:,} cells with up to "
                f"{values.max():,.10g} in a cell; a shorter neighbour distance or smaller cells allow them"
            )
        if whole is None or lacking:
            return cls(NORMAL, _WHY[NORMAL] if significance == NORMAL else lacking)
        return cls(significance, _WHY[significance], *whole, kinds, fine)

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
        if self.fine is not None and self.significance != NORMAL:
            log.decide("sums around cells", "rounded", ROUGH)
        return self

    def draws(self, number: Floats) -> DrawnSums | RoughSums | None:
        """Return the chances of sums of the units around a cell; None where p is the normal approximation."""
        if self.significance == NORMAL or not self.kinds.n:
            return None
        return self._draws(number)

    def _draws(self, number: Floats, upto: int | None = None) -> DrawnSums | RoughSums:
        most = int(number.max(initial=0))
        if self.fine is not None:
            return RoughSums.of(self.kinds, most=most, fine=self.fine)
        return DrawnSums.of(self.kinds, most=most, upto=upto)

    def p(self, found: GiStar) -> Floats:
        """Return the two-sided p of Gi* of these values, shape (n,)."""
        if self.significance == NORMAL or self.units is None or not len(self.units):
            return two_sided_p(found.z)
        sums = self._around(found)
        return self._conditional(found, *sums) if self.significance == CONDITIONAL else sums[0].p(*sums[1:])

    def both(self, found: GiStar) -> tuple[Floats, Floats]:
        """Return the p that was asked for, and that of conditional permutation; each of shape (n,).

        Both are read from the same chances. The second is on the side of z, and NaN where
        these would take too long.
        """
        if self.units is None or not len(self.units):
            return two_sided_p(found.z), np.full(len(found.z), np.nan)
        draws, around, number = self._around(found)
        conditional = self._conditional(found, draws, around, number)
        if self.significance == CONDITIONAL:
            return conditional, conditional
        return two_sided_p(found.z) if self.significance == NORMAL else draws.p(around, number), conditional

    def p_conditional(self, found: GiStar) -> Floats:
        """Return p by conditional permutation alone, as `both` does."""
        return self.both(found)[1]

    def _around(self, found: GiStar) -> tuple[DrawnSums | RoughSums, Ints, Ints]:
        """Return the chances, the units around each cell and the number of cells there."""
        around = np.rint(found.neighbour_sum / self.unit).astype(np.int64)
        number = found.neighbours.astype(np.int64)
        highest = int((around - number * self.kinds.lowest).max(initial=0))
        return self._draws(found.neighbours, highest), around, number

    def _conditional(self, found: GiStar, draws: DrawnSums | RoughSums, around: Ints, number: Ints) -> Floats:
        assert self.units is not None  # noqa: S101 - those who call have looked
        others, beside = number - 1, around - self.units
        if isinstance(draws, RoughSums):
            return draws.without(self.units, beside, others).two_sided(found.z)
        above = self.units - self.kinds.lowest
        tails = tails_without(above, draws.column(beside, others), others, kinds=self.kinds, draws=draws)
        return tails.two_sided(found.z)


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
