"""The tables and sentences of emerging hotspots: cells of each pattern, and the steps one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.stats.patterns import NONE, PATTERNS
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.cube import Cube
    from hotspot.stats.emerging import Emerging

_STEPS: Final = (
    Field("step", "string", "Step", doc="First day of the step, ISO 8601."),
    Field("last_day", "string", "To", doc="Last day of the step."),
    Field("incidents", "integer", "Incidents", "incidents", "Incidents in the step."),
    Field("hot_cells", "integer", "Hot cells", "cells", "Cells that are hot in the step."),
    Field("cold_cells", "integer", "Cold cells", "cells", "Cells that are cold in the step."),
)
_PATTERNS: Final = (
    Field("pattern", "string", "Pattern"),
    Field("cells", "integer", "Cells", "cells", "Cells of this pattern."),
    Field("incidents", "integer", "Incidents", "incidents", "Incidents in them, in all steps."),
)


def held(pattern: NDArray[np.int8], weights: NDArray[np.float64] | None = None) -> dict[str, int]:
    """Return the cells, or the sum of their weights, of each of the 17 patterns.

    >>> {name: n for name, n in held(np.array([1, 0, -8, 1], dtype=np.int8)).items() if n}
    {'new hot': 2, 'historical cold': 1, 'none': 1}
    """
    code = pattern.astype(np.int64)
    place = np.where(code > 0, code - 1, np.where(code < 0, 7 - code, 16))
    number = np.bincount(place, weights=weights, minlength=len(PATTERNS))
    return {name: int(each) for name, each in zip(PATTERNS, number, strict=True)}


def sentence(pattern: NDArray[np.int8], noun: str) -> str:
    """Return what became of the cells, in words.

    >>> sentence(np.array([1, 0, -8, 1], dtype=np.int8), "cell")
    'Of 4 cells 2 are new hot, 1 historical cold; 1 has no pattern.'
    """
    found = [(name, number) for name, number in held(pattern).items() if number and name != NONE]
    without = held(pattern)[NONE]
    if not found:
        return f"None of {counted(len(pattern), noun)} has a pattern."
    (first, number), *others = found
    said = [f"{number:,} {'is' if number == 1 else 'are'} {first}", *(f"{n:,} {name}" for name, n in others)]
    rest = f"; {without:,} {'has' if without == 1 else 'have'} no pattern" if without else ""
    return f"Of {counted(len(pattern), noun)} {', '.join(said)}{rest}."


def patterns_table(found: Emerging, cube: Cube) -> Table:
    """Return the cells and incidents of each pattern, none of them left out."""
    incidents = held(found.pattern, cube.incidents.sum(axis=0))
    return Table.of(
        "patterns",
        "Patterns",
        _PATTERNS,
        {
            "pattern": PATTERNS,
            "cells": list(held(found.pattern).values()),
            "incidents": list(incidents.values()),
        },
        note="Each cell has exactly one pattern. Hot and cold are against the mean of all cells and steps.",
    )


def steps_table(found: Emerging, cube: Cube) -> Table:
    """Return the incidents, hot and cold cells of each step, with a line of both."""
    edges = cube.steps.edges
    return Table.of(
        "steps",
        "Steps",
        _STEPS,
        {
            "step": edges[:-1].astype(str),
            "last_day": (edges[1:] - 1).astype(str),
            "incidents": cube.incidents.sum(axis=1),
            "hot_cells": (found.level > 0).sum(axis=1),
            "cold_cells": (found.level < 0).sum(axis=1),
        },
        note=f"A {cube.steps.name} each, laid back from the last day.",
        chart=Chart("line", "step", ("incidents", "hot_cells"), "Incidents and hot cells by step"),
    )
