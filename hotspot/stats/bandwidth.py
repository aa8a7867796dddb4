"""The bandwidth of a kernel density: the one that best foretells incidents it has not seen.

Rules that start from the spread of all incidents over-smooth crime badly: they
know how large the town is, and not how small its hotspots are. So does a plain
hold-out likelihood, where a few incidents far from any other decide. Here half
of each forecast is a broad background, which those have; the other half is the
density that is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.kde import density, fewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

CANDIDATES: Final = (150.0, 200.0, 300.0, 400.0, 500.0, 700.0, 1000.0, 1400.0, 2000.0)
"""Bandwidths tried, m."""
BACKGROUND: Final = 0.5
"""Part of a forecast that is the background: the density of the widest bandwidth, and an even floor."""
FLOOR: Final = 0.01
"""Part of the background that is spread evenly over the study area, so that nothing is impossible."""
FOLDS: Final = 10
MOST_JUDGED: Final = 5_000
"""Held-out incidents that are judged at most: more make the choice slower and no surer."""
_PARTS: Final = {"quartic": 16, "epanechnikov": 24, "gaussian": 8}
"""Squares in a bandwidth in which crowded earlier incidents count as one: it moves a likelihood by 0.001."""


@dataclass(frozen=True, eq=False)
class Bandwidth:
    """The bandwidth chosen, and how well each candidate did."""

    bandwidth: float
    """Metres."""
    candidates: tuple[float, ...]
    likelihood: Floats = field(repr=False)
    """Mean log density (incidents per km2, as shares of all) at the held-out incidents; one a candidate."""
    judged: int = 0
    """Held-out incidents; 0 where nothing could be compared and the smallest was taken."""


def from_later(
    x: ArrayLike,
    y: ArrayLike,
    later_x: ArrayLike,
    later_y: ArrayLike,
    *,
    area_km2: float,
    kernel: str = "quartic",
    candidates: Sequence[float] = CANDIDATES,
) -> Bandwidth:
    """Return the bandwidth with which earlier incidents best foretell where later ones were.

    The smallest candidate where all incidents lie in one place or one part is
    empty; then the likelihoods are NaN.

    Parameters
    ----------
    x, y
        Earlier incidents, metres.
    later_x, later_y
        Later incidents, metres; of many, every second, third ... is judged.
    area_km2
        Area of the study area.
    kernel
        As for `hotspot.stats.kde.density`.
    candidates
        Bandwidths to try, m, ascending.

    Examples
    --------
    >>> from_later([0, 9000], [0, 0], [100, 9100], [0, 0], area_km2=100).bandwidth
    200.0
    """
    earlier, later = _points(x, y), _points(later_x, later_y)
    tried = tuple(float(each) for each in candidates)
    if not len(earlier) or not len(later) or _in_one_place(np.concatenate([earlier, later])):
        return _smallest(tried)
    return _best(tried, [_judge(earlier, _thinned(later), tried, area_km2, kernel)])


def from_folds(
    x: ArrayLike,
    y: ArrayLike,
    *,
    area_km2: float,
    rng: np.random.Generator,
    kernel: str = "quartic",
    candidates: Sequence[float] = CANDIDATES,
    folds: int = FOLDS,
) -> Bandwidth:
    """Return the bandwidth with which the other incidents best foretell those of a fold left out.

    For incidents without times; otherwise as ``from_later``. The folds are drawn at
    random, and no more of them are judged than hold 5,000 incidents.

    Parameters
    ----------
    x, y
        Incidents, metres.
    area_km2, kernel, candidates
        As for ``from_later``.
    rng
        Draws the folds.
    folds
        Parts that the incidents are cut in.

    Examples
    --------
    >>> east = np.r_[np.zeros(9), np.full(9, 9000.0)]
    >>> from_folds(east, east, area_km2=100, rng=np.random.default_rng(1)).bandwidth
    150.0
    """
    points = _points(x, y)
    tried = tuple(float(each) for each in candidates)
    if len(points) < 2 or _in_one_place(points):
        return _smallest(tried)
    fold = rng.permutation(len(points)) % min(folds, len(points))
    parts, judged = [], 0
    for number in range(int(fold.max()) + 1):
        held = _thinned(points[fold == number])
        parts.append(_judge(points[fold != number], held, tried, area_km2, kernel))
        judged += len(held)
        if judged >= MOST_JUDGED:
            break
    return _best(tried, parts)


def _judge(
    earlier: Floats, later: Floats, candidates: tuple[float, ...], area_km2: float, kernel: str
) -> Floats:
    """Log density of each candidate at each later incident, shape (n_candidates, n_later)."""
    found = []
    x, y, weight = earlier[:, 0], earlier[:, 1], np.ones(len(earlier))
    for each in candidates:
        # What is one incident to a narrower kernel is one to a wider one, too.
        x, y, weight = fewer(x, y, weight, bandwidth=each, kernel=kernel, parts=_PARTS[kernel])
        found.append(density(x, y, *later.T, bandwidth=each, kernel=kernel, weights=weight))
    share = np.array(found) / len(earlier)
    background = (1 - FLOOR) * share[-1] + FLOOR / area_km2
    return np.asarray(np.log((1 - BACKGROUND) * share + BACKGROUND * background))


def _best(candidates: tuple[float, ...], parts: list[Floats]) -> Bandwidth:
    judged = np.concatenate(parts, axis=1)
    likelihood = judged.mean(axis=1)
    return Bandwidth(candidates[int(likelihood.argmax())], candidates, likelihood, judged.shape[1])


def _smallest(candidates: tuple[float, ...]) -> Bandwidth:
    return Bandwidth(candidates[0], candidates, np.full(len(candidates), np.nan))


def _in_one_place(points: Floats) -> bool:
    return bool((points == points[0]).all())


def _thinned(points: Floats) -> Floats:
    return points[:: -(-len(points) // MOST_JUDGED)]


def _points(x: ArrayLike, y: ArrayLike) -> Floats:
    return np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
