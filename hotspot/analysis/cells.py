"""Grid cells of an automatic size: fitted to the incidents, and to how many cells there may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from hotspot.errors import ParameterError
from hotspot.places import grid as grids
from hotspot.words import metres

if TYPE_CHECKING:
    from hotspot.analysis.decisions import DecisionLog
    from hotspot.analysis.points import Points
    from hotspot.places.grid import Grid
    from hotspot.places.study_area import StudyArea

_WHY: Final = (
    "automatic: twice the larger of the mean and median distance to the nearest other location, "
    "rounded to 50 m, kept within 100 to 2,000 m"
)


def automatic_cells(
    points: Points, area: StudyArea, *, log: DecisionLog, shape: str = "square", what: str = "cell size"
) -> Grid:
    """Cells of the size that fits how close the incidents lie, larger where they would be too many.

    Parameters
    ----------
    points
        The incidents.
    area
        The study area.
    log
        Where the size is noted.
    shape
        ``square`` or ``hexagon``.
    what
        What the size is called in the log.
    """
    size = grids.automatic_size(points.x, points.y)
    log.decide(what, metres(size), _WHY)
    fits = _rounded_up(math.sqrt(area.area_km2 * 1e6 / grids.MOST_CELLS))
    wanted = size
    size = max(size, fits)
    while True:
        try:
            found = grids.make_grid(area, shape=shape, size=size)
        except ParameterError:
            # A ragged shore takes more cells than its area says.
            size += grids.STEP
            continue
        if size > wanted:
            log.decide(
                f"{what} enlarged",
                metres(size),
                f"smaller cells would be more than {grids.MOST_CELLS:,} over this study area",
            )
        return found


def _rounded_up(size: float) -> float:
    return math.ceil(size / grids.STEP) * grids.STEP
