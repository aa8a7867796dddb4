"""The page about filters tells no tales: each example is a filter of a layer of hotspots."""

from __future__ import annotations

import re
from pathlib import Path

from hotspot.analysis.methods import METHODS
from hotspot.ogc import cql, cql_space, cql_text, cql_time, cql_values


def test_every_example_is_read(repository: Path) -> None:
    page = (repository / "docs" / "filters.md").read_text(encoding="utf-8")
    cells = [line.rsplit(" | ", 1)[1] for line in page.splitlines() if line.startswith("| ") and "`" in line]
    examples = [example for cell in cells for example in re.findall(r"`([^`]+)`", cell)]
    assert len(examples) >= 15
    for example in examples:
        cql.read(example, fields=METHODS["dbscan"].fields)


def test_every_function_and_every_bound_is_told(repository: Path) -> None:
    page = (repository / "docs" / "filters.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b[ST]_[A-Z]+\b", page))
    assert set(map(str.upper, cql_space.FUNCTIONS)) <= named
    assert set(map(str.upper, list(cql_time.FUNCTIONS)[:5])) <= named
    assert len(cql_time.FUNCTIONS) == 5 + 10
    bounds = f"{cql_text.LONGEST:,} characters, {cql_values.MOST} names, .* and {cql_values.DEEPEST} levels"
    assert re.search(bounds, page)
