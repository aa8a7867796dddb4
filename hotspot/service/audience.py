"""Who may read a layer: this machine alone, or pages of other sites too.

A layer is ``local`` until a named person makes it ``public``, and that is refused
while anything in it shows 1 to 4 incidents, or while its outlines are drawn around
the places of single incidents, which could be read back from them; so could numbers
of a few from weights of harm, and from densities without a number beside them. This is the floor
until small counts are suppressed: it looks at one layer at a time and does not guard
against what several public layers tell together.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hotspot.analysis.methods import METHODS
from hotspot.errors import ConflictError, ParameterError
from hotspot.ogc.collection import AUDIENCES, PUBLIC
from hotspot.service.behind import tables_of
from hotspot.words import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from hotspot.service.store import LayerRecord, Store

    Row = Mapping[str, Any]

FEWEST: Final = 5
"""Incidents that may be shown; fewer, but not none, tell of persons."""
REMEDIES: Final = (
    "Ask with larger cells or whole districts, more days, or all offences together; keep this one local."
)
_UNIT: Final = "incidents"
_ESTIMATES: Final = frozenset({"expected", "change"})
"""What is told in incidents without being a number of them."""
_NUMBERED: Final = "top_offences"
"""The field whose text says how many there are of each: ``Theft 12, Burglary 7``."""
_NUMBER: Final = re.compile(r" (\d[\d,]*)(?=, |$)")
_PART: Final = "top_offence_share"
_WINDOW: Final = "in_window"
_AROUND_INCIDENTS: Final = frozenset({"near_repeat", "scan"})
_COMPARED: Final = "dual_kde"
"""The method that tells the density of other incidents, of which no feature has a number."""
_AROUND_CORES: Final = frozenset({"discs", "concave"})
_LONGEST: Final = 120


def open_to(
    store: Store, layer_id: str, audience: str, *, by: str = "", now: datetime | None = None
) -> LayerRecord:
    """Set who may read a published layer and return it; who chose that, and when, is kept with it.

    Parameters
    ----------
    store
        Holds the layer.
    audience
        ``public`` or ``local``.
    by
        Name and office of who answers for it; without it nothing is made public.

    Raises
    ------
    ParameterError
        ``audience`` or ``by``: not as above.
    ConflictError
        Something in the layer shows too few incidents.
    """
    if audience not in AUDIENCES:
        msg = f"The audience of a layer is one of {', '.join(AUDIENCES)}; got {quoted(audience)}."
        raise ParameterError("audience", msg)
    person = _person(by)
    record = store.layers.get(layer_id)
    if audience == PUBLIC:
        if not person:
            msg = (
                "Who makes a layer public is kept with it. Give a name and an office, such as "
                "'Duty analyst, Mapping Office'."
            )
            raise ParameterError("by", msg)
        _refuse_telling(store, record)
    return store.layers.open_to(layer_id, audience, by=person or None, now=now)


def telling(record: LayerRecord, features: Iterable[Row], tables: Iterable[dict[str, Any]]) -> list[str]:
    """Return what in a layer tells of too few incidents, in words; empty for one that may be public.

    Parameters
    ----------
    record
        The layer, with its ranked table.
    features
        The properties of each feature.
    tables
        The tables behind it, as plain values.
    """
    method = METHODS[record.method]
    found = [_drawn(record), _weighed(record), _summed(record.summary)]
    found.append(_shown("feature", record.fields, features))
    found.append(_shown("hotspot", [f.to_dict() for f in method.hotspot_fields], record.hotspots))
    for table in tables:
        names = [f["name"] for f in table["fields"]]
        rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
        said = _shown("row", table["fields"], rows)
        found.append(f"the table {table['title']!r}: {said}" if said else "")
    return [each for each in found if each]


def _refuse_telling(store: Store, record: LayerRecord) -> None:
    document = json.loads(store.layers.file(record.id, "features.geojson").data)
    features = (feature["properties"] for feature in document["features"])
    found = telling(record, features, tables_of(store, record))
    if found:
        msg = (
            f"A layer can be public only if nothing in it shows 1 to {FEWEST - 1} incidents or the place of "
            f"a single one. In this one: {'; '.join(found)}. {REMEDIES}"
        )
        raise ConflictError(msg)


def _drawn(record: LayerRecord) -> str:
    """Say how the places of single incidents could be read back from the outlines, if they could."""
    if record.area == "hull":
        return "the study area is a hull around the incidents"
    around = record.provenance.get("parameters", {}).get("outline") in _AROUND_CORES
    if around or record.method in _AROUND_INCIDENTS:
        return "the outlines are drawn around the places of incidents"
    return ""


def _weighed(record: LayerRecord) -> str:
    """Say by which other figures single incidents could be told, if they could."""
    if record.question.get("harm"):
        return "the harm of a place tells how many incidents of each weight are in it"
    if record.method == _COMPARED:
        return "the density of the incidents compared with shows where there are few of them"
    return ""


def _summed(summary: Mapping[str, Any]) -> str:
    """Say which numbers of the summary are too few incidents; empty if none is."""
    placed = {how: told.get("incidents") for how, told in summary.get("placed", {}).items()}
    told = {**placed, **summary.get("left_out", {})}
    few = [name.replace("_", " ") for name, number in told.items() if _few(number)]
    return f"the incidents placed and left out ({', '.join(few)})" if few else ""


def _shown(noun: str, fields: Sequence[Mapping[str, Any]], rows: Iterable[Row]) -> str:
    """Say how many of the rows show too few incidents, and in which fields; empty if none does."""
    counts = [f["name"] for f in fields if f.get("unit") == _UNIT and f["name"] not in _ESTIMATES]
    words = {f["name"] for f in fields}
    number, named = 0, Counter[str]()
    for row in rows:
        few = [name for name in counts if _few(row.get(name))]
        if _NUMBERED in words and any(map(_few, _numbers(row.get(_NUMBERED)))):
            few.append(_NUMBERED)
        if _WINDOW in words and _few((row.get("timed") or 0) - (row.get(_WINDOW) or 0)):
            # What is left of the week.
            few.append(_WINDOW)
        if _PART in words and any(map(_few, _parts(row))):
            few.append(_PART)
        number += bool(few)
        named.update(few)
    if not number:
        return ""
    return f"{counted(number, noun)} ({', '.join(sorted(named))})"


def _few(value: Any) -> bool:
    # An incident between two moments counts in part: what is below one tells of one, too.
    return isinstance(value, int | float) and 0 < value < FEWEST


def _numbers(text: Any) -> list[int]:
    """Return the numbers in a text of offences.

    >>> _numbers("Theft 1,012, Burglary 7")
    [1012, 7]
    """
    return [int(number.replace(",", "")) for number in _NUMBER.findall(text or "")]


def _parts(row: Row) -> list[int]:
    """Return how many incidents are of the commonest offence, and how many are not."""
    whole, share = row.get("incidents"), row.get(_PART)
    if whole is None or share is None:
        return []
    part = round(share * whole)
    return [part, whole - part]


def _person(by: str) -> str:
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in by).split())
    if len(name) > _LONGEST:
        msg = f"The name of who answers for a layer has at most {_LONGEST} characters; got {len(name)}."
        raise ParameterError("by", msg)
    return name
