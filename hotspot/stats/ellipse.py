"""Where the middle of incidents lies, and how far and which way they spread.

The standard deviational ellipse is the one that CrimeStat, pointpats and ArcGIS
print since Yuill's correction: the axes are those of the greatest and least
spread, each half as long as the standard deviation along it times the root of
two, with n - 2 degrees of freedom. It holds about 63 % of incidents that spread
normally. Lefever 1926; Yuill 1971; Levine, CrimeStat IV, 2013, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_ROUND = 1e-9


@dataclass(frozen=True)
class Ellipse:
    """Mean centre and standard deviational ellipse of some incidents."""

    x: float
    """Of the mean centre, m; missing (NaN) without incidents."""
    y: float
    major: float
    """Longer half axis, m; missing with fewer than three incidents."""
    minor: float
    """Shorter half axis, m; 0 where all lie on one line."""
    rotation: float
    """Direction of the longer axis: degrees clockwise from north, from 0 to below 180; 0 for a circle."""


def ellipse(x: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None) -> Ellipse:
    """Return the mean centre and the standard deviational ellipse of incidents.

    Parameters
    ----------
    x, y
        Metres, shape (n,); y runs north.
    weights
        Harm of each incident. Only its proportions matter: twice the harm for all
        is the same ellipse.

    Examples
    --------
    >>> found = ellipse([0, 1, 2, 3], [0, 1, 2, 3])
    >>> (found.x, found.y, round(found.major, 6), round(found.minor, 6), round(found.rotation, 6))
    (1.5, 1.5, 3.162278, 0.0, 45.0)
    """
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    n = len(points)
    missing = float("nan")
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if not n or weight.sum() <= 0:
        return Ellipse(missing, missing, missing, missing, missing)
    weight = weight / weight.mean()
    # Differences from one of them: UTM northings would cost half the digits.
    apart = points - points[0]
    middle = weight @ apart / n
    apart = apart - middle
    centre = points[0] + middle
    if n < 3:
        return Ellipse(float(centre[0]), float(centre[1]), missing, missing, missing)
    spread, axes = np.linalg.eigh((apart * weight[:, None]).T @ apart)
    # What is left of a thin ellipse, or of a circle's long axis, is rounding.
    low, high = np.where(spread > _ROUND * spread[1], np.maximum(spread, 0.0), 0.0)
    minor, major = np.sqrt(2 * np.array([low, high]) / (n - 2))
    east, north = axes[:, 1]
    rotation = float(np.degrees(np.arctan2(east, north))) % 180.0 if high - low > _ROUND * high else 0.0
    return Ellipse(float(centre[0]), float(centre[1]), float(major), float(minor), rotation % 180.0)


def ellipses(
    x: ArrayLike, y: ArrayLike, labels: ArrayLike, *, weights: ArrayLike | None = None
) -> tuple[Ellipse, ...]:
    """Return the ellipse of each cluster, in the order of the labels; -1 is in none."""
    number = np.asarray(labels, dtype=np.int64)
    px, py = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    weight = np.ones(len(number)) if weights is None else np.asarray(weights, dtype=np.float64)
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(number.max(initial=-1) + 2))
    parts = [order[start:end] for start, end in pairwise(ends)]
    return tuple(ellipse(px[part], py[part], weights=weight[part]) for part in parts)
