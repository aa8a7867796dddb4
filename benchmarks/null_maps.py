"""How often a map of pure chance shows a hot cell; writes its part of docs/validation.md.

Run as ``python -m benchmarks.null_maps``.

Incidents are thrown at the cells of Belize District, each cell as likely as any
other, 1,000 times over. Whatever is hot on such a map is a false alarm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.chances import KINDS, levels
from benchmarks.page import percent, write
from hotspot.places.boundaries import load
from hotspot.places.grid import make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.lattice import Lattice
from hotspot.stats.significance import LEVELS

if TYPE_CHECKING:
    from hotspot.stats.neighbours import Neighbours

MAPS = 1_000
SEED = 20_260_101
WEIGHTS, SHARES = (0.5, 1.0, 5.0), (0.6, 0.3, 0.1)
"""Harm of an incident, and how often."""


class Case(NamedTuple):
    """One kind of map."""

    incidents: int
    size: float
    """Metres."""
    shape: str = "square"
    harm: bool = False


CASES = (
    Case(500, 500),
    Case(2_000, 500),
    Case(500, 2_000),
    Case(5_000, 2_000),
    Case(20_000, 2_000),
    Case(2_000, 500, shape="hexagon"),
    Case(2_000, 2_000, shape="hexagon"),
    Case(500, 2_000, harm=True),
    Case(5_000, 2_000, harm=True),
)
HEAD = """Printed and written by `python -m benchmarks.null_maps` (a few minutes; the seed is fixed).

{maps:,} maps a row, over Belize District: each incident falls into any cell alike, and Gi\\* looks at the
ring of touching cells, with Benjamini-Hochberg adjustment. Nothing on such a map is a hotspot. The table
gives the share of maps that show at least one hot cell of 90, 95 and 99 % confidence; at most 10, 5 and 1 %
are promised, and {maps:,} maps of exactly 5 % would show up to {limit} by the luck of the draw. "Around" is
the number of incidents that a neighbourhood expects. Harm: six in ten incidents weigh 0.5, three 1, one 5.

| incidents | cells | around | normal 90 / 95 / 99 % | exact 90 / 95 / 99 % | conditional 90 / 95 / 99 % |
|--:|:--|--:|--:|--:|--:|
"""
TAIL = """
The worst of the exact rows at 95 %: {worst}.

The normal approximation, which other programs use, takes the sum around a cell for bell-shaped. With few
incidents it is not, and nearly every map shows what is not there. Both exact p-values keep the promise; they
are strict rather than lax where counts are sparse, because a sum of a few whole numbers has few values to
choose from.
"""


def alarms(near: Neighbours, case: Case, rng: np.random.Generator) -> np.ndarray:
    """Which maps show a hot cell, shape (MAPS, 3, 3): by kind of p-value; 90, 95 and 99 %."""
    n = len(near.number)
    found = np.zeros((MAPS, len(KINDS), len(LEVELS)), dtype=bool)
    for each in range(MAPS):
        weight = rng.choice(WEIGHTS, case.incidents, p=SHARES) if case.harm else None
        values = np.bincount(rng.integers(0, n, case.incidents), weights=weight, minlength=n)
        for kind, level in enumerate(levels(values.astype(np.float64), near).values()):
            found[each, kind] = [level.max() >= least for least, _ in LEVELS]
    return found


def main() -> None:
    """Print the table and write it into the page."""
    area = study_area(load("BZ"), ("BZ-BZ",))
    rng = np.random.default_rng(SEED)
    lines, worst = [], 0.0
    for case in CASES:
        grid = make_grid(area, shape=case.shape, size=case.size)
        near = Lattice.of(grid.col, grid.row, grid.shape).within()
        share = alarms(near, case, rng).mean(axis=0)
        worst = max(worst, float(share[1:, 1].max()))
        what = f"{grid.n_cells:,} {case.shape}s of {case.size:,.0f} m{', harm' if case.harm else ''}"
        around = near.number.max() * case.incidents / grid.n_cells
        told = [" / ".join(percent(value) for value in row) for row in share]
        lines.append(f"| {case.incidents:,} | {what} | {around:.3g} | {' | '.join(told)} |")
        print(lines[-1], flush=True)
    limit = percent(0.05 + 1.96 * np.sqrt(0.05 * 0.95 / MAPS))
    head = HEAD.format(maps=MAPS, limit=limit)
    write("null maps", head + "\n".join(lines) + "\n" + TAIL.format(worst=percent(worst)))


if __name__ == "__main__":
    main()
