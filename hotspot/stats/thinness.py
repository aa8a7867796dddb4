"""How far the number of incidents can carry an answer."""

from __future__ import annotations

from typing import Final, Literal

Thinness = Literal["too thin", "thin", "fair", "good"]

TOO_THIN: Final = {"districts": 30, "hull": 60}
"""Fewer usable incidents than this are no pattern; twice as many where the study area is only a hull."""
THIN: Final = 100
"""A share measured on fewer is uncertain by 10 % of the incidents and more (1/sqrt(n))."""
FAIR: Final = 400
"""A share measured on as many is uncertain by 5 %."""
SPARSE: Final = 0.01
"""Incidents a cell below which nearly every neighbourhood is empty, whatever their number."""
SPARSE_FAIR: Final = 0.1
"""Incidents a cell below which a usual neighbourhood of nine cells expects less than one."""


def thinness(n: int, n_cells: int | None = None, kind: str = "districts") -> Thinness:
    """Return how far ``n`` incidents in ``n_cells`` cells carry, in a word.

    Too thin: fewer than 30, or 60 in a hull. Thin: fewer than 100, or than 1 in
    100 cells. Fair: fewer than 400, or than 1 in 10 cells.

    Parameters
    ----------
    n
        Usable incidents in the study area.
    n_cells
        Cells that they are counted in; None if the method has none.
    kind
        Of study area: ``districts`` or ``hull``.

    Examples
    --------
    >>> thinness(59, kind="hull"), thinness(94), thinness(1000, 90_000), thinness(1000, 2_000)
    ('too thin', 'thin', 'fair', 'good')
    """
    if n < TOO_THIN[kind]:
        return "too thin"
    per_cell = n / n_cells if n_cells else float("inf")
    if n < THIN or per_cell < SPARSE:
        return "thin"
    if n < FAIR or per_cell < SPARSE_FAIR:
        return "fair"
    return "good"
