"""Which p-values a layer of Gi* has: exact ones, or the normal approximation with what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.permutation import DrawnSums, affordable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.task import Task

SPARSE: Final = 5.0
"""Incidents expected in a neighbourhood below which the normal approximation is only a rough guide.

Measured on maps of pure chance over 1,109 equal cells: at 4 half of them show a hot cell of the
90 % class, at 16 one in five, at 200 the one in ten that the class promises. With exact p-values
it is at most one in ten throughout; see docs/validation.md.
"""


def exact_chances(
    task: Task, significance: str, counts: NDArray[np.float64], number: NDArray[np.float64]
) -> DrawnSums | None:
    """Return the exact chances of sums around a cell; None where p is the normal approximation.

    Parameters
    ----------
    task
        Its log is told which it is, and why.
    significance
        ``exact``, as long as that is affordable, or ``normal``.
    counts
        Incidents in each cell, shape (n_cells,).
    number
        Neighbours of each cell, itself included, shape (n_cells,).
    """
    most = int(number.max(initial=0))
    if significance == "normal":
        task.log.decide("p-values", "normal approximation", "chosen by the analyst")
    elif not affordable(counts, most=most):
        task.log.decide(
            "p-values",
            "normal approximation",
            f"exact ones would take too long for neighbourhoods of up to {most:,} cells with counts of up to "
            f"{counts.max():,.0f}; a shorter neighbour distance or smaller cells allow them",
        )
    else:
        task.log.decide(
            "p-values",
            "exact",
            "how often the counts of the cells, shuffled, put as much or as little around a cell: right "
            "however sparse they are, where the normal approximation calls far too much hot",
        )
        return DrawnSums.of(counts, most=most)
    return None


def warn_if_sparse(task: Task, counts: NDArray[np.float64], number: NDArray[np.float64]) -> None:
    """Say so where too few incidents are expected around a cell for the normal approximation."""
    expected = float(counts.mean() * np.median(number))
    if expected < SPARSE:
        task.log.warn(
            f"A neighbourhood holds {expected:.2g} incidents on average. Below {SPARSE:g} the confidence of "
            "single cells is only a rough guide: few incidents close together can look hot, and half or "
            "more of all maps of pure chance show a hot cell of the 90 % class. "
            "Exact p-values, larger cells, a longer window or pooled offences would help."
        )
