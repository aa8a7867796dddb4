"""The k-distance curve: how far incidents have to look for so many others, and where that turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.words import metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS: Final = 200
"""Points of a curve that are kept: more cannot be seen."""
_FIELDS: Final = (
    Field("share", "number", "Incidents", "share", "Part of the incidents that look no further."),
    Field("distance", "number", "Distance", "m", "Within which each of them has so many, itself included."),
)


def k_distance_table(
    curve: NDArray[np.float64], *, least: int, suggested: float, used: float, of: int, within: str = ""
) -> tuple[Table, ...]:
    """Return the curve as a table with a chart; none where no incident has so many.

    Parameters
    ----------
    curve
        Distances, ascending, m; infinite where there are too few.
    least
        Incidents looked for.
    suggested
        The eps that the curve suggests, m.
    used
        The eps that was used, m.
    of
        Incidents in all; the curve may be of some of them.
    within
        What else bounds the search, such as ``and 7 days``.
    """
    known = curve[np.isfinite(curve)]
    if not len(known):
        return ()
    n = len(curve)
    # Every step at the dense end matters; towards the other end thousands are alike.
    ranks = np.unique(np.rint(np.geomspace(1, n, POINTS)).astype(np.int64))
    ranks = ranks[ranks <= len(known)]
    bound = f" {within}" if within else ""
    note = f"Within the distance{bound} each incident has {least:,} incidents, itself included. "
    note += f"The curve suggests an eps of {metres(suggested)}"
    note += "." if used == suggested else f"; {metres(used)} was chosen."
    if n < of:
        note += f" Seen from {n:,} of the {of:,} incidents, spread over them evenly."
    table = Table.of(
        "k_distance",
        "Distance that holds so many incidents",
        _FIELDS,
        {"share": np.round(ranks / n, 6), "distance": np.round(known[ranks - 1], 2)},
        note=note,
        chart=Chart("line", "share", ("distance",)),
    )
    return (table,)
