"""Made-up incidents that several ways of clustering are tried on, and what scikit-learn makes of them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def crowds(seed: int = 11, n: int = 120) -> tuple[Floats, Floats]:
    """Four crowds of different density, stragglers between them; no two incidents in one place."""
    rng = np.random.default_rng(seed)
    parts = [
        rng.normal(centre, spread, (n, 2))
        for centre, spread in (((0, 0), 50), ((900, 200), 60), ((300, 1500), 150), ((1800, 1700), 25))
    ]
    points = rng.permutation(np.vstack([*parts, rng.uniform(-800, 2600, (n, 2))]))
    return points[:, 0] + 370_000, points[:, 1] + 1_935_000


def heaps(seed: int = 5) -> tuple[Floats, Floats]:
    """The same crowds with their incidents moved to corners 20 m apart: many coincide."""
    x, y = crowds(seed)
    return np.round(x / 20) * 20, np.round(y / 20) * 20


def sklearn() -> Any:
    """Return scikit-learn's clusters: its import warns of what it does itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sklearn.cluster
    return sklearn.cluster


def same(one: Any, other: Any) -> bool:
    """Whether two labellings say the same, by whatever numbers."""
    a, b = np.asarray(one), np.asarray(other)
    pairs = {(int(i), int(j)) for i, j in zip(a, b, strict=True)}
    outside = all((i < 0) == (j < 0) for i, j in pairs)
    return outside and len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def turned(x: Floats, y: Floats, degrees: float = 37.0) -> tuple[Floats, Floats]:
    """The incidents turned about one of them, and moved."""
    angle = np.radians(degrees)
    dx, dy = x - x[0], y - y[0]
    cos, sin = np.cos(angle), np.sin(angle)
    return dx * cos - dy * sin + 1234.5, dx * sin + dy * cos - 987.6
