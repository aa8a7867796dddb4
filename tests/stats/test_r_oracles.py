"""Gi* against R's spdep, where R is installed; else the test says that it was left out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hotspot.places.tiling import tiling
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.neighbours import band_neighbours

Floats = NDArray[np.float64]
LOCAL_G = """
suppressMessages(library(spdep))
for (name in list.files(pattern = "^places.*csv$")) {
  place <- read.csv(name)
  near <- dnearneigh(as.matrix(place[, c("x", "y")]), 0, place$reach[1])
  listw <- nb2listw(include.self(near), style = "B")
  z <- format(as.numeric(localG(place$value, listw)), digits = 17)
  write.table(data.frame(z = z), sub("places", "z", name), row.names = FALSE, quote = FALSE)
}
"""


@pytest.fixture(scope="module")
def rscript() -> str:
    """R's command, with spdep."""
    found = shutil.which("Rscript")
    if found is None:
        pytest.skip("no R is installed (Debian: r-cran-spdep): Gi* is NOT held against spdep")
    asked = subprocess.run(
        [found, "-e", "stopifnot(requireNamespace('spdep', quietly = TRUE))"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    if asked.returncode:
        pytest.skip("R has no spdep (Debian: r-cran-spdep): Gi* is NOT held against it")
    return found


def test_scores_equal_those_of_spdep(
    rscript: str, tmp_path: Path, cells: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> None:
    rng = np.random.default_rng(5)
    ours: list[Floats] = []
    for shape, reach in (("square", 1.5), ("square", 3.2), ("hexagon", 1.1), ("hexagon", 2.5)):
        counts = rng.negative_binomial(0.4, 0.2, len(cells[0])).astype(float)
        ours.append(gi_star(counts, neighbours=Lattice.of(*cells, shape).within(reach)).z)
        write_places(tmp_path, len(ours), *tiling(shape, 1.0).centres(*cells), counts, reach)
    x, y, harm = rng.uniform(0, 1000, 150), rng.uniform(0, 1000, 150), rng.gamma(0.5, 31.7, 150)
    # Some of these have no neighbour within 60 m: islands, which are their own neighbour alone.
    near = band_neighbours(x, y, distance=60)
    assert (near.number == 1).sum() > 3
    ours.append(gi_star(harm, neighbours=near).z)
    write_places(tmp_path, len(ours), x, y, harm, 60)
    (tmp_path / "local_g.R").write_text(LOCAL_G, encoding="utf-8")
    ran = subprocess.run(
        [rscript, "--vanilla", "local_g.R"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    for number, z in enumerate(ours, start=1):
        theirs = np.loadtxt(tmp_path / f"z{number}.csv", skiprows=1)
        assert np.abs(theirs).max() > 1.5
        assert z == pytest.approx(theirs, abs=1e-9)


def write_places(folder: Path, number: int, x: Floats, y: Floats, value: Floats, reach: float) -> None:
    table = np.column_stack([x, y, value, np.full(len(x), float(reach))])
    np.savetxt(
        folder / f"places{number}.csv",
        table,
        delimiter=",",
        header="x,y,value,reach",
        comments="",
        fmt="%.17g",
    )
