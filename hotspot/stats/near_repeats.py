"""Near repeats, one by one: who began, who followed, and where and until when another one is likelier.

An incident is an originator if another one followed it within a band that is a
pattern, a repeat if it followed one at the same place, a near repeat if it
followed one nearby. Many are more than one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.knox import Knox, Pairs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

SAME_PLACE = 0.1
"""Incidents nearer than this are at one place, m."""


@dataclass(frozen=True, eq=False)
class Roles:
    """The part each of n incidents has in the patterns; all arrays (n,)."""

    originator: Flags
    """Whether another one followed it."""
    repeat: Flags
    """Whether it followed another one at the same place."""
    near_repeat: Flags
    """Whether it followed another one nearby."""

    @property
    def names(self) -> NDArray[np.object_]:
        """One word each, the first that holds: repeat, near repeat, originator, none."""
        words = ["repeat", "near repeat", "originator"]
        found = np.select([self.repeat, self.near_repeat, self.originator], words, "none")
        return found.astype(object)

    @property
    def share(self) -> float:
        """Part of the incidents that are in any pattern, 0 to 1."""
        held = self.originator | self.repeat | self.near_repeat
        return float(held.mean()) if len(held) else 0.0


def roles(pairs: Pairs, moment: ArrayLike, table: Knox, *, day: ArrayLike | None = None) -> Roles:
    """Return who began and who followed in the bands that are patterns.

    Of two at the same moment neither came first: both are repeats.

    Parameters
    ----------
    pairs, table
        From ``near_pairs`` and ``knox``.
    moment
        When each of the n incidents happened, in any unit: tells who came first.
    day
        Day of each incident, as given to ``knox``; the moments if left out.
    """
    when = np.asarray(moment, dtype=np.float64)
    days = when if day is None else np.asarray(day, dtype=np.float64)
    step = np.searchsorted(table.days, np.abs(days[pairs.first] - days[pairs.second]), side="right") - 1
    band = pairs.band
    counted = (step >= 0) & (step < len(table.days) - 1)
    counted[counted] = table.flagged[band[counted], step[counted]]
    first, second, band = pairs.first[counted], pairs.second[counted], band[counted]
    same = table.distances[band + 1] <= SAME_PLACE
    began, again, nearby = (np.zeros(len(when), dtype=bool) for _ in range(3))
    for one, other in ((first, second), (second, first)):
        began[one[when[one] < when[other]]] = True
        followed = when[other] <= when[one]
        again[one[followed & same]] = True
        nearby[one[followed & ~same]] = True
    return Roles(began, again, nearby)


@dataclass(frozen=True, eq=False)
class AtRisk:
    """Bands around incidents in which another one is likelier than usual; all arrays (n,)."""

    incident: Ints
    """The incident it is around."""
    band: Ints
    """Band of distance, from 0."""
    ratio: Floats
    """Observed over expected pairs of the band; infinite where none were expected."""
    begins: Ints
    """First day of the risk."""
    ends: Ints
    """Last day of the risk."""


def at_risk(day: ArrayLike, table: Knox, *, now: int, horizon: int = 7) -> AtRisk:
    """Return where and until when another incident is likelier after day ``now``.

    One entry for each incident up to ``now`` and each pattern's band around it
    that touches the days ``now + 1`` to ``now + horizon``.

    Parameters
    ----------
    day
        Day of each of the n incidents, a whole number, as given to ``knox``.
    table
        From ``knox``.
    now
        Last day that is known.
    horizon
        Days to look ahead.
    """
    days = np.asarray(day, dtype=np.int64)
    band, step = np.nonzero(table.flagged)
    begins = days[:, None] + np.ceil(table.days[step]).astype(np.int64)
    ends = days[:, None] + np.ceil(table.days[step + 1]).astype(np.int64) - 1
    live = (days[:, None] <= now) & (begins <= now + horizon) & (ends > now)
    incident, which = np.nonzero(live)
    ratio = np.nan_to_num(table.ratio[band, step], nan=np.inf)[which]
    return AtRisk(incident, band[which], ratio, np.maximum(begins[live], now + 1), ends[live])
