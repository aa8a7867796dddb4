"""How surely a planted hotspot is found, and by which p-values; writes its parts of docs/validation.md.

Run as ``python -m benchmarks.power``.

A square of 3 x 3 cells is made busier than the town around it. What is
found of it is power; what is found away from it is a false alarm.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from benchmarks.chances import KINDS, levels
from benchmarks.page import percent, write
from hotspot.stats.conditional import conditional_tails
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.significance import adjust, classes

MAPS = 500
SEED = 20_260_102
SIDE = 40
BUSY = (0.05, 0.3, 1.0)
"""Incidents that a cell of the town expects."""
STRENGTHS = (3, 6, 12)
"""How many times as many a cell of the planted hotspot expects."""
DATA = Path(os.environ.get("HOTSPOT_REAL_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
HEAD = """Printed and written by `python -m benchmarks.power` (a few minutes; the seed is fixed).

{maps} maps a row: a town of {side} x {side} cells, in it one hotspot of 3 x 3 cells that expects 3, 6 or 12
times as many incidents as the others; classes of 95 % confidence and more. Each column has three figures: the
share of maps on which a cell of the hotspot is hot; how many of its nine cells are, on average; and the share
of hot cells that are false, their neighbourhood not even touching the hotspot, on the average map, of which
at most 5 % are promised.

| a cell expects | hotspot | normal | exact | conditional |
|--:|--:|--:|--:|--:|
"""
MEMPHIS = """Robberies in Memphis in 2019 within the nine precincts: trained on January to June ({train:,}),
tested on July to December ({test:,}). The grid lies in UTM zone 15 (EPSG:32615); on that of zone 16, which
a layer takes by itself here, the cells lie elsewhere, and the 60 of 500 m that are hot by exact p have a
PAI of 7.0. "Of the ten busiest" is how many of the ten busiest cells of the training months are hot (where
the tenth has equals, they share its place), "PAI" that of all hot cells together on the test months. Written
by `python -m benchmarks.power` where the data are at hand; they may not be passed on.

| cells | p-values | hot, 90 % and more | of the ten busiest | share of the area | test incidents | PAI |
|--:|---|--:|--:|--:|--:|--:|
"""


LARGE = """Printed and written by `python -m benchmarks.power`.

Maps with one hotspot to a thousand cells: half of the incidents lie within about a cell of their middles, the
others anywhere. Hot cells of 90 % confidence and more. "Simulated" is what 999 permutations of each cell
would give, drawn by the exact chances: no p is then below 1/1000, doubled for both sides, and where hot cells
are as rare as here false-discovery control asks for less than that.

| cells | incidents | normal | exact | conditional | simulated, 999 |
|--:|--:|--:|--:|--:|--:|
"""


def planted() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Columns and rows of the town, which cells are the hotspot, and which are away from it."""
    row, col = np.divmod(np.arange(SIDE * SIDE), SIDE)
    apart = np.maximum(np.abs(row - 19), np.abs(col - 25))
    return col, row, apart <= 1, apart > 2


def found(base: float, strength: float, rng: np.random.Generator) -> dict[str, tuple[float, ...]]:
    """Return for each kind of p-value: share of maps found, cells found of nine, share of false ones."""
    col, row, inside, away = planted()
    near = Lattice.of(col, row, "square").within()
    told = {kind: np.zeros(3) for kind in KINDS}
    for _ in range(MAPS):
        counts = rng.poisson(base * np.where(inside, strength, 1.0)).astype(np.float64)
        for kind, level in levels(counts, near).items():
            hot = level >= 2
            told[kind] += [hot[inside].any(), hot[inside].sum(), hot[away].sum() / max(hot.sum(), 1)]
    return {kind: tuple((each / MAPS).tolist()) for kind, each in told.items()}


