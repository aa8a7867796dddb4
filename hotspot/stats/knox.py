"""Near repeats: whether incidents follow one another nearby sooner than chance would have it.

Knox's table of pairs by distance and days apart, against the same places with
their days shuffled. Knox 1964, doi:10.2307/2985220; Johnson and others 2007,
doi:10.1007/s10940-007-9025-3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

METRICS = {"manhattan": 1, "euclidean": 2}
"""Ways to measure a distance, with the power each takes of its two parts."""
LEVEL, LEAST_RATIO = 0.05, 1.2
"""A band is a pattern if its p is at most the one and its ratio at least the other."""
MOST_PAIRS = 10_000_000
"""Pairs of incidents near one another that are borne; 16 bytes each."""
_CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of incidents that lie near one another, sorted by band of distance."""

    first: Ints = field(repr=False)
    """One incident of each pair, shape (n_pairs,)."""
    second: Ints = field(repr=False)
    """The other one, shape (n_pairs,)."""
    starts: Ints
    """Where each band begins, and the end of the last, shape (n_bands + 1,)."""
    edges: Floats
    """Edges of the bands, half open [a, b), m, shape (n_bands + 1,)."""
    metric: str

    def __len__(self) -> int:
        return len(self.first)

    @property
    def band(self) -> Ints:
        """Band of distance of each pair, shape (n_pairs,)."""
        band: Ints = np.repeat(np.arange(len(self.edges) - 1), np.diff(self.starts))
        return band


@dataclass(frozen=True, eq=False)
class Knox:
    """Pairs of incidents by distance (rows) and days apart (columns); each array (n_bands, n_day_bands)."""

    distances: Floats
    """Edges of the bands of distance, half open [a, b), m."""
    days: Floats
    """Edges of the bands of days, half open [a, b)."""
    observed: Ints
    """Pairs in the incidents as they are."""
    expected: Floats
    """Mean number of pairs when the days are shuffled."""
    p: Floats
    """How often shuffled days give as many pairs: (k + 1) / (permutations + 1)."""

    @property
    def ratio(self) -> Floats:
        """Observed over expected; NaN where none are expected."""
        ratio = np.full(self.observed.shape, np.nan)
        np.divide(self.observed, self.expected, out=ratio, where=self.expected > 0)
        return ratio

    @property
    def flagged(self) -> Flags:
        """Whether the band is a pattern: p at most 0.05 and at least 1.2 times the expected pairs."""
        enough = (self.observed > 0) & (self.observed >= LEAST_RATIO * self.expected)
        return np.asarray(enough & (self.p <= LEVEL))

    @property
    def doubtful(self) -> bool:
        """Whether there are patterns, but chance often makes as many among so many bands.

        It is none where a single p is so small that it counts among all bands together
        (Bonferroni), or where as many bands as are patterns would seldom have a small p.
        """
        from scipy.special import bdtrc

        patterns, bands = int(self.flagged.sum()), self.flagged.size
        if not patterns or float(self.p.min()) * bands <= LEVEL:
            return False
        return bool(bdtrc(patterns - 1.0, bands, LEVEL) > LEVEL)


def near_pairs(x: ArrayLike, y: ArrayLike, *, distances: Sequence[float], metric: str = "manhattan") -> Pairs:
    """Return the pairs of incidents in each band of distance; fewer than two incidents, none.

    Parameters
    ----------
    x, y
        Metres, none missing.
    distances
        Edges of the bands, rising; a pair exactly on an edge is in the further band.
    metric
        ``manhattan`` (along the two axes) or ``euclidean``.

    Raises
    ------
    ParameterError
        Edges that do not rise, an unknown metric, or more than 10 million pairs.
    """
    edges = _edges("distances", distances)
    if metric not in METRICS:
        msg = f"metric is one of {', '.join(METRICS)}; got {metric!r}."
        raise ParameterError("metric", msg)
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    if not np.isfinite(points).all():
        msg = "Near repeats need coordinates for each incident; leave out those without."
        raise ValueError(msg)
    pair, apart = _within(points, float(edges[-1]), metric)
    band = np.searchsorted(edges, apart, side="right") - 1
    kept = (band >= 0) & (band < len(edges) - 1)
    pair, band = pair[kept], band[kept]
    order = np.argsort(band, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(band, minlength=len(edges) - 1))])
    return Pairs(pair[order, 0], pair[order, 1], starts, edges, metric)


