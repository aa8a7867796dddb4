"""Space-time scan: the circle and the days that hold more incidents than places and days explain.

Kulldorff and others 2005, doi:10.1371/journal.pmed.0020059: the permutation
model needs the incidents only, no population. A cylinder is a circle during a
run of steps of time; it is expected to hold the circle's incidents times the
steps' incidents over all incidents.
"""

from __future__ import annotations

from collections.abc import Callable
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
_ROOM = 1 << 16
_CHUNK = 1 << 20


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


@dataclass(eq=False)
class _Search:
    """Finds the cylinders that hold enough incidents at given times."""

    circles: Circles
    steps: Ints
    n_steps: int
    longest: int
    look: str

    def __post_init__(self) -> None:
        self.total = len(self.steps)
        self.back = self.n_steps - 1 - self.steps
        self.since = np.concatenate([[0], np.cumsum(np.bincount(self.back, minlength=self.n_steps))])
        self.kind = np.int16 if self.n_steps <= np.iinfo(np.int16).max else np.int32
        self.sizes, self.row = np.unique(self.circles.size, return_inverse=True)
        self.found = np.empty((4, _ROOM), dtype=np.int64)

    def during(self) -> Ints:
        """Return the incidents of each window: those of one step, the newest first, then of two, ..."""
        lengths = range(1, self.longest + 1)
        if self.look == "recent":
            return self.since[1 : self.longest + 1]
        return np.concatenate([self.since[length:] - self.since[:-length] for length in lengths])

    def need(self, level: float) -> NDArray[np.int32]:
        """Return how many incidents make that log likelihood ratio: sizes of circles (rows), windows."""
        enough = np.arange(LEAST, int(self.sizes.max(initial=LEAST)) + 1)
        reach, during = _largest_expected(enough, level, self.total), self.during()
        need = np.empty((len(self.sizes), len(during)), dtype=np.int32)
        step = max(_CHUNK // len(during), 1)
        for at in range(0, len(need), step):
            share = self.sizes[at : at + step, None] / self.total
            need[at : at + step] = LEAST + np.searchsorted(reach, during[None, :] * share)
        return need

    def judged(self, back: Ints, need: NDArray[np.int32]) -> tuple[Ints, Floats, Floats]:
        """Return those cylinders (rows: circle, first, stop, incidents), expected incidents and LLR."""
        from hotspot.kernels.cylinders import cylinders

        laid, recent = self.circles, self.look == "recent"
        times = (back.astype(self.kind), self.n_steps, self.longest, recent)
        given = (laid.member, laid.begin, laid.size, *times, need, self.row)
        number = cylinders(*given, self.found)
        if number > self.found.shape[1]:
            self.found = np.empty((4, number), dtype=np.int64)
            cylinders(*given, self.found)
        circle, newest, oldest, held = self.found[:, :number]
        expected = (self.since[oldest] - self.since[newest]) * (laid.size[circle] / self.total)
        cylinder = np.stack([circle, self.n_steps - oldest, self.n_steps - newest, held])
        return cylinder, expected, log_likelihood_ratio(held, expected, self.total)


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
    found, expected, llr = search.judged(search.back, search.need(0.0 if cylinders <= _FEW else _WEAK))
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
    need = search.need(float(llr.min()) * (1 - 1e-9))
    while made < permutations and reached < ENOUGH:
        _, _, others = search.judged(rng.permutation(search.back), need)
        most[made] = others.max(initial=0.0)
        reached += bool(most[made] >= llr[0] * (1 - 1e-12))
        made += 1
        if made % 10 == 0:
            tell(made / permutations)
    passed = np.cumsum(most[:made, None] >= llr[None, :] * (1 - 1e-12), axis=0)
    early = passed[-1] >= ENOUGH
    when = (passed >= ENOUGH).argmax(axis=0) + 1
    return np.where(early, ENOUGH / when, (passed[-1] + 1) / (made + 1)), made
