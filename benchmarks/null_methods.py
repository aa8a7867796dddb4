"""How often each test calls pure chance a finding; writes its part of docs/validation.md.

Run as ``python -m benchmarks.null_methods``.

Incidents anywhere at any time, over and over: whatever local Moran, emerging
hotspots, near repeats, the scan and change find among them is a false alarm.
What whole layers make of such incidents is told by ``benchmarks.null_layers``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.page import percent, write
from benchmarks.town import SIDE, YEAR
from hotspot.analysis.chance import Chance
from hotspot.analysis.likeness import Likeness
from hotspot.stats.change import chance_flags, conditional_p, directions, poisson_z
from hotspot.stats.circles import circles
from hotspot.stats.emerging import CubeNeighbours, emerging
from hotspot.stats.knox import LEVEL, knox, near_pairs
from hotspot.stats.lattice import Lattice
from hotspot.stats.localmoran import local_moran
from hotspot.stats.mannkendall import mann_kendall
from hotspot.stats.near_repeats import SAME_PLACE
from hotspot.stats.scan import scan
from hotspot.stats.significance import adjust
from hotspot.stats.wdd import wdd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]

SEED = 20_260_103
MAPS, CUBES, WORLDS, SCANS, EVALUATIONS = 1_000, 300, 200, 250, 5_000
EDGES = (0.0, SAME_PLACE, 100.0, 200.0, 300.0, 400.0)
"""Bands of distance of near repeats as a layer has them, m."""
DAYS = (0, 7, 14, 21, 28)
HEAD = """Printed and written by `python -m benchmarks.null_methods` (a few minutes; the seed is fixed).

Incidents anywhere at any time, and each method as it is without a choice. What it finds is not there. "At
most" is what the method promises; where exactly that came up, the share tried here would be up to "by
luck" 39 times in 40. Local Moran's maps have 40 x 40 cells, emerging hotspots' cubes 20 x 20 cells and 12
steps, with Benjamini-Hochberg adjustment; near repeats lie in a town of 6 x 6 km, and so do scans, over
30 days.

| method | what is looked at | tried | at most | by luck | found |
|:--|:--|--:|--:|--:|--:|
"""
TAIL = """
By their exact p-values local Moran and emerging hotspots keep the promise of false-discovery control; by
the normal approximation they break it as Gi\\* does, for the same reason. The trend of a cell is judged
with a variance that allows for neighbourhoods that overlap in time; the plain Mann-Kendall test would see
one more than twice as often as it promises.

Near repeats are looked for in 20 bands, and 5 % is the promise *of each band*: a table with a pattern in
any of them is no rarity, and its layer shows places at risk. Where chance often makes as many patterns
the layer has a warning that says so; patterns without that warning are as rare as they should be.

A change is flagged beyond a z of 3, as is usual. That is no promise of a level: how many cells chance
alone flags differs with the counts. The layer works that number out from its own counts and prints it; it
is what comes true. The exact p beside it promises a level, and keeps it.

