"""How far and how long a cluster of the space-time scan may reach, chosen or automatic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hotspot.words import counted, metres

if TYPE_CHECKING:
    from hotspot import parameters
    from hotspot.analysis.task import Task

STEPS: Final = {"recent": 1_500, "any": 60}
"""Steps of time that an automatic step makes at most."""
SMALLEST: Final = 500.0
LARGEST: Final = 5_000.0
"""Bounds of an automatic largest radius, m."""
_ROUND: Final = 100.0
_PART: Final = 0.1


@dataclass(frozen=True)
class Plan:
    """How far and how long a cluster may reach."""

    max_radius: float
    """Metres."""
    step: int
    """Days."""
    n_steps: int
    longest: int
    """Steps."""

    def until(self, n_days: int) -> Plan:
        """Return the same for the first days of the window only."""
        n_steps = math.ceil(n_days / self.step)
        return Plan(self.max_radius, self.step, n_steps, max(min(self.longest, n_steps // 2), 1))


def plan_of(task: Task, chosen: parameters.Scan, n_days: int) -> Plan:
    """Return the plan for a window of so many days; every choice is noted."""
    radius = _radius(task, chosen.max_radius)
    step = chosen.step or automatic_step(n_days, chosen.look)
    how = "chosen by the analyst" if chosen.step else f"automatic: at most {STEPS[chosen.look]:,} steps"
    task.log.decide("step of time", counted(step, "day"), f"{how}; steps are laid back from the last day")
    n_steps = math.ceil(n_days / step)
    return Plan(radius, step, n_steps, _longest(task, chosen.longest, step, n_steps))


def automatic_step(n_days: int, look: str) -> int:
    """Return the days of a step: one, or as few weeks as make not too many steps.

    >>> automatic_step(365, "recent"), automatic_step(365, "any")
    (1, 7)
    """
    most = STEPS[look]
    return 1 if n_days <= most else 7 * math.ceil(n_days / most / 7)


def _radius(task: Task, chosen: float | None) -> float:
    if chosen is not None:
        task.log.decide("max_radius", metres(chosen), "chosen by the analyst")
        return chosen
    side = math.sqrt(task.area.area_km2 * 1e6)
    radius = min(max(round(_PART * side / _ROUND) * _ROUND, SMALLEST), LARGEST)
    why = "automatic: a tenth of the side of a square as large as the study area, 500 to 5,000 m"
    task.log.decide("max_radius", metres(radius), why)
    return radius


def _longest(task: Task, chosen: int | None, step: int, n_steps: int) -> int:
    half = max(n_steps // 2, 1)
    wanted = half if chosen is None else max(chosen // step, 1)
    why = "automatic: half of the window" if chosen is None else "chosen by the analyst"
    if wanted > half:
        why = f"half of the window; {counted(chosen or 0, 'day')} were asked for"
    longest = min(half, wanted)
    task.log.decide("longest", counted(longest * step, "day"), why)
    return longest
