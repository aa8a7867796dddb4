"""The tables behind a layer, and their charts, among the files that are made when it is published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import NotFoundError
from hotspot.service.store import StoredFile

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer
    from hotspot.service.store import LayerRecord, Store

TABLES: Final = "tables.json"
"""Name of the tables among the files of a layer; not there where it has none."""
SVG: Final = "image/svg+xml"


def files_of(layer: Layer) -> dict[str, StoredFile]:
    """Return the tables behind a layer, if it has any, and a drawing of each that has a chart."""
    if not layer.tables:
        return {}
    from hotspot.outputs import charts

    listed = json.dumps([table.to_dict() for table in layer.tables], ensure_ascii=False)
    drawn = {chart_name(table.name): charts.svg(table) for table in layer.tables}
    return {
        TABLES: StoredFile(listed.encode(), "application/json"),
        **{name: StoredFile(text.encode(), SVG) for name, text in drawn.items() if text},
    }


def tables_of(store: Store, record: LayerRecord, *, name: str | None = None) -> list[dict[str, Any]]:
    """Return the tables behind a layer as plain values, or the one of a name.

    Raises
    ------
    NotFoundError
        There is no table of that name.
    """
    tables: list[dict[str, Any]] = []
    if TABLES in record.files:
        tables = json.loads(store.layers.file(record.id, TABLES, withdrawn=True).data)
    if name is None:
        return tables
    found = [table for table in tables if table["name"] == name]
    if not found:
        known = ", ".join(table["name"] for table in tables) or "none"
        msg = f"This layer has no table {name[:40]!r}. It has: {known}."
        raise NotFoundError(msg)
    return found


def chart_name(table: str) -> str:
    """Return the name of a table's chart among the files of its layer.

    >>> chart_name("week")
    'chart-week.svg'
    """
    return f"chart-{table}.svg"
