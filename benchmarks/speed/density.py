"""Kernel density of many incidents at many places, beside scikit-learn, scipy and KDEpy."""

from __future__ import annotations

import numpy as np

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel

N = 2_000 if SMALL else 100_000
ACROSS = 100
"""Places along a side."""
BANDWIDTH = 500.0


def rows() -> list[Row]:
    """Return the lines of this stage."""
    return [compact(), gaussian(), beside_fft()]


def _places() -> tuple[np.ndarray, np.ndarray]:
    step = data.SIDE / ACROSS
    middle = (np.arange(ACROSS) + 0.5) * step
    y, x = (part.ravel() for part in np.meshgrid(middle, middle, indexing="ij"))
    return x, y


def _sklearn(kernel: str) -> np.ndarray:
    from sklearn.neighbors import KernelDensity

    at, places = np.column_stack(data.city(N)), np.column_stack(_places())
    model = KernelDensity(bandwidth=BANDWIDTH, kernel=kernel).fit(at)
    # Per km2, as ours.
    return np.exp(model.score_samples(places)) * N * 1e6


def compact() -> Row:
    """Measure the kernel that both have: Epanechnikov's, exact here and there."""
    from hotspot.stats.kde import density

    (x, y), (at_x, at_y) = data.city(N), _places()
    mine, theirs = duel(
        lambda: density(x, y, at_x, at_y, bandwidth=BANDWIDTH, kernel="epanechnikov"),
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
    from hotspot.stats.kde import density

    (x, y), (at_x, at_y) = data.city(N), _places()
    mine, theirs = duel(
        lambda: density(x, y, at_x, at_y, bandwidth=BANDWIDTH),
        lambda: _sklearn("gaussian"),
        peer_rounds=1,
    )
    ours = density(x, y, at_x, at_y, bandwidth=BANDWIDTH, kernel="gaussian")
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

    from hotspot.stats.kde import density

    (x, y), (at_x, at_y) = data.city(N), _places()
    at = np.column_stack([x, y])
    # Its lattice has to hold every incident: one place more on each side.
    step = data.SIDE / ACROSS
    middle = (np.arange(-1, ACROSS + 1) + 0.5) * step
    lattice = np.column_stack([part.ravel() for part in np.meshgrid(middle, middle, indexing="ij")])
    mine, theirs = duel(
        lambda: density(x, y, at_x, at_y, bandwidth=BANDWIDTH, kernel="gaussian"),
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
