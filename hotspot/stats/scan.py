"""Space-time scan: the circle and the days that hold more incidents than places and days explain.

Kulldorff and others 2005, doi:10.1371/journal.pmed.0020059: the permutation
model needs the incidents only, no population. A cylinder is a circle during a
run of steps of time; it is expected to hold the circle's incidents times the
steps' incidents over all incidents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot.errors import ParameterError
from hotspot.stats.circles import LEAST

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.circles import Circles

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOST_CYLINDERS = 20_000_000
MOST_CLUSTERS = 10
ENOUGH = 50
"""Shuffles that reach the most likely cluster, after which no more are needed: its p is above 0.05."""
_FEW = 200_000
_WEAK = 3.0
"""Among millions of cylinders, log likelihood ratios below this are common: they are not looked at."""
_CHUNK = 100_000


@dataclass(frozen=True, eq=False)
class Scan:
    """The most likely clusters, no two of which overlap, the likeliest first; all arrays (n,)."""

    circle: Ints
    """Which of the circles it is."""
    start: Ints
    """First step of time."""
    stop: Ints
    """First step after it."""
    observed: Ints
    """Incidents in it."""
    expected: Floats
    """Incidents expected in it if places and times had nothing to do with each other."""
    llr: Floats
    """Log likelihood ratio: how far from chance."""
    p: Floats
    """How often shuffled times have a cluster anywhere that is as unlikely."""
    permutations: int
    """Shuffles that were made; fewer than asked for once the p was plain."""
    cylinders: int = 0
    """Cylinders that were compared."""

    def __len__(self) -> int:
        return len(self.circle)

    @property
    def ratio(self) -> Floats:
        """Observed over expected."""
        ratio: Floats = self.observed / self.expected
        return ratio


def n_windows(n_steps: int, longest: int, *, look: str) -> int:
    """Return the number of runs of up to ``longest`` steps: ``recent`` ones end with the last step.

    >>> n_windows(10, 3, look="recent"), n_windows(10, 3, look="any")
    (3, 27)
    """
    longest = min(longest, n_steps)
    return longest if look == "recent" else longest * n_steps - longest * (longest - 1) // 2


def log_likelihood_ratio(observed: ArrayLike, expected: ArrayLike, total: int) -> Floats:
    """Return (c/mu)^c ((C-c)/(C-mu))^(C-c) as a logarithm; 0 where no more than expected.

    >>> log_likelihood_ratio([4, 1], [1.0, 2.0], 20).round(3)
    array([2.796, 0.   ])
    """
    c, mu = np.broadcast_arrays(np.asarray(observed, dtype=np.float64), np.asarray(expected, np.float64))
    llr = np.zeros(c.shape)
    more = c > mu
    c, mu = c[more], mu[more]
    rest = total - c
    # 0 log 0 is 0: where nothing is left over, the second part is none.
    llr[more] = c * np.log(c / mu) + rest * np.log(np.where(rest > 0, rest, 1) / (total - mu))
    return llr


@dataclass(frozen=True, eq=False)
class _Chunk:
    """Some of the circles, with what does not change when times are shuffled."""

    begin: int
    member: Ints
    slot: Ints
    size: Ints
    n: int


@dataclass(eq=False)
class _Search:
    """Counts cylinders in chunks of circles that fit the processor's cache."""

    circles: Circles
    steps: Ints
    n_steps: int
    longest: int
    look: str

    def __post_init__(self) -> None:
        self.total = len(self.steps)
        per_step = np.bincount(self.steps, minlength=self.n_steps)
        self.until = np.concatenate([[0], np.cumsum(per_step)])
        width = max(_CHUNK // (self.n_steps + 1), 16)
        self.chunks = [self._chunk(at, at + width) for at in range(0, len(self.circles), width)]
        self.count = np.int16 if self.total < np.iinfo(np.int16).max else np.int32

    def _chunk(self, begin: int, end: int) -> _Chunk:
        starts = self.circles.starts[begin : end + 1]
        size = np.diff(starts)
        member = self.circles.member[starts[0] : starts[-1]]
        return _Chunk(begin, member, np.repeat(np.arange(len(size)), size), size, len(size))

    def windows(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield blocks of windows: their first steps, and the first after each."""
        if self.look == "recent":
            first = self.n_steps - np.arange(1, self.longest + 1)
            yield first, np.full(self.longest, self.n_steps)
            return
        for length in range(1, self.longest + 1):
            first = np.arange(self.n_steps - length, -1, -1)
            yield first, first + length

    def counts(self, chunk: _Chunk, steps: Ints) -> Iterator[NDArray[Any]]:
        """Yield the incidents of each block of windows (rows) in each circle (columns)."""
        back = self.n_steps - 1 - steps[chunk.member]
        # What is longer ago than the longest recent window is one row, and left out.
        rows = self.longest if self.look == "recent" else self.n_steps
        cells = np.bincount(np.minimum(back, rows) * chunk.n + chunk.slot, minlength=(rows + 1) * chunk.n)
        since = np.zeros((rows + 1, chunk.n), dtype=self.count)
        by_step = cells[: rows * chunk.n].astype(self.count).reshape(rows, chunk.n)
        np.cumsum(by_step, axis=0, dtype=self.count, out=since[1:])
        if self.look == "recent":
            yield since[1:]
            return
        for length in range(1, self.longest + 1):
            yield since[length:] - since[:-length]

    def expected(self, chunk: _Chunk, first: Ints, stop: Ints) -> Floats:
        """Return the expected incidents of each window (rows) in each circle (columns)."""
        during = self.until[stop] - self.until[first]
        return np.asarray(during[:, None] * (chunk.size[None, :] / self.total))

    def least(self, level: float) -> list[list[NDArray[Any]]]:
        """Return how many incidents each cylinder needs for that log likelihood ratio, by chunk and block."""
        top = int(self.circles.size.max(initial=LEAST))
        reach = _largest_expected(np.arange(LEAST, top + 1), level, self.total)
        found = []
        for chunk in self.chunks:
            sizes, which = np.unique(chunk.size, return_inverse=True)
            part = _Chunk(0, chunk.member, chunk.slot, sizes, len(sizes))
            needs = [LEAST + np.searchsorted(reach, self.expected(part, *block)) for block in self.windows()]
            found.append([need.astype(self.count)[:, which] for need in needs])
        return found

    def above(self, steps: Ints, least: list[list[NDArray[Any]]]) -> Iterator[tuple[Ints, ...]]:
        """Yield circle, first step, step after and incidents of the cylinders that hold enough."""
        blocks = list(self.windows())
        for chunk, needs in zip(self.chunks, least, strict=True):
            for (first, stop), need, held in zip(blocks, needs, self.counts(chunk, steps), strict=True):
                enough = held >= need
                if enough.any():
                    row, column = np.nonzero(enough)
                    yield chunk.begin + column, first[row], stop[row], held[row, column].astype(np.int64)

    def judged(self, steps: Ints, least: list[list[NDArray[Any]]]) -> tuple[NDArray[Any], Floats, Floats]:
        """Return those cylinders (rows: circle, first, stop, incidents), expected incidents and LLR."""
        parts = list(self.above(steps, least))
        found = np.hstack([np.vstack(part) for part in parts]) if parts else np.empty((4, 0), dtype=np.int64)
        during = self.until[found[2]] - self.until[found[1]]
        expected = during * (self.circles.size[found[0]] / self.total)
        return found, expected, log_likelihood_ratio(found[3], expected, self.total)


def _largest_expected(observed: Ints, level: float, total: int) -> Floats:
    """Return up to which expected number each observed one has a log likelihood ratio of ``level``."""
    low, high = np.zeros(len(observed)), observed.astype(np.float64)
    for _ in range(60):
        middle = (low + high) / 2
        enough = log_likelihood_ratio(observed, np.maximum(middle, 1e-300), total) >= level
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    # A hair more, so that rounding loses none; what is let through is judged exactly.
    return np.asarray(high * (1 + 1e-9))


def scan(
    circles: Circles,
    step: ArrayLike,
    *,
    n_steps: int,
    longest: int,
    look: str = "recent",
    permutations: int = 999,
    rng: np.random.Generator,
    tell: Callable[[float], None] | None = None,
) -> Scan:
    """Return the most likely clusters in space and time, at most 10, no two overlapping.

    The times are shuffled over the incidents until the number asked for, or until
    50 shuffles had as unlikely a cluster as the most likely one (Besag and
    Clifford 1991, doi:10.1093/biomet/78.2.301). No circles, no clusters.

    Parameters
    ----------
    circles
        From ``hotspot.stats.circles.circles``.
    step
        Step of time of each of the incidents, 0 to ``n_steps`` - 1.
    n_steps
        Steps of time in all.
    longest
        Steps that a cluster lasts at most.
    look
        ``recent``: only clusters that last until the last step; ``any``: all.
    permutations
        How often times are shuffled, at most.
    rng
        Where the shuffles come from.
    tell
        Called with the share done, 0 to 1.

    Raises
    ------
    ParameterError
        More than 20 million cylinders.
    """
    steps, longest = np.asarray(step, dtype=np.int64), min(longest, n_steps)
    if not len(circles):
        none = np.empty(0, dtype=np.int64)
        return Scan(none, none, none, none, np.empty(0), np.empty(0), np.empty(0), 0)
    cylinders = len(circles) * n_windows(n_steps, longest, look=look)
    if cylinders > MOST_CYLINDERS:
        msg = (
            f"{cylinders:,} cylinders are too many to compare; at most {MOST_CYLINDERS:,}. "
            "Take longer steps, a shorter longest cluster or a smaller max_radius."
        )
        raise ParameterError("step", msg)
    search = _Search(circles, steps, n_steps, longest, look)
    found, expected, llr = search.judged(steps, search.least(0.0 if cylinders <= _FEW else _WEAK))
    chosen = _chosen(circles, found, llr)
    found, expected, llr = found[:, chosen], expected[chosen], llr[chosen]
    p, made = _shuffled(search, llr, permutations, rng, tell or (lambda _share: None))
    return Scan(found[0], found[1], found[2], found[3], expected, llr, p, made, cylinders)


def _chosen(circles: Circles, found: NDArray[Any], llr: Floats) -> Ints:
    """Return the likeliest cylinders in order, leaving out those that overlap a likelier one."""
    at, first, stop = found[:3]
    order = np.lexsort((first, circles.y[at], circles.x[at], circles.radius[at], -llr))
    order = order[llr[order] > 0]
    chosen: list[int] = []
    while len(order) and len(chosen) < MOST_CLUSTERS:
        best = order[0]
        chosen.append(int(best))
        circle = at[order]
        apart = np.hypot(circles.x[circle] - circles.x[at[best]], circles.y[circle] - circles.y[at[best]])
        touch = apart <= circles.radius[circle] + circles.radius[at[best]]
        order = order[~(touch & (first[order] < stop[best]) & (stop[order] > first[best]))]
    return np.array(chosen, dtype=np.int64)


def _shuffled(
    search: _Search, llr: Floats, permutations: int, rng: np.random.Generator, tell: Callable[[float], None]
) -> tuple[Floats, int]:
    """Return the p of each cluster and the number of shuffles made."""
    most = np.zeros(permutations)
    made = reached = 0
    if not len(llr):
        return llr, made
    least = search.least(float(llr.min()) * (1 - 1e-9))
    while made < permutations and reached < ENOUGH:
        _, _, others = search.judged(rng.permutation(search.steps), least)
        most[made] = others.max(initial=0.0)
        reached += bool(most[made] >= llr[0] * (1 - 1e-12))
        made += 1
        if made % 10 == 0:
            tell(made / permutations)
    passed = np.cumsum(most[:made, None] >= llr[None, :] * (1 - 1e-12), axis=0)
    early = passed[-1] >= ENOUGH
    when = (passed >= ENOUGH).argmax(axis=0) + 1
    return np.where(early, ENOUGH / when, (passed[-1] + 1) / (made + 1)), made
