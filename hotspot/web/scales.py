"""What colours the features of a layer, from the columns that are kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.analysis.methods import METHODS
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.outputs.style import Scale
    from hotspot.service.store import LayerRecord


def colouring(record: LayerRecord) -> list[Any]:
    """Return what each feature of a layer is coloured by; None where it is missing."""
    field = METHODS[record.method].colour_field
    column = catalogue().features(record.id).columns.values(field.name)
    if column.dtype.kind != "f":
        return list(column.tolist())
    kind = int if field.type == "integer" else float
    return [kind(value) if value == value else None for value in column.tolist()]


def scale_of(record: LayerRecord) -> Scale:
    """Return the scale of a layer, with its legend."""
    from hotspot.outputs import style

    method = METHODS[record.method]
    noun = style.noun_of(method, record.provenance.get("parameters", {}))
    return style.scale(method, colouring(record), noun=noun)
