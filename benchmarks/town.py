"""A town of 6 by 6 km for the trials of methods: a square study area, and incidents strewn over it."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely

from hotspot.analysis import holdout
from hotspot.analysis.methods import METHODS
from hotspot.analysis.points import Points
from hotspot.analysis.task import Result, Task
from hotspot.crs import project, unproject
from hotspot.places.boundaries import BoundarySet
from hotspot.places.study_area import StudyArea, study_area

SIDE = 6_000.0
"""Metres."""
YEAR = 365
CRS = "EPSG:32616"
_CORNER = (-88.2, 17.5)


@cache
def town() -> tuple[BoundarySet, StudyArea, np.ndarray]:
    """Return the town as its only district, as a study area, and its south-western corner in metres."""
    corner = np.concatenate(project([_CORNER[0]], [_CORNER[1]], CRS))
    x, y = corner[:, None] + SIDE * np.array([[0, 1, 1, 0], [0, 0, 1, 1]])
    shape = shapely.Polygon(np.column_stack(unproject(x, y, CRS)))
    square = BoundarySet(
        name="town",
        title="Town",
        codes=("T",),
        names=("Town",),
        types=("Town",),
        area_km2=np.array([SIDE**2 / 1e6]),
        geometry=np.array([shape], dtype=object),
        source="made up",
        licence="none",
    )
    return square, study_area(square), corner


def strewn(n: int, rng: np.random.Generator, *, days: int = YEAR) -> Points:
    """Return n incidents anywhere in the town at any moment of so many days."""
    _, _, corner = town()
    x, y = corner[:, None] + rng.uniform(0, SIDE, (2, n))
    moment = np.datetime64("2025-01-01", "s") + rng.integers(0, days * 86_400, n)
    lon, lat = unproject(x, y, CRS)
    return Points(lon, lat, x, y, moment, moment, np.zeros(n, dtype=np.int64), ("Theft",), np.ones(n))


def asked_of(method: str, points: Points) -> Result:
    """Return what a method finds with automatic parameters, however thin the data."""
    square, area, _ = town()
    known = METHODS[method]
    task = Task(points, area, known.parameters(), holdout.split(points), square, force=True)
    return known.maker()(task)