Before and after takes counts as Poisson and their difference as normal, which with few incidents is right
within about one point.
"""


class Row(NamedTuple):
    """One line of the table."""

    method: str
    what: str
    promised: float | None
    """None where nothing is."""
    found: Floats
    """What each map shows: whether anything, or what share of its cells, series or bands."""

    def line(self) -> str:
        """Return the line as the page has it."""
        tried, promised, luck = len(self.found), "", ""
        if self.promised is not None:
            binary = np.isin(self.found, (0.0, 1.0)).all()
            variance = self.promised * (1 - self.promised) if binary else self.found.var(ddof=1)
            promised = percent(self.promised)
            luck = percent(self.promised + 1.96 * np.sqrt(variance / tried))
        found = percent(float(self.found.mean()))
        return f"| {self.method} | {self.what} | {tried:,} | {promised} | {luck} | {found} |"


def squares(side: int) -> Neighbours:
    """Return who touches whom among so many rows of so many square cells."""
    row, col = np.divmod(np.arange(side * side), side)
    return Lattice.of(col, row, "square").within()


def local_morans(rng: np.random.Generator) -> Iterator[Row]:
    """Yield the share of maps of 40 x 40 cells with a significant cell of any kind, by either p."""
    near = squares(40)
    n = len(near.number)
    for incidents in (500, 2_000, 10_000):
        shown = {kind: np.zeros(MAPS) for kind in ("exact", "normal")}
        for each in range(MAPS):
            counts = np.bincount(rng.integers(0, n, incidents), minlength=n).astype(np.float64)
            for kind, found in shown.items():
                likeness = Likeness.of(counts, near, significance=kind)
                p = likeness.p(local_moran(likeness.values, neighbours=near))
                found[each] = (adjust(p) <= LEVEL).any()
        for kind, found in shown.items():
            yield Row(
                f"Local Moran, {kind}", f"maps with a significant cell, {incidents:,} incidents", LEVEL, found
            )


def cubes(rng: np.random.Generator) -> Iterator[Row]:
    """Yield the share of cubes of 20 x 20 cells and 12 steps with a hot or cold cell, and that of trends."""
    steps = 12
    near = CubeNeighbours(squares(20), steps)
    n = steps * near.places
    for incidents in (500, 2_000, 10_000):
        shown = {kind: np.zeros(CUBES) for kind in ("exact", "normal")}
        trends, naive = np.zeros(CUBES), np.zeros(CUBES)
        for each in range(CUBES):
            counts = np.bincount(rng.integers(0, n, incidents), minlength=n).astype(np.float64)
            for kind, found in shown.items():
                chance = Chance.of(counts, near.number, significance=kind)
                made = emerging(counts.reshape(steps, -1), neighbours=near, p_of=chance.p)
                found[each] = (np.abs(made.level) >= 2).any()
            trends[each] = (made.trend.p <= LEVEL).mean()
            naive[each] = (mann_kendall(made.z[near.lag :]).p <= LEVEL).mean()
        for kind, found in shown.items():
            what = f"cubes with a cell hot or cold in any step, {incidents:,} incidents"
            yield Row(f"Emerging, {kind}", what, LEVEL, found)
        yield Row("Emerging, trend", f"cells with a trend, {incidents:,} incidents", LEVEL, trends)
        yield Row("Emerging, trend, overlap unheeded", "the same", LEVEL, naive)


def near_repeats(rng: np.random.Generator) -> Iterator[Row]:
    """Yield the share of bands with a small p, of tables with a pattern, and of those that raise no doubt."""
    for incidents in (500, 1_500):
        small, patterns, shown, quiet = (np.zeros(WORLDS) for _ in range(4))
        for each in range(WORLDS):
            pairs = near_pairs(*rng.uniform(0, SIDE, (2, incidents)), distances=EDGES)
            day = rng.integers(0, YEAR, incidents)
            found = knox(pairs, day, days=DAYS, permutations=999, rng=rng)
            # Nobody is at another's place here: the first row cannot be anything.
            small[each] = (found.p[1:] <= LEVEL).mean()
            patterns[each] = found.flagged[1:].mean()
            shown[each] = found.flagged.any()
            quiet[each] = found.flagged.any() and not found.doubtful
        year = f"{incidents:,} incidents in a year"
        yield Row("Near repeat", f"bands with a p of at most 0.05, {year}", LEVEL, small)
        yield Row("Near repeat", "bands that are patterns (and 1.2 times as many pairs)", LEVEL, patterns)
        yield Row("Near repeat", "tables with a pattern in any band", None, shown)
        yield Row("Near repeat", "tables with a pattern and no warning of chance", LEVEL, quiet)


def scans(rng: np.random.Generator) -> Iterator[Row]:
    """Yield the share of months of 150 incidents whose likeliest cluster is called a hotspot."""
    incidents, days = 150, 30
    for look in ("recent", "any"):
        p = np.ones(SCANS)
        for each in range(SCANS):
            laid = circles(*rng.uniform(0, SIDE, (2, incidents)), max_radius=1_000)
            step = rng.integers(0, days, incidents)
            found = scan(laid, step, n_steps=days, longest=15, look=look, permutations=99, rng=rng)
            p[each] = found.p.min(initial=1.0)
        for level in (LEVEL, 2 * LEVEL):
            what = f"months of {incidents} incidents with a cluster of p at most {level:g}"
            yield Row(f"Scan, {look}", what, level, (p <= level).astype(np.float64))


def changes(rng: np.random.Generator) -> Iterator[Row]:
    """Yield the share of 400 cells that is flagged and that was said to be, and those of small p."""
    cells = 400
    for mean, exposure in ((0.3, 1.0), (2.0, 1.0), (20.0, 1.0), (2.0, 0.5)):
        flagged, said, small, shown = (np.zeros(MAPS) for _ in range(4))
        for each in range(MAPS):
            now, before = rng.poisson(mean * exposure, cells), rng.poisson(mean, cells)
            p = conditional_p(now, before, exposure=exposure)
            flagged[each] = (directions(poisson_z(now, before, exposure=exposure)) != 0).mean()
            said[each] = chance_flags(now, before, exposure=exposure).mean()
            small[each] = (p <= LEVEL).mean()
            shown[each] = (adjust(p) <= LEVEL).any()
        what = f"{mean:g} incidents a cell before, {mean * exposure:g} now"
        yield Row(
            "Change, flags", f"cells flagged, {what}; at most what the layer prints", said.mean(), flagged
        )
        yield Row("Change, exact", "cells with a p of at most 0.05", LEVEL, small)
        yield Row("Change, exact", "maps with an adjusted p of at most 0.05", LEVEL, shown)


def evaluations(rng: np.random.Generator) -> Iterator[Row]:
    """Yield the share of before-and-after evaluations that see an effect though nothing was done."""
    for expected, lengths in ((1.0, (1.0, 1.0)), (5.0, (1.0, 1.0)), (1.0, (1.0, 4.0)), (5.0, (4.0, 1.0))):
        length = np.array(lengths) / min(lengths)
        p = np.ones(EVALUATIONS)
        for each in range(EVALUATIONS):
            treated, control = rng.poisson(expected * length), rng.poisson(5 * expected * length)
            p[each] = wdd((treated[0], treated[1]), (control[0], control[1]), lengths=lengths).p
        parts = f"{expected:g} and {5 * expected:g} incidents in windows of {lengths[0]:g} to {lengths[1]:g}"
        yield Row("Before and after", f"p of at most 0.05, {parts}", LEVEL, (p <= LEVEL).astype(np.float64))


TRIALS: tuple[Callable[[np.random.Generator], Iterator[Row]], ...] = (
    local_morans,
    cubes,
    near_repeats,
    scans,
    changes,
    evaluations,
)


def main() -> None:
    """Print the table and write it into the page."""
    lines = []
    for number, trial in enumerate(TRIALS):
        for row in trial(np.random.default_rng([SEED, number])):
            lines.append(row.line())
            print(lines[-1], flush=True)
    write("null methods", HEAD + "\n".join(lines) + "\n" + TAIL)


if __name__ == "__main__":
    main()
