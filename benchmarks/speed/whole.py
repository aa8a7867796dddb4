"""End to end beside the straightforward script: incidents to districts, three layers and a map, all encoded.

Ours are whole layers of the product: beside what the script makes, each holds its accuracy on later
incidents, the stability of its hotspots on shifted grids, hours, concentration, decisions and reasons.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed import data, product, script
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel, process

if TYPE_CHECKING:
    import pandas as pd

HERE = 5_000 if SMALL else 100_000
MANY = 1_000_000


def rows() -> list[Row]:
    """Return the lines of this stage."""
    if SMALL:
        return [warm(HERE, Mark(at_least=30), peer_rounds=1), fresh(HERE, Mark(at_least=20))]
    return [
        warm(HERE, Mark(at_least=30), peer_rounds=1),
        fresh(HERE, Mark(at_least=20)),
        warm(MANY, Mark(at_least=40), peer_rounds=1),
        fresh(MANY, Mark(at_least=20)),
    ]


def warm(n: int, mark: Mark, *, peer_rounds: int) -> Row:
    """Measure incidents in memory, imports done, the service's tables built."""
    incidents, area = data.incidents(n), data.belize()
    districts = area.districts[["code", "geometry"]]

    def peer(given: pd.DataFrame) -> script.Answer:
        return script.answer(given[["lon", "lat"]], districts, code="BZ-BZ", crs="EPSG:32616")

    # Imports done and what numba compiles for esda compiled, as with ours.
    peer(incidents.head(2_000))
    mine, theirs = duel(
        lambda: product.answer(incidents, area),
        lambda: peer(incidents),
        peer_rounds=peer_rounds,
    )
    return against(
        f"{n:,} incidents to three layers and a map, warm",
        mine,
        theirs,
        _named(n),
        mark=mark,
        check=_agreement(mine.result, theirs.result),
    )


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


def fresh(n: int, mark: Mark) -> Row:
    """Measure whole processes from a CSV file: ours checks and reports on every row as well."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.csv"
        _csv(data.incidents(n), path)
        mine, theirs = (
            process([sys.executable, "-m", f"benchmarks.speed.{way}", str(path)])
            for way in ("product", "script")
        )
    return against(
        f"{n:,} incidents, the same from a CSV file in a fresh process, intake and its report included",
        mine,
        theirs,
        _named(n),
        mark=mark,
        check="one run each",
    )


def _csv(incidents: pd.DataFrame, path: Path) -> None:
    columns = ["offence", "occurred_from", "lon", "lat"]
    incidents[columns].to_csv(path, index=False, date_format="%Y-%m-%d %H:%M")
