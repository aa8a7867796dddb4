"""How well a ranking of places foretells where incidents will be.

Chainey, Tompson and Uhlig 2008, doi:10.1057/palgrave.sj.8350066 (PAI); Hunt 2016
(PEI).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Ties = Literal["pessimistic", "even"]


@dataclass(frozen=True, kw_only=True)
class Score:
    """What the first places of a ranking held."""

    area_share: float
    """Share of the area that they take, above 0, at most 1."""
    hit_rate: float
    """Share of the later incidents in them, 0..1; NaN if there were none."""
    pai: float
    """Prediction accuracy index: hit rate per share of area; 1 is chance."""
    pei: float
    """Prediction efficiency index: hit rate as a share of the best possible in that area, 0..1."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Scores of the first 1, 2, ... n places of a ranking, each of shape (n,)."""

    area_share: Floats
    hit_rate: Floats
    pai: Floats
    pei: Floats


def hit_rate(hits: ArrayLike, total: float) -> Floats:
    """Share of all incidents that were inside; NaN where there were none at all.

    >>> hit_rate([6, 9], 9).round(3)
    array([0.667, 1.   ])
    """
    return _ratio(hits, total)


def pai(hits: ArrayLike, total: float, *, area: ArrayLike, whole: float) -> Floats:
    """Prediction accuracy index: the hit rate divided by the share of the area; 1 is chance.

    >>> pai([6, 9, 9], 9, area=[1, 2, 3], whole=3)
    array([2. , 1.5, 1. ])
    """
    return _ratio(hit_rate(hits, total), _ratio(area, whole))


def pei(hits: ArrayLike, best: ArrayLike) -> Floats:
    """Prediction efficiency index: hits as a share of the most that as much area could have held.

    >>> pei([3, 9], [6, 9])
    array([0.5, 1. ])
    """
    return _ratio(hits, best)


def recapture_rate_index(
    hits: ArrayLike, total: float, *, earlier_hits: ArrayLike, earlier_total: float
) -> Floats:
    """Recapture rate index (n2/n1)/(N2/N1): whether places keep their share of all incidents.

    1: they hold the same share later as before; below 1 they cooled. NaN where
    there was nothing before. Levine 2008 (a comment on Chainey and others, as above).

    >>> recapture_rate_index([8, 6], 20, earlier_hits=[10, 12], earlier_total=20)
    array([0.8, 0.5])
    """
    return _ratio(_ratio(hits, earlier_hits), _ratio(total, earlier_total))


def predicted_to_observed(predicted: ArrayLike, observed: ArrayLike) -> Floats:
    """Incidents predicted in places for each one observed there: above 1 they were overrated.

    Wheeler's tools call this ratio RRI too; it is not the recapture rate index. NaN where
    nothing was observed.

    >>> predicted_to_observed([3, 2], [6, 3]).round(3)
    array([0.5  , 0.667])
    """
    return _ratio(predicted, observed)


def curve(predicted: ArrayLike, observed: ArrayLike, *, area: ArrayLike, ties: Ties = "pessimistic") -> Curve:
    """Return the scores of the first 1, 2, ... n places, those predicted hottest first.

    Parameters
    ----------
    predicted
        What the places are ranked by, the higher the hotter: a density or a z, shape (n,).
    observed
        Later incidents in each place, shape (n,).
    area
        Area of each place, any unit, shape (n,); above 0.
    ties
        Of places predicted alike, ``pessimistic`` takes those that held the fewest
        first: the least that a ranking may claim for itself. ``even`` gives each its share of
        what they held together, as drawing lots would on average. Only ``even`` may
        compare rankings: pessimism costs the one with more ties more, so that
        a copy of a ranking with its ties broken by lot would seem to beat it.

    Examples
    --------
    >>> curve([3, 2, 1], [6, 3, 0], area=[1, 1, 1]).pai
    array([2. , 1.5, 1. ])
    >>> curve([1, 1, 0], [0, 6, 0], area=[1, 1, 1], ties="even").hit_rate
    array([0.5, 1. , 1. ])
    """
    rank, seen, size = (np.asarray(values, dtype=np.float64) for values in (predicted, observed, area))
    if not len(rank) == len(seen) == len(size):
        msg = f"Expected one value of each a place; got {len(rank)}, {len(seen)} and {len(size)}."
        raise ValueError(msg)
    if np.isnan(rank).any() or not (size > 0).all():
        msg = "Each place needs a prediction and an area above 0."
        raise ValueError(msg)
    density = seen / size
    found = _evened(rank, seen, size) if ties == "even" else seen
    order = np.lexsort((density, -rank))
    taken, hits = np.cumsum(size[order]), np.cumsum(found[order])
    total, whole = float(seen.sum()), float(size.sum())
    return Curve(
        area_share=taken / whole if len(taken) else taken,
        hit_rate=hit_rate(hits, total),
        pai=pai(hits, total, area=taken, whole=whole),
        pei=pei(hits, _most(seen, size, density, taken)),
    )


