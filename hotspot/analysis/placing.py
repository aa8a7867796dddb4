"""The district of each incident, also of those that have no coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.analysis.question import HULL
from hotspot.analysis.selection import Sieve
from hotspot.errors import BoundaryError
from hotspot.places.districts import DistrictIndex
from hotspot.places.study_area import parse_area, study_area

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.question import Question
    from hotspot.analysis.reports import Asked
    from hotspot.places.boundaries import BoundarySet


def districts_of(table: pd.DataFrame, boundary_set: BoundarySet) -> NDArray[np.int64]:
    """Return the position of each incident's district in the boundary set, -1 for none; shape (n,).

    The district it was given when it was read, if the set has that code; otherwise the one
    that its coordinates lie in.
    """
    codes = {code: number for number, code in enumerate(boundary_set.codes)}
    found = np.asarray(table["district"].map(codes).fillna(-1).to_numpy(), dtype=np.int64)
    lost = np.flatnonzero((found < 0) & np.isfinite(table["lon"].to_numpy(dtype=np.float64)))
    if len(lost):
        rows = table.iloc[lost]
        place = rows["lon"].to_numpy(dtype=np.float64), rows["lat"].to_numpy(dtype=np.float64)
        found[lost] = DistrictIndex.of(boundary_set).locate(*place).index
    return found


def in_area(asked: Asked) -> tuple[pd.DataFrame, NDArray[np.int64], dict[str, int]]:
    """Return the incidents in the study area, each one's district, and how many were left out and why.

    An incident of which only the district is known is in, unlike for a point method. Over
    a hull every incident is in, and none has a district.

    Raises
    ------
    BoundaryError
        The study area and the boundary set do not fit.
    NotFoundError
        A district that does not exist.
    """
    table, left_out = asked.selection.table, dict(asked.selection.left_out)
    if asked.question.area == HULL:
        return table, np.full(len(table), -1, dtype=np.int64), left_out
    boundary_set = named(asked)
    _, codes = parse_area(asked.question.area)
    area = study_area(boundary_set, codes)
    district = districts_of(table, boundary_set)
    sieve = Sieve(np.ones(len(table), dtype=bool))
    sieve.leave(district < 0, "not_located")
    sieve.leave(~np.isin(np.array([*boundary_set.codes, ""])[district], area.codes), "outside_area")
    return table[sieve.keep], district[sieve.keep], {**left_out, **sieve.left_out}


def named(asked: Asked) -> BoundarySet:
    """Return the boundary set that the question's study area names; its absence is an error."""
    return boundary_set_of(asked.question, asked.boundary_set)


def boundary_set_of(question: Question, found: BoundarySet | None) -> BoundarySet:
    """Return the boundary set that was given, if it is the one that the study area names; else an error."""
    name, _ = parse_area(question.area)
    if found is None:
        msg = f"The study area {name!r} needs its boundary set. Load or import it, or ask for the area hull."
        raise BoundaryError(msg)
    if name.casefold() != found.name.casefold():
        msg = f"The study area {name!r} is not of the boundary set {found.name!r} that was given."
        raise BoundaryError(msg)
    return found
