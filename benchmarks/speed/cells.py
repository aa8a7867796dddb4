"""Incidents in cells, and Getis-Ord Gi* of the cells with its exact p."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.grid import Grid

N = 50_000 if SMALL else 10_000_000


def rows() -> list[Row]:
    """Return the lines of this stage."""
    small, large = (30, 40) if SMALL else (200, 400)
    return [
        squares(),
        hexagons(),
        gi_star(large, Mark(seconds=0.011, ratio=900)),
        exact_p(small, Mark(seconds=0.02, ratio=200), peer_rounds=3),
        exact_p(large, Mark(seconds=0.11, ratio=350), peer_rounds=1),
    ]


def _grid(shape: str, size: float) -> Grid:
    import shapely

    from hotspot.places.grid import grid_over

    return grid_over(shapely.box(0, 0, data.SIDE, data.SIDE), crs="EPSG:32616", shape=shape, size=size)


def squares() -> Row:
    """Count incidents in squares, beside a pandas groupby on their column and row."""
    import pandas as pd

    from hotspot.places.grid import count

    x, y = data.city(N)
    grid = _grid("square", 200.0)

    def ours() -> np.ndarray:
        return count(grid, x, y)

    def peer() -> pd.Series:
        frame = pd.DataFrame({"col": np.ceil(x / 200) - 1, "row": np.ceil(y / 200) - 1})
        return frame.groupby(["row", "col"]).size()

    mine, theirs = duel(ours, peer)
    found = np.sort(mine.result[mine.result > 0])
    assert np.array_equal(found, np.sort(theirs.result.to_numpy())), "other counts than pandas"
    return against(
        f"{N:,} incidents in {grid.n_cells:,} squares",
        mine,
        theirs,
        "pandas.groupby",
        mark=Mark(seconds=0.05, ratio=38),
        check="the same counts",
    )


def hexagons() -> Row:
    """Count incidents in hexagons, beside h3, whose hexagons are others: only the totals agree."""
    from h3.api import basic_int

    from hotspot.places.grid import count

    x, y = data.city(N)
    grid = _grid("hexagon", 200.0)
    lon, lat = x / 110_000 - 88, y / 110_000 + 17

    def peer() -> np.ndarray:
        places = map(basic_int.latlng_to_cell, lat, lon, repeat(9))
        return np.unique(np.fromiter(places, dtype=np.uint64, count=N), return_counts=True)[1]

    mine, theirs = duel(lambda: count(grid, x, y), peer, peer_rounds=1)
    assert mine.result.sum() == theirs.result.sum() == N, "incidents were lost"
    return against(
        f"{N:,} incidents in {grid.n_cells:,} hexagons",
        mine,
        theirs,
        "h3, one call a point",
        mark=Mark(seconds=0.19, ratio=24),
        check="nobody lost",
    )


def gi_star(side: int, mark: Mark) -> Row:
    """Measure z beside libpysal's and esda's, which must agree within 1e-9."""
    import esda
    from libpysal.graph import Graph

    from hotspot.stats import getisord
    from hotspot.stats.lattice import Lattice

    counts, row, col = _counts(side)

    def ours() -> np.ndarray:
        return getisord.gi_star(counts, neighbours=Lattice.of(col, row, "square").within()).z

    def peer() -> np.ndarray:
        at = np.column_stack([col, row]).astype(float)
        weights = Graph.build_distance_band(at, 1.5, binary=True).to_W()
        return esda.G_Local(counts, weights, transform="B", star=True, permutations=0, n_jobs=1).Zs

    mine, theirs = duel(ours, peer, peer_rounds=1)
    gap = float(np.abs(mine.result - theirs.result).max())
    assert gap < 1e-9, f"Gi* and esda differ by {gap}"
    return against(
        f"Gi* z, {side * side:,} cells",
        mine,
        theirs,
        "libpysal Graph + esda.G_Local",
        mark=mark,
        check=f"largest difference {gap:.0e}",
    )


def exact_p(side: int, mark: Mark, *, peer_rounds: int) -> Row:
    """Measure z, exact p and FDR beside 999 permutations of esda, whose p scatters around the exact one."""
    import esda
    import libpysal

    from hotspot.analysis.chance import Chance
    from hotspot.stats import getisord
    from hotspot.stats.lattice import Lattice
    from hotspot.stats.significance import adjust

    counts, row, col = _counts(side)
    weights = libpysal.weights.lat2W(side, side, rook=False)

    def ours() -> tuple[np.ndarray, np.ndarray]:
        found = getisord.gi_star(counts, neighbours=Lattice.of(col, row, "square").within())
        p = Chance.of(counts, found.neighbours, significance="exact").p(found)
        return p, adjust(p, "bh")

    def peer() -> np.ndarray:
        options = {"transform": "B", "star": True, "n_jobs": 1, "seed": 1, "keep_simulations": False}
        return esda.G_Local(counts, weights, permutations=999, **options).p_sim

    _compile_peer()
    mine, theirs = duel(ours, peer, peer_rounds=peer_rounds)
    return against(
        f"Gi* z, exact p, FDR, {side * side:,} cells",
        mine,
        theirs,
        "esda, 999 permutations, weights at hand",
        mark=mark,
        check=_scatter(counts, row, col, theirs.result),
    )


def _compile_peer() -> None:
    """Let esda compile what it compiles, as ours has been."""
    import esda
    import libpysal

    values = np.random.default_rng(1).poisson(1.0, 100).astype("float64")
    weights = libpysal.weights.lat2W(10, 10, rook=False)
    esda.G_Local(values, weights, transform="B", star=True, permutations=9, n_jobs=1, seed=1)


def _scatter(counts: np.ndarray, row: np.ndarray, col: np.ndarray, drawn: np.ndarray) -> str:
    """Hold the drawn p, of one tail with the cell's own count held, against our exact conditional one."""
    from hotspot.analysis.chance import Chance
    from hotspot.stats import getisord
    from hotspot.stats.lattice import Lattice

    found = getisord.gi_star(counts, neighbours=Lattice.of(col, row, "square").within())
    chance = Chance.of(counts, found.neighbours, significance="exact")
    exact = chance.p_conditional(found) / 2
    # On the low side esda counts draws below the observed sum, not those equal to it as well.
    known = (found.z > 0) & (exact < 0.3)
    error = np.sqrt(exact[known] * (1 - exact[known]) / 1000) + 1e-3
    off = np.abs(drawn[known] - exact[known]) / error
    share = float((off < 3).mean())
    assert share > 0.9, f"only {share:.1%} of the drawn p lie within three standard errors"
    return f"{share:.1%} of the drawn p within 3 standard errors of the exact one"


def _counts(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts = np.random.default_rng(3).poisson(0.7, side * side).astype("float64")
    row, col = (part.ravel() for part in np.indices((side, side)))
    return counts, row, col
