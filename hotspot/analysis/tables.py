"""Tables behind an answer: rows with named, unit-bearing columns, a sentence, and how to draw them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from hotspot.analysis.methods.method import Field
from hotspot.errors import NotFoundError


@dataclass(frozen=True)
class Chart:
    """How a table is drawn.

    Attributes
    ----------
    kind
        ``line``, ``bars``, or ``week``: 168 hours as seven rows of a day.
    x, y
        The column along, and the columns up.
    title
        Above the chart; the table's if empty.
    diagonal
        Whether to draw the line of equality.
    """

    kind: Literal["line", "bars", "week"]
    x: str
    y: tuple[str, ...]
    title: str = ""
    diagonal: bool = False


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name
        Of lower-case words, for addresses and files: ``near_repeat``.
    title
        For readers.
    fields
        The columns, with titles, units and meaning.
    rows
        Plain values, one for each column; None where there is none.
    note
        What the table says, in a sentence.
    chart
        How to draw it, if that helps.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    chart: Chart | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(
        cls,
        name: str,
        title: str,
        fields: tuple[Field, ...],
        columns: Mapping[str, Any],
        *,
        note: str = "",
        chart: Chart | None = None,
    ) -> Self:
        """Return the table of columns given by name; numbers that are not finite become None.

        >>> fields = (Field("band", "string", "Band"), Field("ratio", "number", "Ratio", "times"))
        >>> Table.of("knox", "Near repeat", fields, {"band": ["0-7 days"], "ratio": [float("nan")]}).rows
        (('0-7 days', None),)
        """
        values = [[_plain(value, field.type) for value in _listed(columns[field.name])] for field in fields]
        return cls(name, title, fields, tuple(zip(*values, strict=True)), note, chart)

    def column(self, name: str) -> tuple[Any, ...]:
        """Return the values of one column."""
        place = [field.name for field in self.fields].index(name)
        return tuple(row[place] for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; `from_dict` takes them back."""
        chart = self.chart
        return {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "fields": [field.to_dict() for field in self.fields],
            "rows": [list(row) for row in self.rows],
            "chart": chart and {**vars(chart), "y": list(chart.y)},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the table that `to_dict` wrote."""
        chart = values["chart"]
        return cls(
            name=values["name"],
            title=values["title"],
            fields=tuple(Field(**field) for field in values["fields"]),
            rows=tuple(tuple(row) for row in values["rows"]),
            note=values["note"],
            chart=Chart(**{**chart, "y": tuple(chart["y"])}) if chart else None,
        )


def named(tables: tuple[Table, ...], name: str, *, of: str) -> Table:
    """Return the table of that name, or say which there are.

    Raises
    ------
    NotFoundError
        None has that name.
    """
    for each in tables:
        if each.name == name:
            return each
    there = ", ".join(each.name for each in tables) or "none"
    msg = f"This {of} has no table {name!r}. It has: {there}."
    raise NotFoundError(msg)


def _listed(values: Any) -> list[Any]:
    return list(values.tolist() if hasattr(values, "tolist") else values)


def _plain(value: Any, kind: str) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return {"integer": int, "number": float, "string": str}[kind](value)
