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
