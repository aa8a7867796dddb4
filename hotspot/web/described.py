"""Layers, aliases of standing questions and districts, described as collections of the OGC API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from hotspot.analysis.methods import METHODS, Field
from hotspot.ogc.collection import LATEST, LOCAL, PUBLIC, Collection
from hotspot.ogc.moments import utc
from hotspot.ogc.reproject import reference_systems, zone_at
from hotspot.outputs.formats import OF_DISTRICTS
from hotspot.outputs.values import day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotspot.ogc.boxes import Box
    from hotspot.service.store import BoundaryRecord, LayerRecord, StandingQuestion

DISTRICTS: Final = "districts-"
"""How the id of a collection of districts begins; the set's name in small letters follows."""
DISTRICT_FIELDS: Final = (
    Field("code", "string", "Code", doc="Code of the district, unique in its set."),
    Field("name", "string", "Name"),
    Field("type", "string", "Type", doc="What it is called there: district, parish, beat."),
    Field("area_km2", "number", "Area", "km²", "Area, by the outlines that are used here."),
)

_LICENCES: Final = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL": "https://opendatacommons.org/licenses/odbl/1-0/",
    "OGL v3": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
"""Where licences that a sentence may name are read."""


def of_layer(record: LayerRecord, *, downloads: Sequence[str] = (), names: Sequence[str] = ()) -> Collection:
    """Return a published layer as a collection.

    Parameters
    ----------
    record
        The layer.
    downloads
        Suffixes of the files that it may be taken as.
    names
        The standing questions that it answers.
    """
    method = METHODS.get(record.method)
    area = record.provenance.get("study_area", {})
    sentences = " ".join(record.summary.get("sentences", ()))
    titles = (method.title, method.short) if method else ()
    licence = area.get("licence", "")
    return Collection(
        id=record.id,
        title=record.title,
        description=sentences or (method.summary if method else ""),
        bbox=record.bbox,
        interval=_interval(record),
        fields=tuple(_field(f) for f in record.fields if f["name"] != "id"),
        n_features=record.n_features,
        keywords=_words("hotspots", "crime", record.method, *titles, record.dataset, *_offences(record)),
        attribution=" ".join(text for text in (area.get("source", ""), licence) if text),
        licence=licence,
        licence_url=_licence_url(licence),
        crs=reference_systems(record.provenance.get("crs")),
        audience=record.audience,
        updated=utc(record.published_at) or "",
        standing=tuple(names),
        downloads=tuple(downloads),
    )


def of_alias(standing: StandingQuestion, record: LayerRecord, layer: Collection) -> Collection:
    """Return the newest answer of a standing question as a collection of its own."""
    title, window = layer.title, ""
    if standing.last_days:
        window = f" of the last {standing.last_days:,} days"
        # The days of this answer are not those of the next.
        title = title.replace(f"{record.start} to {record.end}", window.removeprefix(" of the "))
    return replace(
        layer,
        id=LATEST + standing.name,
        title=f"Latest: {title}",
        description=(
            f"The newest answer to the standing question {standing.name}{window}; this address never "
            f"changes. Now it is the layer {record.id}, published {day(record.published_at)}. "
            f"{layer.description}"
        ).strip(),
        keywords=_words(*layer.keywords, "latest", standing.name),
        latest_of=record.id,
        updated=utc(standing.answered_at or record.published_at) or "",
        standing=(standing.name,),
    )


def of_districts(record: BoundaryRecord, bbox: Box | None, *, licence: str = "") -> Collection:
    """Return a boundary set as a collection; districts are nobody's secret."""
    return Collection(
        id=DISTRICTS + record.name.lower(),
        title=f"Districts of {record.title}",
        description=f"{record.districts} districts. Source: {record.source}",
        bbox=bbox,
        fields=DISTRICT_FIELDS,
        downloads=OF_DISTRICTS,
        n_features=record.districts,
        keywords=_words("districts", "boundaries", record.title, record.country),
        attribution=" ".join(text for text in (record.source, licence) if text),
        licence=licence,
        licence_url=_licence_url(licence),
        crs=reference_systems(_zone(bbox)),
        # An imported set may hold patrol beats, which are not for everybody.
        audience=PUBLIC if record.bundled else LOCAL,
        updated=utc(record.created_at) or "",
    )


def _zone(bbox: Box | None) -> str | None:
    return zone_at((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2) if bbox else None


def _licence_url(text: str) -> str:
    return next((url for name, url in _LICENCES.items() if name in text), "")


def _words(*words: str) -> tuple[str, ...]:
    """Return the words that say something, each once."""
    return tuple(dict.fromkeys(word for word in words if word))


def _offences(record: LayerRecord) -> list[str]:
    asked: list[str] = record.question.get("offences") or []
    return asked[:10]


def _field(given: Mapping[str, Any]) -> Field:
    return Field(given["name"], given["type"], given["title"], given.get("unit", ""), given.get("doc", ""))


def _interval(record: LayerRecord) -> tuple[str | None, str | None] | None:
    """First and last moment of the days looked at, in UTC."""
    first = record.start or record.summary.get("first")
    last = record.end or record.summary.get("last")
    if not first and not last:
        return None
    zone = ZoneInfo(record.provenance.get("timezone", "UTC"))
    begin = datetime.combine(date.fromisoformat(first), time.min, zone) if first else None
    end = datetime.combine(date.fromisoformat(last), time.max, zone) if last else None
    return utc(begin), utc(end)
