"""Measured usefulness: built on the earlier incidents, scored on the later, beside prior counts.

The prior count is what an analyst has without any statistic: the places with
most incidents so far. A layer that does not beat it has to say so. Both are
scored on exactly as much area, and places that a ranking holds alike count
with what they held on average: few incidents make long ties in the
counts, and whatever is done to ties is done to the baseline most of all.

One of the two always catches a few more. Only a difference larger than chance
would make counts: McNemar's test of the later incidents that one of them
caught and the other did not (McNemar 1947, doi:10.1007/BF02295996). It takes
incidents as independent of each other; where one draws the next after it,
chance makes larger differences still.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.stats.accuracy import Score, caught, score
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
MOST_AT_ONE: Final = 0.9
"""Share of incidents at one location from which on there is nothing left to foretell."""
SURE: Final = 0.95
"""Confidence that a difference in hits must have."""
BETTER: Final = "better"
EQUAL: Final = "about equal"
WORSE: Final = "worse"


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


def no_split(number: int, reason: str) -> Split:
    """Return the split of that many incidents that can not be made, with the reason."""
    none = np.zeros(number, dtype=bool)
    return Split(none, none, {}, reason)


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
    return Split(earlier, later, about, _too_little(about, len(points)) or _all_at_one(points))


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


def _all_at_one(points: Points) -> str:
    # Incidents are sorted by place: those at one location follow each other.
    other = (np.diff(points.lon) != 0) | (np.diff(points.lat) != 0)
    first = np.concatenate([[0], np.flatnonzero(other) + 1, [len(points)]])
    most = int(np.diff(first).max())
    if most < MOST_AT_ONE * len(points):
        return ""
    return (
        f"{most:,} of {counted(len(points), 'incident')} lie at one location, which any way of "
        "looking at them finds."
    )


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
        "difference": None,
        "beats_prior": None,
        "verdict": "not measured",
        "at": [],
    }


def measured(split: Split, at: list[dict[str, Any]], *, headline: int = 0) -> dict[str, Any]:
    """Return the accuracy of a layer from its scores at one or more shares of the area.

    Parameters
    ----------
    split
        What it was trained and tested on.
    at
        One entry a share of the area, of `compared` or of `in_turn.Together`.
    headline
        Which entry decides whether the layer beats prior counts.
    """
    found = verdict(at[headline]["difference"])
    beats = {BETTER: True, WORSE: False}.get(found)
    return {
        "measured": True,
        "reason": "",
        **split.about,
        **at[headline],
        "beats_prior": beats,
        "verdict": found,
        "at": at,
    }


def verdict(difference: dict[str, float]) -> str:
    """Return whether a difference in hits is larger than chance: better, about equal or worse."""
    if abs(difference["hits"]) <= difference["chance"]:
        return EQUAL
    return BETTER if difference["hits"] > 0 else WORSE


def difference(layer: NDArray[np.float64], prior: NDArray[np.float64], *, tests: int = 1) -> dict[str, float]:
    """Return by how many hits the layer is ahead of prior counts, and what chance would make of it.

    Where each incident was caught or not, that is b - c and 1.96 times the root
    of b + c, with b caught by the layer only and c by prior counts only. A tie
    that takes a share of a place catches that share of its incidents; the
    variance of the sum is then the sum of the squares.

    Parameters
    ----------
    layer, prior
        How far each later incident was caught, 0 to 1; shape (n_later,).
    tests
        Layers that are held against the same prior counts: the more, the further the best of
        them is ahead by chance (Bonferroni).

    Examples
    --------
    >>> difference(np.array([1, 1, 1, 0, 1.0]), np.array([1, 0, 0, 1, 0.0]))
    {'hits': 2.0, 'chance': 3.92}
    """
    apart = np.asarray(layer, dtype=np.float64) - prior
    sure = NormalDist().inv_cdf(1 - (1 - SURE) / 2 / tests)
    return {
        "hits": round(float(apart.sum()), 3),
        "chance": round(sure * float(np.sqrt((apart**2).sum())), 3),
    }


def compared(
    predicted: NDArray[np.float64],
    prior: NDArray[np.float64],
    cell: NDArray[np.integer[Any]],
    weight: NDArray[np.float64],
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
        Weight of the earlier incidents in each cell.
    cell
        Cell of each later incident, shape (n_later,).
    weight
        Weight of each of them: hits are counted in incidents of average weight.
    area
        Area of each cell inside the study area.
    share
        Share of the area to take, 0 to 1.
    """
    observed = np.bincount(cell, weights=weight, minlength=len(area)).astype(np.float64)
    layer = score(predicted, observed, area=area, share=share, ties="even")
    before = score(prior / area, observed, area=area, share=share, ties="even")
    even = weight / weight.mean()
    apart = difference(
        even * caught(predicted, area=area, share=share)[cell],
        even * caught(prior / area, area=area, share=share)[cell],
    )
    return {**_plain(layer), "prior": _plain(before), "difference": apart}


def _plain(found: Score) -> dict[str, Any]:
    return {
        "area_share": round(float(found.area_share), 6),
        "hit_rate": round(float(found.hit_rate), 6),
        "pai": round(float(found.pai), 3),
        "pei": round(float(found.pei), 3),
    }