def _within(points: Floats, reach: float, metric: str) -> tuple[Ints, Floats]:
    """Return the pairs at most ``reach`` apart, shape (n, 2), and their distances."""
    from scipy.spatial import cKDTree

    if len(points) < 2:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    points = points - points.min(axis=0)
    tree = cKDTree(points)
    power = METRICS[metric]
    number = (int(tree.count_neighbors(tree, reach, p=power)) - len(points)) // 2
    if number > MOST_PAIRS:
        msg = (
            f"{number:,} pairs of incidents lie within {reach:g} m of one another; at most {MOST_PAIRS:,} "
            "are borne. Take fewer or narrower bands of distance, a shorter window or one offence."
        )
        raise ParameterError("band", msg)
    pair = tree.query_pairs(reach, p=power, output_type="ndarray").astype(np.int64)
    step = np.abs(points[pair[:, 0]] - points[pair[:, 1]])
    return pair, step.sum(axis=1) if power == 1 else np.hypot(step[:, 0], step[:, 1])


def _edges(name: str, edges: Sequence[float]) -> Floats:
    values = np.asarray(edges, dtype=np.float64)
    if len(values) < 2 or values[0] < 0 or not (np.diff(values) > 0).all() or not np.isfinite(values).all():
        msg = f"{name} are two or more rising edges from 0 on, such as 0, 7, 14; got {list(edges)}."
        raise ParameterError(name, msg)
    return values


def knox(
    pairs: Pairs,
    day: ArrayLike,
    *,
    days: Sequence[float],
    permutations: int = 999,
    rng: np.random.Generator,
    tell: Callable[[float], None] | None = None,
) -> Knox:
    """Return the table of pairs by distance and days apart, against shuffled days.

    No pairs give a table of noughts whose p is 1.

    Parameters
    ----------
    pairs
        From ``near_pairs``.
    day
        Day of each of the n incidents, from any first day.
    days
        Edges of the bands of days, rising; exactly on an edge is in the later band.
    permutations
        How often the days are shuffled over the incidents.
    rng
        Where the shuffles come from.
    tell
        Called with the share done, 0 to 1.

    Examples
    --------
    >>> pairs = near_pairs([0, 10, 0, 5000, 5005], [0] * 5, distances=[0, 100])
    >>> found = knox(pairs, [1, 2, 90, 40, 43], days=[0, 7, 14], rng=np.random.default_rng(1))
    >>> found.observed
    array([[2, 0]])
    """
    edges = _edges("days", days)
    times = _small(day)
    observed = _table(pairs, times, edges)
    total = np.zeros(observed.shape, dtype=np.int64)
    reached = np.ones(observed.shape, dtype=np.int64)
    for i in range(permutations):
        found = _table(pairs, rng.permutation(times), edges)
        total += found
        reached += found >= observed
        if tell is not None and i % 50 == 0:
            tell(i / permutations)
    expected = total / max(permutations, 1)
    return Knox(pairs.edges, edges, observed, expected, reached / (permutations + 1))


def _small(day: ArrayLike) -> NDArray[Any]:
    """Return the days in the smallest type that holds their differences: the shuffles read little else."""
    values = np.asarray(day, dtype=np.float64)
    if not np.isfinite(values).all():
        msg = "Near repeats need a day for each incident; leave out those without."
        raise ValueError(msg)
    values = values - values.min() if len(values) else values
    whole: type = np.int16 if values.max(initial=0) < np.iinfo(np.int16).max else np.int32
    fits = (values == np.round(values)).all() and values.max(initial=0) < np.iinfo(whole).max
    return values.astype(whole) if fits else values


def _table(pairs: Pairs, times: NDArray[Any], edges: Floats) -> Ints:
    """Return the number of pairs in each band of distance and of days."""
    below = np.zeros((len(pairs.edges) - 1, len(edges)), dtype=np.int64)
    # Whole days below an edge are those below the next whole day.
    limits = edges
    if times.dtype.kind == "i":
        limits = np.minimum(np.ceil(edges), np.iinfo(times.dtype).max).astype(times.dtype)
    for band, (start, stop) in enumerate(zip(pairs.starts[:-1], pairs.starts[1:], strict=True)):
        for at in range(start, stop, _CHUNK):
            part = slice(at, min(at + _CHUNK, stop))
            apart = np.abs(times[pairs.first[part]] - times[pairs.second[part]])
            below[band] += [np.count_nonzero(apart < limit) for limit in limits]
    return np.diff(below, axis=1)