def _evened(rank: Floats, seen: Floats, size: Floats) -> Floats:
    """Return the incidents of each place if those ranked alike held them evenly over their area."""
    tie = np.unique(rank, return_inverse=True)[1]
    density = np.bincount(tie, weights=seen) / np.bincount(tie, weights=size)
    return np.asarray(size * density[tie])


def _most(seen: Floats, size: Floats, density: Floats, taken: Floats) -> Floats:
    """Return the most incidents that as much area could have held, of the last place a part."""
    best = np.argsort(-density, kind="stable")
    area = np.concatenate([[0.0], np.cumsum(size[best])])
    held = np.concatenate([[0.0], np.cumsum(seen[best])])
    return np.asarray(np.interp(taken, area, held))


def score(
    predicted: ArrayLike, observed: ArrayLike, *, area: ArrayLike, share: float, ties: Ties = "pessimistic"
) -> Score:
    """Return what the hottest places held that together take this share of the area.

    Of the last place a part is taken, so that two rankings are scored on
    exactly as much area.

    Parameters
    ----------
    predicted, observed, area, ties
        As for ``curve``.
    share
        Share of the area to take, above 0, at most 1.

    Examples
    --------
    >>> score([3, 2, 1, 0], [6, 3, 0, 0], area=[1, 1, 1, 1], share=0.25)
    Score(area_share=0.25, hit_rate=0.6666666666666666, pai=2.6666666666666665, pei=1.0)
    """
    if not 0 < share <= 1:
        msg = f"A share of the area lies above 0 and at most at 1; got {share}."
        raise ParameterError("share", msg)
    ranked = curve(predicted, observed, area=area, ties=ties)
    if not len(ranked.area_share):
        msg = "Accuracy needs at least one place; got none."
        raise ValueError(msg)
    held = _at(ranked, share)
    best = _at(curve(np.asarray(observed, float) / np.asarray(area, float), observed, area=area), share)
    return Score(
        area_share=float(share), hit_rate=held, pai=held / float(share), pei=float(_ratio(held, best))
    )


def caught(predicted: ArrayLike, *, area: ArrayLike, share: ArrayLike) -> Floats:
    """Part of each place that a ranking takes with this share of the area, 0 to 1; shape (n,).

    Of several shares a row each. Places ranked alike are taken alike, so that the hits are those
    of `score` with even ties.

    >>> caught([3, 1, 1], area=[1, 1, 2], share=0.5)
    array([1.        , 0.33333333, 0.33333333])
    """
    size = np.asarray(area, dtype=np.float64)
    _, tie = np.unique(-np.asarray(predicted, dtype=np.float64), return_inverse=True)
    held = np.bincount(tie, weights=size)
    hotter = np.cumsum(held) - held
    taken = np.multiply.outer(np.asarray(share, dtype=np.float64), size.sum())
    return np.asarray(np.clip((taken[..., None] - hotter) / held, 0.0, 1.0)[..., tie])


def held_in(predicted: ArrayLike, observed: ArrayLike, *, area: ArrayLike, share: ArrayLike) -> Floats:
    """Incidents in the hottest places that take each share of the area, ties even; shape (n_shares,).

    The same as `caught` times the incidents of each place, for many shares at once.

    >>> held_in([3, 1, 1], [5, 6, 0], area=[1, 1, 2], share=[0.25, 0.5, 1]).round(6)
    array([ 5.,  7., 11.])
    """
    size, seen = np.asarray(area, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    _, tie = np.unique(-np.asarray(predicted, dtype=np.float64), return_inverse=True)
    taken = np.cumsum(np.bincount(tie, weights=size))
    hits = np.cumsum(np.bincount(tie, weights=seen))
    within = np.asarray(share, dtype=np.float64) * size.sum()
    return np.asarray(np.interp(within, np.append(0.0, taken), np.append(0.0, hits)))


def _at(ranked: Curve, share: float) -> float:
    """Return the hit rate of exactly that share of the area, of the last place a part."""
    return float(np.interp(share, np.append(0.0, ranked.area_share), np.append(0.0, ranked.hit_rate)))


def _ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """Return the quotient, NaN where nothing is divided by nothing."""
    numerator, denominator = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    result: Any = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return np.asarray(result)
