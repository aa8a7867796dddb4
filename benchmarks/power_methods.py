"""How surely near repeats, an outbreak and a new hotspot are found; writes its part of docs/validation.md.

Run as ``python -m benchmarks.power_methods``.

Something is planted among incidents that lie anywhere at any time.
"""

from __future__ import annotations

import numpy as np

from benchmarks.page import percent, write
from benchmarks.town import SIDE, YEAR
from hotspot.analysis.chance import Chance
from hotspot.stats.circles import circles
from hotspot.stats.emerging import CubeNeighbours, emerging
from hotspot.stats.knox import knox, near_pairs
from hotspot.stats.lattice import Lattice
from hotspot.stats.near_repeats import SAME_PLACE
from hotspot.stats.patterns import words
from hotspot.stats.scan import scan

SEED = 20_260_105
WORLDS = 100
INCIDENTS, FOLLOWED = 500, (0, 5, 10, 20, 40)
"""Incidents of a year, and how many of them another one follows."""
MONTH, OUTBREAKS = 150, (0, 4, 6, 8, 10)
"""Incidents of thirty days, and of an outbreak in their last five."""
SIDES, STEPS, LATE = 20, 12, 3
BUSY, TIMES = (0.1, 0.5), (1, 3, 6, 12)
"""Incidents that a cell expects in a step, and times as many in the planted block."""
TEXT = """Printed and written by `python -m benchmarks.power_methods` (a few minutes; the seed is fixed).

{worlds} maps a row; where nothing is planted, what is found is false.

Near repeats: {incidents} incidents in a year in a town of 6 x 6 km, some of which are followed by another
one within a week and 100 m, which is in the second row and the first column of the table. "Found" is the
share of towns in which that band is a pattern, "ratio" how many times as many pairs as chance makes it
holds on average.

| followed | found | ratio |
|--:|--:|--:|
{near}

Space-time scan, recent clusters: {month} incidents in thirty days in that town, and an outbreak in its
middle, within 300 x 300 m and the last five days. "Found" is the share of towns with a cluster of p at
most 0.05 within 500 m of it; "days" how long the cluster is said to go on for on average where it is
found.

| outbreak | found | days |
|--:|--:|--:|
{outbreak}

Emerging hotspots: {side} x {side} cells and {steps} steps; a block of 3 x 3 cells expects so many times
as many as the others, in the last {late} steps only. "Found" is the share of cubes in which a cell of the
block is hot in the last step, with 90 % confidence and more; "cells" how many of the nine are; "new" the
part of these whose pattern is new or consecutive, as it should be; "false" the share of the cells hot in
the last step whose neighbourhood does not touch the block, on the average cube, of which at most 10 % are
promised.

| a cell expects a step | block | found | cells | new | false |
|--:|--:|--:|--:|--:|--:|
{emerging}
"""


def near_repeats(followed: int, rng: np.random.Generator) -> str:
    """Return the row of towns in which so many incidents are followed by another one."""
    found, ratio = np.zeros(WORLDS), np.zeros(WORLDS)
    for each in range(WORLDS):
        place = rng.uniform(0, SIDE, (2, INCIDENTS - followed))
        day = rng.integers(0, YEAR, INCIDENTS - followed)
        first = rng.choice(len(day), followed, replace=False)
        # At most 49 m along either axis: within 100 m as a taxi drives.
        place = np.hstack([place, place[:, first] + rng.uniform(-49, 49, (2, followed))])
        day = np.append(day, day[first] + rng.integers(0, 7, followed))
        pairs = near_pairs(*place, distances=(0, SAME_PLACE, 100, 200, 300, 400))
        made = knox(pairs, day, days=(0, 7, 14, 21, 28), permutations=199, rng=rng)
        found[each], ratio[each] = made.flagged[1, 0], made.ratio[1, 0]
    return f"| {followed} of {INCIDENTS} | {percent(float(found.mean()))} | {np.nanmean(ratio):.1f} |"


def outbreak(size: int, rng: np.random.Generator) -> str:
    """Return the row of towns with an outbreak of so many incidents."""
    days, found, lasts = 30, np.zeros(WORLDS), []
    middle = SIDE / 2
    for each in range(WORLDS):
        there = middle + rng.uniform(-150, 150, (2, size))
        laid = circles(*np.hstack([rng.uniform(0, SIDE, (2, MONTH)), there]), max_radius=1_000)
        day = np.append(rng.integers(0, days, MONTH), rng.integers(days - 5, days, size))
        made = scan(laid, day, n_steps=days, longest=days // 2, permutations=99, rng=rng)
        away = np.hypot(laid.x[made.circle] - middle, laid.y[made.circle] - middle)
        right = np.flatnonzero((made.p <= 0.05) & (away <= 500))
        found[each] = len(right) > 0
        lasts += (made.stop - made.start)[right[:1]].tolist()
    mean = f"{np.mean(lasts):.1f}" if lasts else ""
    return f"| {size or 'none'} | {percent(float(found.mean()))} | {mean} |"


def new_hotspot(base: float, times: float, rng: np.random.Generator) -> str:
    """Return the row of cubes in which a block becomes busier in the last steps."""
    row, col = np.divmod(np.arange(SIDES * SIDES), SIDES)
    near = CubeNeighbours(Lattice.of(col, row, "square").within(), STEPS)
    apart = np.maximum(np.abs(row - 9), np.abs(col - 12))
    late = np.arange(STEPS)[:, None] >= STEPS - LATE
    rate = base * np.where(late & (apart <= 1), times, 1.0)
    told = np.zeros((WORLDS, 4))
    for each in range(WORLDS):
        counts = rng.poisson(rate).astype(np.float64)
        chance = Chance.of(counts.ravel(), near.number, significance="exact")
        made = emerging(counts, neighbours=near, p_of=chance.p)
        hot = made.level[-1] >= 1
        block = hot & (apart <= 1)
        new = sum(words(int(code)) in {"new hot", "consecutive hot"} for code in made.pattern[block])
        told[each] = block.any(), block.sum(), new, hot[apart > 2].sum() / max(hot.sum(), 1)
    found, cells, new, wrong = told.mean(axis=0).tolist()
    share = percent(new / cells) if cells else ""
    block = f"{times} times" if times > 1 else "none"
    return f"| {base:g} | {block} | {percent(found)} | {cells:.1f} | {share} | {percent(wrong)} |"


def main() -> None:
    """Print the tables and write them into the page."""
    rng = np.random.default_rng(SEED)
    text = TEXT.format(
        worlds=WORLDS,
        incidents=INCIDENTS,
        month=MONTH,
        side=SIDES,
        steps=STEPS,
        late=LATE,
        near="\n".join(near_repeats(followed, rng) for followed in FOLLOWED),
        outbreak="\n".join(outbreak(size, rng) for size in OUTBREAKS),
        emerging="\n".join(new_hotspot(base, times, rng) for base in BUSY for times in TIMES),
    )
    print(text)
    write("power of methods", text)


if __name__ == "__main__":
    main()
