"""Reports: answers in sentences and tables, without places on a map."""

from __future__ import annotations

from typing import Final

from hotspot import parameters
from hotspot.analysis.methods.method import ReportKind

COMPARE: Final = ReportKind(
    name="compare",
    title="Comparison of methods",
    short="comparison",
    summary="Which method foretells your own incidents best, and by how much it beats prior counts.",
    parameters=parameters.Compare,
    make="hotspot.analysis.makers.compare:make",
)

PROFILE: Final = ReportKind(
    name="profile",
    title="Hours of the week",
    short="hours",
    summary="When in the week incidents happen, and the hours of each district or offence with the most.",
    parameters=parameters.Profile,
    make="hotspot.analysis.makers.profile:make",
)

EVALUATE: Final = ReportKind(
    name="evaluate",
    title="Before and after",
    short="before and after",
    summary="Whether incidents fell where something was done, beyond what they did elsewhere and what moved.",
    parameters=parameters.Evaluate,
    make="hotspot.analysis.makers.evaluate:make",
)
