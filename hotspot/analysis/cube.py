"""Incidents counted by place and step of time, and the guards of such a cube."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import guards
from hotspot.analysis.coverage import Coverage
from hotspot.analysis.steps import AUTOMATIC, DAYS, LEAST, MONTHS, Steps, automatic_step, edges_of, steps_of
from hotspot.errors import ParameterError, ThinDataError
from hotspot.words import counted

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task

LEAST_INCIDENTS: Final = 60
MOST_BINS: Final = 5_000_000
"""Cells times steps: what fits into memory and some seconds."""
_FEWEST: Final = 3
"""Steps below which not even a forced answer means anything."""
_AUTOMATIC: Final = "automatic"


@dataclass(frozen=True, eq=False)
class Window:
    """The days that steps are laid in."""

    first: np.datetime64
    end: np.datetime64
    """The day after the last."""
    step: str


@dataclass(frozen=True, eq=False)
class Cube:
    """Incidents, and their weights, by step and place."""

    steps: Steps
    incidents: NDArray[np.float64] = field(repr=False)
    """Shape (n_steps, n_cells)."""
    counts: NDArray[np.float64] = field(repr=False)
    """Sum of weights, shape (n_steps, n_cells)."""


def cube_of(cells: Cells, steps: Steps) -> Cube:
    """Return the cube of the incidents in the cells that are in a step."""
    shape = (len(steps), len(cells))
    used = steps.of >= 0
    place = steps.of[used] * len(cells) + cells.of[used]
    size = shape[0] * shape[1]
    incidents = np.bincount(place, minlength=size).astype(np.float64).reshape(shape)
    weights = np.bincount(place, weights=cells.weight[used], minlength=size).astype(np.float64)
    return Cube(steps, incidents, weights.reshape(shape))


def window_of(
    points: Points, *, step: str, days: tuple[date | None, date | None] = (None, None)
) -> Window | None:
    """Return the days to lay steps in, and the step; None where no incident has a time.

    The window is the one asked about, or that of the incidents. One that seems to go on
    beyond the data ends with them: steps not yet recorded would look quiet.

    Parameters
    ----------
    points
        The incidents.
    step
        As chosen; ``automatic`` is resolved.
    days
        First and last day asked about; None is open.
    """
    covered = Coverage.of(points.first, points.last)
    if covered is None:
        return None
    first = covered.first if days[0] is None else np.datetime64(days[0], "D")
    last = covered.last if days[1] is None else np.datetime64(days[1], "D")
    if covered.lacks_after(last):
        last = covered.last
    end = last + 1
    return Window(first, end, automatic_step(first, end) if step == _AUTOMATIC else step)


def laid_steps(task: Task, *, step: str) -> tuple[Steps, bool]:
    """Return the steps of a task, noted, and whether there are only enough because it is forced.

    Raises
    ------
    ThinDataError
        No incident has a time; or too few steps, or incidents in them, and not forced.
    """
    window = window_of(task.points, step=step, days=task.window)
    if window is None:
        raise ThinDataError(
            f"Emerging hotspots need to know when incidents happened; none of "
            f"{counted(len(task.points), 'incident')} has a time.",
            remedies=(
                "Map the column that says when they happened.",
                "Or ask for Gi*, which needs no times.",
            ),
        )
    steps = steps_of(task.points, first=window.first, end=window.end, step=window.step)
    _noted(task, steps, window, chosen=step)
    reason = _too_little(steps, window)
    if not reason:
        return steps, False
    can = len(steps) >= _FEWEST and bool((steps.of >= 0).any())
    guards.refuse_or_warn(reason, _remedies(window), force=task.force and can, log=task.log)
    return steps, True


def check_size(cells: Cells, steps: Steps) -> None:
    """Refuse a cube of more cells and steps than can be counted, with what would fit."""
    bins = len(cells) * len(steps)
    if bins <= MOST_BINS:
        return
    raise ParameterError(
        "cell_size",
        f"{counted(len(cells), 'cell')} of {cells.size:g} m times {counted(len(steps), 'step')} are "
        f"{bins:,}, more than {MOST_BINS:,}. Take cells of at least "
        f"{cells.size * np.sqrt(bins / MOST_BINS):,.0f} m, or longer steps.",
    )


def _noted(task: Task, steps: Steps, window: Window, *, chosen: str) -> None:
    log = task.log
    log.decide(
        "step",
        steps.name,
        "automatic: the longest of month, week and day of which the window holds at least ten"
        if chosen == _AUTOMATIC
        else "chosen by the analyst",
    )
    if task.window[1] is not None and str(task.window[1]) != str(window.end - 1):
        log.decide(
            "last day",
            str(window.end - 1),
            f"the data seem to end there: no incident since, up to {task.window[1]}, would be unlikely",
        )
    log.decide(
        "steps",
        f"{counted(len(steps), steps.name)} from {steps.edges[0]} to {window.end - 1}",
        "laid back from the last day, so that the last step is whole",
    )
    left_out = {
        f"before the first whole {steps.name}, which begins on {steps.edges[0]}": steps.before,
        "after the last step": steps.after,
        f"that may have happened in a span longer than a {steps.name}": steps.vague,
        "with no time recorded": steps.untimed,
    }
    for why, number in left_out.items():
        if number:
            log.decide("incidents in no step", f"{number:,}", why)


def _too_little(steps: Steps, window: Window) -> str:
    used = int((steps.of >= 0).sum())
    if len(steps) < LEAST:
        return (
            f"Emerging hotspots need at least {LEAST} steps; {window.first} to {window.end - 1} holds "
            f"{counted(len(steps), f'whole {steps.name}')}."
        )
    if used < LEAST_INCIDENTS:
        return (
            f"Emerging hotspots need at least {LEAST_INCIDENTS} incidents in the steps; there are {used:,}."
        )
    return ""


def _remedies(window: Window) -> tuple[str, ...]:
    found = ["Ask about a longer window."]
    shorter = next(
        (step for step in AUTOMATIC if len(edges_of(window.first, window.end, step=step)) > LEAST), ""
    )
    length = {**DAYS, **{name: 30 * number for name, number in MONTHS.items()}}
    if shorter and length[shorter] < length[window.step]:
        found.append(f"Take {shorter} as the step.")
    return (*found, "Pool related offences.", "Or ask for Gi*, which needs no steps.")
