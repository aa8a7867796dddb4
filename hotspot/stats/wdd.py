"""Whether crime fell where something was done, beyond what it did elsewhere and what moved next door.

Wheeler and Ratcliffe 2018, doi:10.1186/s40163-018-0085-5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from hotspot.errors import ParameterError

Counts = tuple[float, float]
"""Incidents before and after."""
_NONE: Final = (0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class WDD:
    """A weighted displacement difference: below 0, fewer incidents than without the measure."""

    estimate: float
    """Change in the treated areas and their neighbours, less that in the control areas and theirs."""
    se: float
    """Standard error of it, were all counts Poisson."""
    z: float
    p: float
    """Two-sided."""
    low: float
    high: float
    """Interval of confidence."""
    level: float
    """Of that interval, such as 0.95."""


def wdd(
    treated: Counts,
    control: Counts,
    *,
    treated_displacement: Counts = _NONE,
    control_displacement: Counts = _NONE,
    lengths: tuple[float, float] = (1.0, 1.0),
    areas: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    level: float = 0.95,
) -> WDD:
    """Return (treated after - before) - (control after - before), with the same of the displacement areas.

    Its variance is the sum of the counts, each times the square of what it is
    scaled by. No incidents at all say nothing: z 0, p 1.

    Parameters
    ----------
    treated, control
        Incidents before and after, where something was done and where nothing was.
    treated_displacement, control_displacement
        Of the areas beside them that crime may have moved to; left out if there are none.
    lengths
        Length of the windows before and after, any unit: where they differ, counts
        before are scaled to the length after.
    areas
        Of treated, control, treated displacement and control displacement, any unit: where given,
        incidents are counted per unit of area.
    level
        Of the interval of confidence.

    Examples
    --------
    >>> found = wdd((207, 110), (308, 318), treated_displacement=(178, 157), control_displacement=(150, 140))
    >>> found.estimate, round(found.se, 2), round(found.z, 2), round(found.low), round(found.high)
    (-118.0, 39.6, -2.98, -196, -40)
    """
    groups = {
        "treated": treated,
        "control": control,
        "treated_displacement": treated_displacement,
        "control_displacement": control_displacement,
    }
    _check(groups, lengths, areas, level)
    scale = lengths[1] / lengths[0]
    estimate = variance = 0.0
    for sign, (before, after), area in zip((1, -1, 1, -1), groups.values(), areas, strict=True):
        estimate += sign * (after - before * scale) / area
        variance += (after + before * scale**2) / area**2
    se = math.sqrt(variance)
    z = estimate / se if se else 0.0
    reach = NormalDist().inv_cdf((1 + level) / 2) * se
    return WDD(
        estimate=estimate,
        se=se,
        z=z,
        p=math.erfc(abs(z) / math.sqrt(2)),
        low=estimate - reach,
        high=estimate + reach,
        level=level,
    )


def _check(
    groups: dict[str, Counts],
    lengths: tuple[float, float],
    areas: tuple[float, float, float, float],
    level: float,
) -> None:
    for name, counts in groups.items():
        if len(counts) != 2 or not all(math.isfinite(count) and count >= 0 for count in counts):
            msg = f"{name} needs two numbers of incidents, before and after, 0 or more; got {counts}."
            raise ParameterError(name, msg)
    if len(lengths) != 2 or not all(length > 0 and math.isfinite(length) for length in lengths):
        msg = f"lengths are those of the windows before and after, above 0; got {lengths}."
        raise ParameterError("lengths", msg)
    if len(areas) != 4 or not all(area > 0 and math.isfinite(area) for area in areas):
        msg = f"areas are four numbers above 0; got {areas}."
        raise ParameterError("areas", msg)
    if not 0 < level < 1:
        msg = f"level lies between 0 and 1, such as 0.95; got {level}."
        raise ParameterError("level", msg)
