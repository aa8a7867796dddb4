"""End to end beside the straightforward script: incidents to districts, three layers and a map, all encoded.

Rows with a mark hold what both make: districts, Gi* with p (ours exact and with FDR), DBSCAN and a kernel
density as GeoJSON, and a map. Below each stands what the product does by default, for which the
script has nothing: layers that are checked, and from a file of the police rather than a table ready made.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed import data, product, script
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel, processes, timed

if TYPE_CHECKING:
    import pandas as pd

HERE = 5_000 if SMALL else 100_000
MANY = 1_000_000


def rows() -> list[Row]:
    """Return the lines of this stage."""
    found = [*warm(HERE, Mark(at_least=30)), *fresh(HERE, Mark(at_least=20))]
    return found if SMALL else [*found, *warm(MANY, Mark(at_least=40)), *fresh(MANY, Mark(at_least=20))]


def warm(n: int, mark: Mark) -> list[Row]:
    """Measure incidents in memory, imports done, the service's tables built."""
    incidents, area = data.incidents(n), data.belize()
    districts = area.districts[["code", "geometry"]]

    def peer(given: pd.DataFrame) -> script.Answer:
        return script.answer(given[["lon", "lat"]], districts, code="BZ-BZ", crs="EPSG:32616")

    # Imports done and what numba compiles for esda compiled, as with ours.
    peer(incidents.head(2_000))
    mine, theirs = duel(
        partial(product.answer, incidents, area, checks=False), lambda: peer(incidents), peer_rounds=1
    )
    checked = timed(partial(product.answer, incidents, area, checks=True), rounds=3)
    what = f"{n:,} incidents in memory to districts, three layers and a map"
    agreed = _agreement(mine.result, theirs.result)
    return [
        against(f"{what}, warm", mine, theirs, _named(n), mark=mark, check=agreed),
        against(f"{what}, warm, each layer checked", checked, theirs, "the same"),
    ]


def _named(n: int) -> str:
    return "the straightforward script" + (", its density of a tenth" if n >= script.MANY else "")


def _agreement(ours: product.Answer, theirs: script.Answer) -> str:
    """Hold the layers against the script's; say in what they agree."""
    cells = ours.layers[0].features
    assert len(cells) == len(theirs.cells), "another number of cells"
    assert int(cells["incidents"].sum()) == int(theirs.cells["incidents"].sum()), "incidents were lost"
    gap = float(np.abs(np.sort(cells["z"]) - np.sort(theirs.cells["z"])).max())
    assert gap < 1e-6, f"z differs from esda's by {gap}"
    found = ours.layers[1].features
    sizes = np.sort(found["incidents"].to_numpy())
    clusters = np.sort(np.bincount(theirs.labels[theirs.labels >= 0]))
    assert len(sizes) == len(clusters) and sizes.sum() == clusters.sum(), "other clusters"
    # An incident within reach of two clusters goes to the first in the order of the incidents, which is ours.
    moved = int(np.abs(sizes - clusters).sum()) // 2
    assert moved <= len(theirs.labels) // 1000, f"{moved} incidents are in another cluster"
    return f"{len(cells):,} cells, z within {gap:.0e}; {len(clusters)} clusters, {moved} border ties"


def fresh(n: int, mark: Mark) -> list[Row]:
    """Measure whole processes: their start, their imports, and the answers."""
    with tempfile.TemporaryDirectory() as folder:
        table, file = Path(folder) / "incidents.parquet", Path(folder) / "incidents.csv"
        data.incidents(n).to_parquet(table)
        _csv(data.incidents(n), file)
        mine, whole, theirs = (
            processes([sys.executable, "-m", f"benchmarks.speed.{way}", str(path)], rounds=rounds)
            for way, path, rounds in (("product", table, 5), ("product", file, 3), ("script", table, 1))
        )
    what = f"{n:,} incidents to the same in a fresh process"
    return [
        against(what, mine, theirs, _named(n), mark=mark, check="five runs beside one"),
        against(f"{what}, from a CSV file taken in and reported on, checked", whole, theirs, "the same"),
    ]


def _csv(incidents: pd.DataFrame, path: Path) -> None:
    columns = ["offence", "occurred_from", "lon", "lat"]
    incidents[columns].to_csv(path, index=False, date_format="%Y-%m-%d %H:%M")
