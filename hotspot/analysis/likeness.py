"""Which p-values a layer of local Moran has: exact conditional ones, or the normal approximation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis.chance import EXACT, NO_UNIT, NORMAL, ROUGH
from hotspot.stats.conditional import conditional_affordable, conditional_tails
from hotspot.stats.kinds import Kinds
from hotspot.stats.permutation import costly
from hotspot.stats.rough import RoughSums, fineness
from hotspot.stats.significance import LEVELS, adjust, two_sided_p
from hotspot.stats.units import whole_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.stats.conditional import Tails
    from hotspot.stats.localmoran import LocalMoran
    from hotspot.stats.neighbours import Neighbours
    from hotspot.stats.rough import Fineness

    Floats = NDArray[np.float64]

_CHOSEN: Final = "chosen by the analyst"


@dataclass(frozen=True, eq=False)
class Likeness:
    """The values of n cells, in whole units where p is exact."""

    values: Floats = field(repr=False)
    significance: str
    """``exact`` or ``normal``."""
    why: str
    """Why it is."""
    fine: Fineness | None = None
    """How finely sums are told apart where they are too many to be told apart one by one."""

    @classmethod
    def of(cls, values: Floats, near: Neighbours, *, significance: str) -> Likeness:
        """Return what is to be had: the significance that was asked for, or the normal approximation.

        Parameters
        ----------
        values
            Incidents or harm of each cell, shape (n,).
        near
            Their neighbours.
        significance
            ``exact`` or ``normal``.
        """
        if significance == NORMAL:
            return cls(values, NORMAL, _CHOSEN)
        whole = whole_units(values)
        if whole is None:
            return cls(values, NORMAL, NO_UNIT)
        units, _ = whole
        most = int(near.number.max(initial=1)) - 1
        kinds = Kinds.of(units)
        fine = fineness(kinds, most=most) if costly(kinds, most=most) else None
        if fine is None and not conditional_affordable(units, most=most):
            why = (
                f"exact ones would take too long for up to {most:,} neighbours; a shorter neighbour "
                "distance or smaller cells allow them"
            )
            return cls(values, NORMAL, why)
        why = (
            "how often a cell that keeps its count has as much, or as little, around it when the others are "
            "shuffled: right however sparse the counts are"
        )
        return cls(units.astype(np.float64), EXACT, why, fine)

    def noted(self, log: DecisionLog) -> Likeness:
        """Return the same, told to the log."""
        log.decide("p-values", "exact" if self.significance == EXACT else "normal approximation", self.why)
        if self.fine is not None:
            log.decide("sums around cells", "rounded", ROUGH)
        return self

    def p(self, found: LocalMoran) -> Floats:
        """Return the two-sided p of local Moran of these values, shape (n,)."""
        if self.significance == NORMAL:
            return two_sided_p(found.z)
        return found.p_exact(self._tails(self.values, found.neighbour_sum, found.others))

    def _tails(self, values: Floats, sums: Floats, number: Floats) -> Tails:
        """Return both tails of sums of so many others around cells of these values."""
        if self.fine is None:
            return conditional_tails(values, sums, number)
        own, around, others = (each.astype(np.int64) for each in (values, sums, number))
        rough = RoughSums.of(Kinds.of(own), most=int(others.max(initial=0)), fine=self.fine)
        return rough.without(own, around, others)

    def could_reach(self, found: LocalMoran, adjustment: str) -> bool:
        """Whether any arrangement of these values could make a cell significant.

        A bound that no arrangement exceeds: each cell as if the largest or the smallest of
        the others were around it, whichever would be rarer, at whatever value it could have.
        """
        n = len(self.values)
        if n < 3 or self.values.min() == self.values.max():
            return False
        sizes, size = np.unique(found.others, return_inverse=True)
        least = np.array([self._least_p(int(k)) for k in sizes])[size]
        return bool(adjust(least, adjustment).min() <= LEVELS[0][1])

    def _least_p(self, k: int) -> float:
        """Return the least p that a cell with k neighbours could have, whatever is in it and around it."""
        n = len(self.values)
        if not 0 < k < n - 1:
            return 1.0
        x = np.sort(self.values)
        place = np.arange(n)
        running = np.concatenate([[0.0], np.cumsum(x)])
        # The k smallest, and the k largest, of the others of each.
        low = np.where(place < k, running[k + 1] - x, running[k])
        high = np.where(place >= n - k, running[n] - running[n - k - 1] - x, running[n] - running[n - k])
        if self.significance == EXACT:
            number = np.full(n, float(k))
            rare = self._tails(x, low, number).at_most, self._tails(x, high, number).at_least
            return float(2 * min(each.min() for each in rare))
        mean = (running[n] - x) / (n - 1)
        spread = np.sqrt(np.maximum((np.square(x).sum() - x**2) / (n - 1) - mean**2, 0.0))
        drawn = spread * np.sqrt(k * (n - 1 - k) / (n - 2))
        far = np.maximum(k * mean - low, high - k * mean)
        z = np.divide(far, drawn, out=np.zeros(n), where=drawn > 1e-9 * (np.abs(x).max() + 1e-300))
        return float(two_sided_p(z).min())
