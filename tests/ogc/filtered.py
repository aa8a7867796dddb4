"""A few features that filters are asked of, with gaps everywhere a gap can be."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hotspot.analysis.methods import Field
from hotspot.ogc import cql
from hotspot.ogc.table import Table

FIELDS = (
    Field("rank", "integer", "Rank"),
    Field("incidents", "integer", "Incidents"),
    Field("pai", "number", "PAI"),
    Field("district", "string", "District"),
    Field("last_incident", "string", "Last incident"),
)

ROWS: tuple[dict[str, Any], ...] = (
    {"rank": 1, "incidents": 12, "pai": 2.5, "district": "B1", "last_incident": "2026-01-31"},
    {"rank": 2, "incidents": 7, "pai": None, "district": "O'Neil", "last_incident": "2026-02-01"},
    {"rank": 3, "incidents": None, "pai": 0.0, "district": "Größe 100%", "last_incident": None},
    {"rank": 4, "incidents": 1, "pai": -1.5, "district": None, "last_incident": "2025-12-31"},
    {"rank": 5, "incidents": 7, "pai": 2.5, "district": "b_1", "last_incident": "2026-02-01"},
    {"rank": 6, "incidents": 0, "pai": 10.0, "district": "", "last_incident": "2024-02-29"},
)

WEST, STEP = -88.0, 0.25
"""Each feature is a square of a quarter of a degree, the next one east of it; the fourth has no place."""


def ring(number: int) -> list[list[float]]:
    """The outline of a feature's square."""
    west = WEST + number * STEP
    return [[west, 17.5], [west + STEP, 17.5], [west + STEP, 17.75], [west, 17.75], [west, 17.5]]


def feature(number: int, row: dict[str, Any]) -> bytes:
    """A feature, encoded as this product encodes."""
    geometry = None if number == 3 else {"type": "Polygon", "coordinates": [ring(number)]}
    whole = {"type": "Feature", "id": number + 1, "geometry": geometry, "properties": row}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def columns() -> Table:
    """The features as columns."""
    lines = [feature(number, row) for number, row in enumerate(ROWS)]
    return Table(lines, kinds={field.name: field.type for field in FIELDS})


def matched(text: str, **how: Any) -> list[int]:
    """The ranks of the features a filter is true of."""
    mask = cql.read(text, fields=FIELDS, **how).mask(columns())
    return [row["rank"] for row, true in zip(ROWS, mask.tolist(), strict=True) if true]
