"""How often a map of pure chance shows a hot cell; writes docs/validation.md.

Run as ``python -m benchmarks.null_maps``.

Incidents are thrown at the cells of Belize District, each cell as likely as any
other, 200 times over. Whatever is hot on such a map is a false alarm.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hotspot.places.boundaries import load
from hotspot.places.grid import make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.getisord import GiStar, gi_star
from hotspot.stats.lattice import Lattice, LatticeNeighbours
from hotspot.stats.permutation import exact_p
from hotspot.stats.significance import LEVELS, adjust, classes, two_sided_p

PAGE = Path(__file__).parent.parent / "docs" / "validation.md"
MAPS = 200
SEED = 20_260_101
CASES = ((500, 500), (2_000, 500), (500, 2_000), (5_000, 2_000), (20_000, 2_000))
"""Incidents, and the side of a square cell in metres."""
HEAD = """# Validation

Written by `python -m benchmarks.null_maps`.

## Maps of pure chance

{maps} maps a row, over Belize District: each incident falls into any cell alike, and Gi\\* looks at the
ring of touching cells, with Benjamini-Hochberg adjustment. Nothing on such a map is a hotspot. The table
gives the share of maps that show at least one hot cell of 90, 95 and 99 % confidence; at most 10, 5 and 1 %
are promised. "Around" is the number of incidents that a neighbourhood of nine cells expects.

"""
TAIL = """
The normal approximation, which other programs use, takes the sum around a cell for bell-shaped. With few
incidents it is not, and nearly every map shows what is not there. Exact p-values keep the promise; they are
strict rather than lax where counts are sparse, because a sum of a few whole numbers has few values to
choose from.

## What exact means

Under the null hypothesis the counts lie in the cells in any order. The k counts around a cell, its own
included, are then drawn from all n without replacement, and the chance of each sum is worked out by adding
positive terms (`hotspot/stats/permutation.py`): no lots are drawn, there is no seed, and tails keep a
relative accuracy of about 1e-13 down to 1e-290. The tests hold it to every possible draw of small maps and
to the permutations of esda.

- The mean and variance of the same draw are those that z is standardised by: the exact p belongs to z.
- Conditional permutation, as in esda and GeoDa, holds a cell's own count fixed and asks only about the
  cells around it. The busiest cell of a hotspot then often is no part of it: of the ten busiest 200 m cells
  of Memphis' robberies 1 is hot, instead of 4. Averaged over the cells, the chances of both are the same.
- The counts are taken as they are. A single very busy cell amid empty ones is no evidence of a pattern
  around it, and is not called hot; DBSCAN finds such points.
- False-discovery control limits the expected share of false cells among those called significant.
  Neighbourhoods overlap, so that false alarms come in groups of touching cells; Benjamini-Yekutieli
  (`adjustment=by`) is right under any dependence.
- Beyond a billion multiplications (some hundred neighbours with many distinct counts, or millions of
  incidents in few cells) the layer falls back on the normal approximation, and its decision log says so.
"""


def alarms(near: LatticeNeighbours, *, incidents: int, rng: np.random.Generator) -> np.ndarray:
    """Which maps show a hot cell, shape (MAPS, 2, 3): normal and exact; 90, 95 and 99 %."""
    n = len(near.number)
    found = np.zeros((MAPS, 2, len(LEVELS)), dtype=bool)
    for each in range(MAPS):
        counts = np.bincount(rng.integers(0, n, incidents), minlength=n)
        scored = gi_star(counts, neighbours=near)
        for kind, p in enumerate((two_sided_p(scored.z), _exact(counts, scored))):
            hottest = int(classes(scored.z, adjust(p)).max())
            found[each, kind] = [hottest >= level for level, _ in LEVELS]
    return found


def _exact(counts: np.ndarray, scored: GiStar) -> np.ndarray:
    return exact_p(counts, scored.neighbour_sum, scored.neighbours)


def main() -> None:
    """Print the table and write the page."""
    area = study_area(load("BZ"), ("BZ-BZ",))
    rng = np.random.default_rng(SEED)
    lines = [
        "| incidents | cells | around | normal 90 / 95 / 99 % | exact 90 / 95 / 99 % |",
        "|--:|--:|--:|--:|--:|",
    ]
    for incidents, size in CASES:
        grid = make_grid(area, shape="square", size=size)
        near = Lattice.of(grid.col, grid.row, grid.shape).within()
        share = alarms(near, incidents=incidents, rng=rng).mean(axis=0)
        normal, exact = (" / ".join(f"{value:.1%}".replace("%", " %") for value in row) for row in share)
        around = 9 * incidents / grid.n_cells
        lines.append(f"| {incidents:,} | {grid.n_cells:,} of {size} m | {around:.3g} | {normal} | {exact} |")
        print(lines[-1], flush=True)
    PAGE.write_text(HEAD.format(maps=MAPS) + "\n".join(lines) + "\n" + TAIL, encoding="utf-8")


if __name__ == "__main__":
    main()
