"""Near repeats: whether incidents follow one another nearby sooner than chance would have it.

Knox's table of pairs by distance and days apart, against the same places with
their days shuffled. Knox 1964, doi:10.2307/2985220; Johnson and others 2007,
doi:10.1007/s10940-007-9025-3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

METRICS = ("manhattan", "euclidean")
"""Ways to measure a distance: along the two axes, or straight."""
LEVEL, LEAST_RATIO = 0.05, 1.2
"""A band is a pattern if its p is at most the one and its ratio at least the other."""
MOST_PAIRS = 10_000_000
"""Pairs of incidents near one another that are borne; 8 bytes each."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of incidents that lie near one another, sorted by band of distance."""

    order: Ints = field(repr=False)
    """The incidents, such that those near one another follow one another, shape (n,)."""
    one: NDArray[np.int32] = field(repr=False)
    """Place in that order of one incident of each pair, shape (n_pairs,)."""
    other: NDArray[np.int32] = field(repr=False)
    """Place of the other one, shape (n_pairs,)."""
    starts: Ints
    """Where each band begins, and the end of the last, shape (n_bands + 1,)."""
    edges: Floats
    """Edges of the bands, half open [a, b), m, shape (n_bands + 1,)."""
    metric: str

    def __len__(self) -> int:
        return len(self.one)

    @property
    def first(self) -> Ints:
        """One incident of each pair, shape (n_pairs,)."""
        return self.order[self.one]

    @property
    def second(self) -> Ints:
        """The other one, shape (n_pairs,)."""
        return self.order[self.other]

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
    points -= points.min(axis=0) if len(points) else 0.0
    order, rows = _in_rows(points, float(edges[-1]))
    points = np.ascontiguousarray(points[order].T)
    straight = metric == "euclidean"
    none = np.empty(0, dtype=np.int32)
    from hotspot.kernels.near_pairs import near_pairs as kernel

    number = np.zeros(len(edges) - 1, dtype=np.int64)
    kernel(points[0], points[1], *rows, edges, straight, number, False, none, none)
    starts = np.concatenate([[0], np.cumsum(number)])
    if starts[-1] > MOST_PAIRS:
        msg = (
            f"{starts[-1]:,} pairs of incidents lie within {edges[-1]:g} m of one another; at most "
            f"{MOST_PAIRS:,} are borne. Take fewer or narrower bands of distance, a shorter window or one "
            "offence."
        )
        raise ParameterError("band", msg)
    one, other = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.int32)
    kernel(points[0], points[1], *rows, edges, straight, starts[:-1].copy(), True, one, other)
    return Pairs(order, one, other, starts, edges, metric)


def _in_rows(points: Floats, reach: float) -> tuple[Ints, tuple[Ints, Ints]]:
    """Return the points' order, row by row and by x in each; the rows that hold any, and where they start."""
    # A hair higher than the reach: no pair lies two rows apart, however it is rounded.
    row = np.floor(points[:, 1] / (reach * (1 + 1e-9))).astype(np.int64)
    order = np.lexsort((points[:, 1], points[:, 0], row))
    filled, starts = np.unique(row[order], return_index=True)
    return order, (filled, np.append(starts, len(points)))


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
    times = _from_the_first(day)
    size = (len(pairs.edges) - 1, len(edges) - 1)
    observed, total = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    reached = np.ones(size, dtype=np.int64)
    for at, found in _tables(pairs, times, edges, permutations, rng):
        if not at:
            observed, found = found[0], found[1:]
        total += found.sum(axis=0)
        reached += (found >= observed).sum(axis=0)
        if tell is not None:
            tell(at / (permutations + 1))
    expected = total / max(permutations, 1)
    return Knox(pairs.edges, edges, observed, expected, reached / (permutations + 1))


def _from_the_first(day: ArrayLike) -> NDArray[Any]:
    """Return the days since the first one, as whole numbers where they are such."""
    values = np.asarray(day, dtype=np.float64)
    if not np.isfinite(values).all():
        msg = "Near repeats need a day for each incident; leave out those without."
        raise ValueError(msg)
    values = values - values.min() if len(values) else values
    return values.astype(np.int64) if (values == np.round(values)).all() else values


def _tables(
    pairs: Pairs, times: NDArray[Any], edges: Floats, permutations: int, rng: np.random.Generator
) -> Iterator[tuple[int, Ints]]:
    """Yield the tables of the true days and of each shuffle, some at a time, with the number of the first."""
    from hotspot.kernels.days_apart import LANES, days_apart

    limits, most = edges[edges > 0], np.iinfo(np.int16).max
    kind: type[np.generic] = np.float64
    if times.dtype.kind == "i" and times.max(initial=0) < most:
        # Whole days below an edge are those below the next whole day; short numbers are quickly read.
        kind = np.int16
        limits = np.minimum(np.ceil(limits), most).astype(kind)
    paired = np.append(limits, limits[-1:]) if len(limits) % 2 else limits
    laid = np.empty((len(times), LANES), dtype=kind)
    for at in range(0, permutations + 1, LANES):
        lanes = min(LANES, permutations + 1 - at)
        for lane in range(lanes):
            laid[:, lane] = (rng.permutation(times) if at + lane else times)[pairs.order]
        below = np.zeros((len(pairs.edges) - 1, len(paired), LANES), dtype=np.int64)
        days_apart(pairs.one, pairs.other, pairs.starts, laid, paired, below)
        below = np.moveaxis(below, 2, 0)[:lanes, :, : len(limits)]
        yield at, np.diff(below, axis=2, prepend=0) if edges[0] == 0 else np.diff(below, axis=2)
