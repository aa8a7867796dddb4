"""The clusters of R's package dbscan (Hahsler, Piekenbrock and Doran 2019), where R is at hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from hotspot.stats.dbscan import dbscan, k_distances
from hotspot.stats.hdbscan import hdbscan
from hotspot.stats.optics import optics
from tests.stats.crowds import crowds, same
from tests.stats.test_hdbscan import agree, apart

_SCRIPT = """
suppressMessages(library(dbscan))
folder <- commandArgs(TRUE)[1]
x <- as.matrix(read.csv(file.path(folder, "points.csv")))
put <- function(name, values) writeLines(format(values, digits = 17), file.path(folder, name))
put("dbscan", dbscan(x, eps = 60, minPts = 10)$cluster)
put("weighted", dbscan(x, eps = 60, minPts = 20, weights = 1 + (seq_len(nrow(x)) %% 3))$cluster)
put("knn", sort(kNNdist(x, k = 9)))
put("hdbscan", hdbscan(x, minPts = 15)$cluster)
walk <- optics(x, minPts = 10, eps = 5000)
put("order", walk$order)
put("reach", walk$reachdist)
"""


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    """Whole metres near 0: every program reckons their distances alike."""
    found = np.unique(np.rint(np.column_stack(crowds(3))) - [370_000, 1_935_000], axis=0)
    return np.random.default_rng(1).permutation(found)


@pytest.fixture(scope="module")
def of_r(points: np.ndarray, tmp_path_factory: pytest.TempPathFactory):
    """What R makes of the points, by name."""
    rscript = shutil.which("Rscript")
    asked = [rscript or "", "-e", "quit(status = !requireNamespace('dbscan', quietly = TRUE))"]
    if rscript is None or subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("R or its package dbscan (Debian: r-cran-dbscan) is not installed: NOT compared with R")
    folder: Path = tmp_path_factory.mktemp("r")
    np.savetxt(folder / "points.csv", points, delimiter=",", header="x,y", comments="", fmt="%d")
    (folder / "run.R").write_text(_SCRIPT)
    subprocess.run(
        [rscript, str(folder / "run.R"), str(folder)], check=True, capture_output=True, timeout=120
    )
    return lambda name: np.loadtxt(folder / name)


def test_dbscan_is_that_of_r(points: np.ndarray, of_r) -> None:
    x, y = points.T
    found = dbscan(x, y, eps=60, min_samples=10)
    assert found.n_clusters > 2
    assert same(found.labels, of_r("dbscan") - 1)
    weights = 1 + np.arange(1, len(x) + 1) % 3
    assert same(dbscan(x, y, eps=60, min_samples=20, weights=weights).labels, of_r("weighted") - 1)


def test_k_distances_are_those_of_r(points: np.ndarray, of_r) -> None:
    # R counts the neighbours besides an incident itself.
    assert k_distances(*points.T, 10) == pytest.approx(of_r("knn"))


def test_hdbscan_is_that_of_r_but_for_ties(points: np.ndarray, of_r) -> None:
    x, y = points.T
    found = hdbscan(x, y, min_cluster_size=15, epsilon=0.001)
    assert found.clusters.n_clusters > 2
    assert agree(found, of_r("hdbscan").astype(int) - 1, apart(x, y), 15)


def test_the_walk_of_optics_is_as_long_as_that_of_r(points: np.ndarray, of_r) -> None:
    found = optics(*points.T, min_samples=10, finest=1e-9)
    theirs = of_r("reach")
    assert np.isinf(theirs).sum() == 1
    ours, theirs = np.sort(found.reach)[:-1], np.sort(theirs)[:-1]
    # It takes turns differently among incidents as near, which later steps depend on.
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.02)
    assert np.median(np.abs(ours - theirs)) < 0.5
