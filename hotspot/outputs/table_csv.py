"""A table as CSV for spreadsheets: text that looks like a formula stays text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from hotspot.spreadsheets import formula_safe

if TYPE_CHECKING:
    from hotspot.analysis.tables import Table

MEDIA_TYPE: Final = "text/csv; charset=utf-8"


def encode(table: Table) -> bytes:
    """Return the rows under the names of their columns, UTF-8 with a mark for Excel.

    >>> from hotspot.analysis.tables import Field, Table
    >>> fields = (Field("place", "string", "Place"), Field("z", "number", "z"))
    >>> print(encode(Table("t", "T", fields, (("=1+1", -2.5), ("a", None)))).decode("utf-8-sig"))
    place,z
    '=1+1,-2.5
    a,
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in table.fields])
    writer.writerows([_safe(value) for value in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(value: Any) -> Any:
    return formula_safe(value) if isinstance(value, str) else value
