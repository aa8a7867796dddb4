"""Whether a hotspot is still there when the grid lies elsewhere or the bandwidth is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Table
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.task import Result

HALF = 0.5
"""Part of a hotspot's incidents that must be in a hotspot again for it to have survived."""

_FIELDS = (
    Field("variant", "string", "Made again with", doc="What was chosen otherwise."),
    Field("survived", "integer", "Survived", "hotspots", "Hotspots that were found again."),
    Field("hotspots", "integer", "Of", "hotspots", "Hotspots of the layer."),
    Field(
        "incidents_kept",
        "number",
        "Incidents kept",
        "share",
        "Part of the incidents in hotspots that are in a hotspot again.",
    ),
)


def stability(result: Result) -> tuple[NDArray[np.float64], tuple[Table, ...]]:
    """Return the part of the variants in which each hotspot survives, and the table of variants.

    A hotspot survives where at least half of its incidents are in a hotspot again,
    whatever its new outline. NaN, and no table, where there is nothing to vary or no hotspot.
    """
    k = len(result.hotspots)
    if not k or not result.variants:
        return np.full(k, np.nan), ()
    inside = result.membership > 0
    label = result.membership[inside] - 1
    size = np.bincount(label, minlength=k)
    again = np.array([variant()[inside] for _, variant in result.variants])
    kept = np.array([np.bincount(label, weights=each, minlength=k) for each in again])
    survived = kept >= HALF * size
    survival = np.asarray(survived.mean(axis=0), dtype=np.float64)
    table = Table.of(
        "stability",
        "Stability",
        _FIELDS,
        {
            "variant": [name for name, _ in result.variants],
            "survived": survived.sum(axis=1),
            "hotspots": np.full(len(again), k),
            "incidents_kept": again.mean(axis=1).round(4),
        },
        note=_note(survival, len(again)),
    )
    return survival, (table,)


def _note(survival: NDArray[np.float64], variants: int) -> str:
    always, seldom = int((survival == 1).sum()), int((survival < HALF).sum())
    found = f"Made again in {variants} other ways, {always:,} of {counted(len(survival), 'hotspot')}"
    if not seldom:
        return (
            f"{found} {'is' if always == 1 else 'are'} found every time and none less than half of the time."
        )
    those = "it" if seldom == 1 else "those"
    return (
        f"{found} {'is' if always == 1 else 'are'} found every time and {seldom:,} less than half of the "
        f"time. Do not act on {those} alone."
    )
