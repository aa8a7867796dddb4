"""What a method is given to make a layer from, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hotspot.analysis.decisions import DecisionLog

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.holdout import Split
    from hotspot.analysis.points import Points
    from hotspot.analysis.ranking import Districts
    from hotspot.analysis.tables import Table
    from hotspot.parameters import Parameters
    from hotspot.places.boundaries import BoundarySet
    from hotspot.places.study_area import StudyArea

Variant = tuple[str, Callable[[], "NDArray[np.bool_]"]]
"""Another way the same choice could have been made: its name, and which incidents are in a hotspot then."""
Progress = Callable[[float, str], None]
"""Told how far the work is, 0 to 1, and what is being done."""


@dataclass(frozen=True, eq=False)
class Earlier:
    """The incidents of an earlier window, and its first and last day."""

    points: Points
    start: date
    end: date


@dataclass(frozen=True, eq=False)
class Task:
    """One question, made ready: usable incidents, where they could have been, and what was chosen.

    Attributes
    ----------
    points
        The usable incidents.
    area
        The study area.
    parameters
        As the analyst chose them; None in a field is automatic.
    split
        Earlier and later incidents, for the hold-out accuracy.
    boundary_set
        The districts that the study area is made of; None over a hull.
    force
        Whether to answer though the data are too thin.
    log
        Where each automatic choice is noted.
    tell
        Called with the progress.
    window
        First and last day that the question asks about; None where it has no bound.
    before
        The earlier window, for a method that looks back to one; None for the others.
    """

    points: Points
    area: StudyArea
    parameters: Parameters
    split: Split
    boundary_set: BoundarySet | None = None
    force: bool = False
    log: DecisionLog = field(default_factory=DecisionLog)
    tell: Progress = lambda _share, _what: None
    window: tuple[date | None, date | None] = (None, None)
    before: Earlier | None = None

    @cached_property
    def districts(self) -> Districts:
        """The districts of the study area, by number."""
        from hotspot.analysis.ranking import Districts

        return Districts.of(self.boundary_set, self.area)

    @cached_property
    def district(self) -> NDArray[np.int64]:
        """Number of the district of each incident, the nearest near a shore; -1 for none."""
        return self.districts.locate(self.points.lon, self.points.lat)


@dataclass(frozen=True, eq=False)
class Result:
    """What a method found, before it is dressed as a layer.

    Attributes
    ----------
    geometry
        A polygon in metres for each feature.
    columns
        The method's fields but ``id``, each of the features' length.
    hotspots
        The ranked table.
    used
        The parameters with every automatic one filled in.
    numbers
        The method's own part of the layer's summary.
    accuracy
        The hold-out accuracy; see `hotspot.analysis.holdout`.
    forced
        Whether the answer was only given because it was forced.
    membership
        Rank of the hotspot that each incident is in, 0 for none; shape (n_points,).
    cells
        The places the incidents were counted in; None for a method without.
    variants
        Other grid origins or bandwidths, for the stability of the hotspots.
    tables
        What else the method found, such as a curve behind an automatic choice.
    """

    geometry: NDArray[np.object_]
    columns: dict[str, NDArray[Any]]
    hotspots: pd.DataFrame
    used: dict[str, Any]
    numbers: dict[str, Any]
    accuracy: dict[str, Any]
    membership: NDArray[np.int64]
    forced: bool = False
    cells: Cells | None = None
    variants: tuple[Variant, ...] = ()
    tables: tuple[Table, ...] = ()
