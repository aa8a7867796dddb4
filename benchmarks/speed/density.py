"""Kernel density of many incidents at many places, beside scikit-learn, scipy and KDEpy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel

if TYPE_CHECKING:
    from hotspot.stats.kde import Nodes

N = 2_000 if SMALL else 100_000
ACROSS = 100
"""Places along a side."""
BANDWIDTH = 500.0


def rows() -> list[Row]:
    """Return the lines of this stage."""
    return [compact(), gaussian(), beside_fft()]


@cache
def _incidents() -> tuple[np.ndarray, np.ndarray]:
    return data.city(N)


def _nodes() -> Nodes:
    """Return the middles of the cells, as layers of cells take them."""
    from hotspot.stats.kde import Nodes

    step = data.SIDE / ACROSS
    return Nodes(step / 2, step / 2, step, step, ACROSS, ACROSS)


def _ours(kernel: str) -> np.ndarray:
    from hotspot.stats.kde import density_at_nodes

    return density_at_nodes(*_incidents(), _nodes(), bandwidth=BANDWIDTH, kernel=kernel).ravel()


def _sklearn(kernel: str) -> np.ndarray:
    from sklearn.neighbors import KernelDensity

    nodes = _nodes()
    y, x = (part.ravel() for part in np.meshgrid(nodes.y, nodes.x, indexing="ij"))
    at, places = np.column_stack(_incidents()), np.column_stack([x, y])
    model = KernelDensity(bandwidth=BANDWIDTH, kernel=kernel).fit(at)
    # Per km2, as ours.
    return np.exp(model.score_samples(places)) * N * 1e6


def compact() -> Row:
    """Measure the kernel that both have: Epanechnikov's, exact here and there."""
    mine, theirs = duel(
        lambda: _ours("epanechnikov"),
        lambda: _sklearn("epanechnikov"),
        peer_rounds=3,
    )
    gap = np.abs(mine.result - theirs.result).max() / theirs.result.max()
    assert gap < 1e-9, f"other densities than scikit-learn, by {gap}"
    return against(
        f"KDE, Epanechnikov, {N:,} incidents, {ACROSS**2:,} places",
        mine,
        theirs,
        "sklearn KernelDensity",
        mark=Mark(seconds=0.011),
        check=f"largest difference {gap:.0e} of the peak",
    )


def gaussian() -> Row:
    """Measure the Gaussian of users today beside our default, the quartic; our Gaussian has to agree."""
    mine, theirs = duel(
        lambda: _ours("quartic"),
        lambda: _sklearn("gaussian"),
        peer_rounds=1,
    )
    ours = _ours("gaussian")
    gap = np.abs(ours - theirs.result).max() / theirs.result.max()
    assert gap < 0.01, f"other densities than scikit-learn, by {gap}"
    return against(
        f"KDE, quartic beside a Gaussian, {N:,} incidents, {ACROSS**2:,} places",
        mine,
        theirs,
        "sklearn KernelDensity, Gaussian",
        mark=Mark(seconds=0.011, ratio=2_700),
        check=f"our Gaussian differs by {gap:.1e} of the peak",
    )


def beside_fft() -> Row:
    """Measure our Gaussian, exact, beside KDEpy's convolution on a regular lattice, which is not."""
    from KDEpy import FFTKDE

    at = np.column_stack(_incidents())
    # Its lattice has to hold every incident: one place more on each side.
    step = data.SIDE / ACROSS
    middle = (np.arange(-1, ACROSS + 1) + 0.5) * step
    lattice = np.column_stack([part.ravel() for part in np.meshgrid(middle, middle, indexing="ij")])
    mine, theirs = duel(
        lambda: _ours("gaussian"),
        lambda: FFTKDE(kernel="gaussian", bw=BANDWIDTH).fit(at).evaluate(lattice) * N * 1e6,
    )
    inner = theirs.result.reshape(ACROSS + 2, ACROSS + 2)[1:-1, 1:-1].T.ravel()
    gap = np.abs(mine.result - inner).max() / inner.max()
    return against(
        f"KDE, Gaussian, {N:,} incidents, {ACROSS**2:,} places",
        mine,
        theirs,
        "KDEpy FFTKDE, binned",
        check=f"ours is scikit-learn's (row above); its binning differs by {gap:.1%} of the peak",
    )
