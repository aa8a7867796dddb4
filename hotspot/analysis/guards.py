"""Honest when thin: what stops a layer that would say more than its incidents do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import text
from hotspot.errors import ThinDataError
from hotspot.stats.significance import two_sided_p
from hotspot.stats.thinness import TOO_THIN
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.analysis.question import Question
    from hotspot.stats.permutation import DrawnSums
    from hotspot.stats.rough import RoughSums

_LEVEL: Final = 0.10
"""The weakest class of significance, 90 %."""
_REMEDIES: Final = {
    "cell": (
        "Use smaller cells or a shorter neighbour distance.",
        "Ask about a larger study area or a longer window.",
        "Or use counts by district instead of hotspots.",
    ),
    "district": (
        "Use grid cells instead: cell_shape square or hexagon.",
        "Ask about a study area of more districts.",
        "Or use counts by district instead of hotspots.",
    ),
}


def enough_incidents(
    number: int,
    *,
    kind: str,
    question: Question,
    left_out: dict[str, int],
    force: bool,
    log: DecisionLog,
) -> bool:
    """Whether the answer is forced: False if there are enough incidents, True if too few but forced.

    Raises
    ------
    ThinDataError
        Too few, and not forced; or none at all, which no force can help.
    """
    needed = TOO_THIN[kind]
    if number >= needed:
        return False
    where = "in the study area" if kind == "districts" else "inside a hull of their own"
    reason = (
        f"Hotspots need at least {needed} usable incidents {where}; the question leaves {number}. "
        f"{text.left_out(left_out)}"
    ).strip()
    refuse_or_warn(reason, remedies(question, left_out, kind=kind), force=force and number > 0, log=log)
    return True


def refuse_or_warn(reason: str, remedies: tuple[str, ...], *, force: bool, log: DecisionLog) -> None:
    """Refuse an answer from data that are too thin, or warn of it where it is forced.

    Raises
    ------
    ThinDataError
        Not forced.
    """
    if not force:
        raise ThinDataError(reason, remedies=remedies)
    log.warn(f"Forced although the data are too thin. {reason}")


def remedies(question: Question, left_out: dict[str, int], *, kind: str) -> tuple[str, ...]:
    """Return what would bring more incidents to the question, the most useful first."""
    found = []
    if question.start or question.end:
        found.append("Ask about a longer window.")
    if question.offences:
        found.append("Pool related offences.")
    if question.hours or question.weekdays:
        found.append("Ask about all hours and days of the week.")
    unplaced = sum(left_out.get(reason, 0) for reason in ("not_located", "district_only", "place_only"))
    if unplaced:
        found.append(f"Locate the {counted(unplaced, 'incident')} recorded without usable coordinates.")
    if left_out.get("outside_area", 0) + left_out.get("outside_near_shore", 0):
        found.append("Ask about a larger study area.")
    if kind == "hull":
        found.append(f"Name a boundary set as the study area: then {TOO_THIN['districts']} are enough.")
    found.append("Or use counts by district instead of hotspots.")
    return tuple(found)


def significant_cells(
    counts: ArrayLike,
    number: ArrayLike,
    *,
    adjustment: str,
    chances: DrawnSums | RoughSums | None,
    force: bool,
    log: DecisionLog,
    noun: str = "cell",
) -> bool:
    """Whether the answer is forced: False if some cell could be significant, True if none but forced.

    Raises
    ------
    ThinDataError
        No cell could be significant, however these counts were arranged, and not forced.
    """
    if could_reach(counts, number, adjustment=adjustment, chances=chances):
        return False
    nothing_possible(len(np.asarray(counts)), force=force, log=log, noun=noun)
    return True


def nothing_possible(n: int, *, force: bool, log: DecisionLog, noun: str = "cell") -> None:
    """Refuse an answer in which none of n cells could be significant, or warn where it is forced.

    Raises
    ------
    ThinDataError
        Not forced.
    """
    reason = (
        f"No {noun} could be significant, however the incidents were spread over {counted(n, noun)}: "
        f"there are too few {noun}s, too few of them hold incidents, or they differ too little."
    )
    refuse_or_warn(reason, _REMEDIES[noun], force=force, log=log)


def could_reach(
    counts: ArrayLike,
    number: ArrayLike,
    *,
    adjustment: str = "bh",
    chances: DrawnSums | RoughSums | None = None,
) -> bool:
    """Whether any arrangement of these counts over the cells could make one significantly hot.

    A bound that no arrangement exceeds: a neighbourhood of k cells holds at most the k
    largest counts, and r hot neighbourhoods together at most the most neighbours times
    all incidents; r cells are called significant when each has p <= 0.10 r / n. Cold cells
    count among the r where the k smallest counts could make one.

    Parameters
    ----------
    counts
        Incidents in each cell, shape (n,).
    number
        Neighbours of each cell, itself included, shape (n,).
    adjustment
        ``bh`` or ``by``.
    chances
        Of sums of these counts, where p is exact; None where it is the normal approximation.

    Examples
    --------
    >>> could_reach([9, 0, 0, 0], [4, 4, 4, 4])
    False
    >>> could_reach([9] + [0] * 99, [9] * 100)
    True
    """
    x = np.asarray(counts, dtype=np.float64)
    k = np.asarray(number, dtype=np.float64)
    n = len(x)
    # A cell linked to every other is no evidence, and nor are counts all alike.
    sizes = [int(size) for size in np.unique(k)[::-1] if size < n]
    if not sizes or x.min() == x.max():
        return False
    r = np.arange(1, n + 1)
    allowed = _LEVEL * r / n
    if adjustment == "by":
        allowed = allowed / (1 / r).sum()
    smallest = np.cumsum(np.sort(x))
    largest = np.cumsum(np.sort(x)[::-1])
    coldest = min(float(_p(smallest[size - 1 : size], x, size, chances, side=-1)[0]) for size in sizes)
    together = k.max() * x.sum() / r
    together[coldest <= allowed] = np.inf
    return any(
        (_p(np.minimum(largest[size - 1], together), x, size, chances, side=1) <= allowed).any()
        for size in sizes
    )


def _p(
    sums: NDArray[np.float64],
    x: NDArray[np.float64],
    size: int,
    chances: DrawnSums | RoughSums | None,
    *,
    side: int,
) -> NDArray[np.float64]:
    """Return the p of sums of ``size`` of the values, 1 for those not on this side of their mean."""
    n = len(x)
    excess = (n * sums - x.sum() * size) * side
    if chances is not None:
        p = chances.p(np.floor(sums), size)
    else:
        p = two_sided_p(excess / (n * x.std() * np.sqrt((n * size - size**2) / (n - 1))))
    return np.where(excess > 0, p, 1.0)
