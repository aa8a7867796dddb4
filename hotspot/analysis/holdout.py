"""Measured usefulness: built on the earlier incidents, scored on the later, beside prior counts.

The prior count is what an analyst has without any statistic: the places with
most incidents so far. A layer that does not beat it has to say so. Both are
scored on exactly as much area, and places that a ranking holds alike count
with what they held on average: few incidents make long ties in the
counts, and whatever is done to ties is done to the baseline most of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.stats.accuracy import Score, score
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points

EARLIER: Final = 2 / 3
"""Part of the window that trains."""
LEAST_EARLIER: Final = 30
LEAST_LATER: Final = 10
MOST_VAGUE: Final = 1 / 3
"""Share of incidents that may straddle the cut before times count as too coarse."""


@dataclass(frozen=True, eq=False)
class Split:
    """Earlier and later incidents.

    Attributes
    ----------
    earlier, later
        Which of the n incidents certainly happened before, and after, the cut; shape (n,).
    about
        Days and numbers of both, plain values.
    reason
        Why nothing can be measured; empty if it can.
    """

    earlier: NDArray[np.bool_]
    later: NDArray[np.bool_]
    about: dict[str, Any]
    reason: str = ""


def split(points: Points) -> Split:
    """Cut the window of the incidents at the midnight nearest to two thirds of it.

    An incident that may have happened on either side of the cut is in neither
    part. Times known to the month only, or too few incidents, give a reason
    instead of a measure.
    """
    none = np.zeros(len(points), dtype=bool)
    timed = ~np.isnat(points.first)
    if not timed.any():
        return Split(none, none, {}, "no incident has a time.")
    begin = points.first[timed].min().astype("datetime64[D]")
    end = points.last[timed].max().astype("datetime64[D]") + 1
    days = int((end - begin).astype(int))
    if days < 3:
        return Split(none, none, {}, f"all incidents fall within {counted(days, 'day')}.")
    cut = begin + round(days * EARLIER)
    earlier = timed & (points.last < cut)
    later = timed & (points.first >= cut)
    about = {
        "cut": str(cut),
        "earlier": {"from": str(begin), "to": str(cut - 1), "incidents": int(earlier.sum())},
        "later": {"from": str(cut), "to": str(end - 1), "incidents": int(later.sum())},
        "left_out": int((~earlier & ~later).sum()),
    }
    return Split(earlier, later, about, _too_little(about, len(points)))


def _too_little(about: dict[str, Any], total: int) -> str:
    earlier, later, vague = about["earlier"]["incidents"], about["later"]["incidents"], about["left_out"]
    if vague > MOST_VAGUE * total:
        return (
            f"times are too coarse: {vague:,} of {counted(total, 'incident')} may have happened before "
            f"or after {about['cut']}, where the window is cut."
        )
    if earlier < LEAST_EARLIER or later < LEAST_LATER:
        return (
            f"it takes {LEAST_EARLIER} earlier and {LEAST_LATER} later incidents; "
            f"cut at {about['cut']} there are {earlier:,} and {later:,}."
        )
    return ""


def not_measured(split: Split, reason: str = "") -> dict[str, Any]:
    """Return the accuracy of a layer that cannot be scored, with the reason."""
    return {
        "measured": False,
        "reason": reason or split.reason,
        **split.about,
        "area_share": None,
        "hit_rate": None,
        "pai": None,
        "pei": None,
        "prior": None,
        "beats_prior": None,
        "at": [],
    }


def measured(split: Split, at: list[dict[str, Any]], *, headline: int = 0) -> dict[str, Any]:
    """Return the accuracy of a layer from its scores at one or more shares of the area.

    Parameters
    ----------
    split
        What it was trained and tested on.
    at
        One entry a share of the area: ``area_share``, ``hit_rate``, ``pai``, ``pei`` of the layer and,
        under ``prior``, of the prior counts in as much area.
    headline
        Which entry decides whether the layer beats prior counts.
    """
    first = at[headline]
    beats = (
        first["hit_rate"] * first["prior"]["area_share"] > first["prior"]["hit_rate"] * first["area_share"]
    )
    return {"measured": True, "reason": "", **split.about, **first, "beats_prior": bool(beats), "at": at}


def compared(
    predicted: NDArray[np.float64],
    prior: NDArray[np.float64],
    observed: NDArray[np.float64],
    *,
    area: NDArray[np.float64],
    share: float,
) -> dict[str, Any]:
    """Return the scores of a layer and of prior counts in the same share of the area.

    Parameters
    ----------
    predicted
        The layer's score of each cell, the higher the hotter; shape (n_cells,).
    prior
        Earlier incidents in each cell.
    observed
        Later incidents in each cell.
    area
        Area of each cell inside the study area.
    share
        Share of the area to take, 0 to 1.
    """
    layer = score(predicted, observed, area=area, share=share, ties="even")
    before = score(prior / area, observed, area=area, share=share, ties="even")
    return {**_plain(layer), "prior": _plain(before)}


def compared_area(
    hits: int,
    later: int,
    km2: float,
    prior: NDArray[np.float64],
    observed: NDArray[np.float64],
    *,
    area: NDArray[np.float64],
) -> dict[str, Any]:
    """Return the scores of polygons, and of prior counts in as much area.

    The best possible is that of whole cells: polygons finer than cells can have a PEI above 1.

    Parameters
    ----------
    hits, later
        Later incidents inside the polygons, and in all.
    km2
        Area of the polygons together.
    prior, observed, area
        As for `compared`, of the cells that the prior counts are taken in.
    """
    share = min(km2 / float(area.sum()), 1.0)
    before = score(prior / area, observed, area=area, share=share, ties="even")
    best = score(observed / area, observed, area=area, share=share)
    found = hits / later
    layer = Score(area_share=share, hit_rate=found, pai=found / share, pei=found / best.hit_rate)
    return {**_plain(layer), "prior": _plain(before)}


def _plain(found: Score) -> dict[str, Any]:
    return {
        "area_share": round(float(found.area_share), 6),
        "hit_rate": round(float(found.hit_rate), 6),
        "pai": round(float(found.pai), 3),
        "pei": round(float(found.pei), 3),
    }