def main() -> None:
    """Print the tables and write them into the page."""
    rng = np.random.default_rng(SEED)
    lines = []
    for base in BUSY:
        for strength in STRENGTHS:
            told = found(base, strength, rng).values()
            cells = [f"{percent(share)}, {inner:.1f}, {percent(wrong)}" for share, inner, wrong in told]
            lines.append(f"| {base:g} | {strength} times | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    write("large maps", LARGE + "\n".join(large(side, rng) for side in (100, 200, 400)))
    write("power", HEAD.format(maps=MAPS, side=SIDE) + "\n".join(lines))
    if not (DATA / "incidents" / "memphis_robberies.csv").is_file():
        print(f"Left out: the robberies of Memphis, which are not at {DATA}.")
        return
    text = memphis()
    print(text)
    write("memphis", text)


def large(side: int, rng: np.random.Generator) -> str:
    """Return the row of a town of ``side`` x ``side`` cells, with one incident in three cells."""
    n = side * side
    row, col = np.divmod(np.arange(n), side)
    near = Lattice.of(col, row, "square").within()
    total = n // 3
    middles = rng.uniform(0, side, (n // 1000, 2))
    place = middles[rng.integers(0, len(middles), total)] + rng.normal(0, 0.8, (total, 2))
    place = np.where(rng.random((total, 1)) < 0.5, place, rng.uniform(0, side, (total, 2)))
    inside = ((place >= 0) & (place < side)).all(axis=1)
    at = place[inside].astype(np.int64) @ [side, 1]
    counts = np.bincount(at, minlength=n).astype(np.float64)
    hot = [int((level >= 1).sum()) for level in levels(counts, near).values()]
    found = gi_star(counts, neighbours=near)
    tails = conditional_tails(counts, found.neighbour_sum - counts, near.number - 1)
    more = rng.binomial(999, np.minimum(tails.at_least, tails.at_most))
    simulated = np.minimum(2 * (more + 1) / 1000, 1.0)
    hot.append(int((classes(found.z, adjust(simulated)) >= 1).sum()))
    line = f"| {n:,} | {int(counts.sum()):,} | {' | '.join(f'{each:,}' for each in hot)} |"
    print(line, flush=True)
    return line


def memphis() -> str:
    """Return the comparison on the robberies of Memphis as a table."""
    import pandas as pd
    import shapely

    from hotspot.crs import project, project_shapes
    from hotspot.places.grid import grid_over

    crs = "EPSG:32615"
    precincts = shapely.from_geojson((DATA / "incidents" / "memphis_precincts.geojson").read_text())
    area = shapely.union_all(shapely.make_valid(project_shapes(shapely.get_parts(precincts), crs)))
    robberies = pd.read_csv(DATA / "incidents" / "memphis_robberies.csv")
    x, y = project(robberies["lon"], robberies["lat"], crs)
    early = (robberies["date"] < "2019-07-01").to_numpy()
    lines: list[str] = []
    for size in (200, 500):
        grid = grid_over(area, crs=crs, size=size)
        cell = grid.cell_of(x, y)
        train = np.bincount(cell[early & (cell >= 0)], minlength=grid.n_cells).astype(np.float64)
        test = np.bincount(cell[~early & (cell >= 0)], minlength=grid.n_cells)
        near = Lattice.of(grid.col, grid.row, "square").within()
        for kind, level in levels(train, near).items():
            lines.append(f"| {size} m | {kind} | {scored(level >= 1, train, test, grid.area_km2)} |")
    return MEMPHIS.format(train=int(train.sum()), test=int(test.sum())) + "\n".join(lines)


def scored(hot: np.ndarray, train: np.ndarray, test: np.ndarray, area: np.ndarray) -> str:
    """Return the figures of the hot cells: number, of the ten busiest, area, test incidents and PAI."""
    tenth = np.sort(train)[-10]
    above, equal = train > tenth, train == tenth
    busiest = (hot & above).sum() + (10 - above.sum()) * (hot & equal).sum() / equal.sum()
    share = area[hot].sum() / area.sum()
    caught = int(test[hot].sum())
    pai = caught / test.sum() / share
    return f"{hot.sum():,} | {busiest:.1f} | {100 * share:.2f} % | {caught:,} | {pai:.1f}"


if __name__ == "__main__":
    main()
