"""What can be read: published layers and districts, decoded once in each process.

The lists are read again only when the store has changed; the features of a
collection stay encoded and are joined into answers, never re-encoded.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar
from zoneinfo import ZoneInfo

from flask import g, has_request_context

from hotspot.analysis.methods import METHODS, Field
from hotspot.errors import NotFoundError
from hotspot.ogc.collection import Collection
from hotspot.ogc.features import Features
from hotspot.web.downloads import offered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotspot.service.store import BoundaryRecord, LayerRecord, Store

T = TypeVar("T")

DISTRICTS: Final = "districts-"
"""How the id of a collection of districts begins; the set's name in small letters follows."""

_DISTRICT_FIELDS = (
    Field("code", "string", "Code", doc="Code of the district, unique in its set."),
    Field("name", "string", "Name"),
    Field("type", "string", "Type", doc="What it is called there: district, parish, beat."),
    Field("area_km2", "number", "Area", "km²"),
)


@dataclass(frozen=True)
class _Lists:
    version: int
    layers: dict[str, LayerRecord]
    withdrawn: dict[str, LayerRecord]
    boundaries: dict[str, BoundaryRecord]
    box: Callable[[BoundaryRecord], tuple[float, float, float, float] | None]

    @cached_property
    def collections(self) -> dict[str, Collection]:
        """Every collection by id: layers, then districts."""
        found = [_of_layer(record) for record in self.layers.values()]
        found += [_of_districts(record, self.box(record)) for record in self.boundaries.values()]
        return {each.id: each for each in found}


class Catalogue:
    """Everything a reader may see, kept in memory as long as it is true."""

    def __init__(self, store: Store, *, keep_bytes: int = 48 * 2**20) -> None:
        self.store = store
        self._keep_bytes = keep_bytes
        self._features: OrderedDict[str, Features] = OrderedDict()
        self._boxes: dict[str, tuple[float, float, float, float] | None] = {}
        self._read: _Lists | None = None
        self._lock = threading.Lock()

    @property
    def version(self) -> int:
        """A number that changes when anything a reader could see has changed."""
        return self.store.version()

    def layers(self) -> tuple[LayerRecord, ...]:
        """Return the published layers, the latest first."""
        return tuple(self._lists().layers.values())

    def layer(self, layer_id: str) -> LayerRecord:
        """Return one published layer."""
        return _known(self._lists().layers, layer_id, "layer")

    def withdrawn(self) -> dict[str, LayerRecord]:
        """Return the layers taken out of sight by id, the latest first: for who may bring them back."""
        return self._lists().withdrawn

    def collections(self) -> tuple[Collection, ...]:
        """Return every collection of the OGC API: layers, then districts."""
        return tuple(self._lists().collections.values())

    def collection(self, collection_id: str) -> Collection:
        """Return one collection."""
        return _known(self._lists().collections, collection_id, "collection")

    def features(self, collection_id: str) -> Features:
        """Return the features of one collection."""
        lists = self._lists()
        if collection_id in lists.layers:
            record = lists.layers[collection_id]
            return self._kept(f"{record.id} {record.content_hash}", lambda: self._layer_features(record.id))
        name = self.collection(collection_id).id.removeprefix(DISTRICTS)
        about = lists.boundaries[name]
        return self._kept(f"{collection_id} {about.created_at}", lambda: self._districts(about.name))

    def _layer_features(self, layer_id: str) -> Features:
        from hotspot.outputs import geojson

        return Features(geojson.split(self.store.layers.file(layer_id, "features.geojson").data))

    def _districts(self, name: str) -> Features:
        document = json.loads(self.store.boundaries.file(name).data)
        return Features([_encoded(number, feature) for number, feature in enumerate(document["features"], 1)])

    def _kept(self, key: str, make: Callable[[], Features]) -> Features:
        with self._lock:
            if key in self._features:
                self._features.move_to_end(key)
                return self._features[key]
        made = make()
        with self._lock:
            self._features[key] = made
            while len(self._features) > 1 and sum(f.size for f in self._features.values()) > self._keep_bytes:
                self._features.popitem(last=False)
        return made

    def _box(self, record: BoundaryRecord) -> tuple[float, float, float, float] | None:
        key = f"{record.name} {record.created_at}"
        if key not in self._boxes:
            self._boxes[key] = self._districts(record.name).bbox
        return self._boxes[key]

    def _lists(self) -> _Lists:
        if not has_request_context():
            return self._fresh_lists()
        # Asked once a request: faster, and one answer never mixes two states of the store.
        if "catalogue_lists" not in g:
            g.catalogue_lists = self._fresh_lists()
        lists: _Lists = g.catalogue_lists
        return lists

    def _fresh_lists(self) -> _Lists:
        version = self.version
        if self._read is None or self._read.version != version:
            # Read after the version was: a change in between is found next time.
            known = {record.id: record for record in self.store.layers.list(withdrawn=True)}
            layers = {name: record for name, record in known.items() if record.withdrawn_at is None}
            withdrawn = {name: record for name, record in known.items() if name not in layers}
            boundaries = {record.name.lower(): record for record in self.store.boundaries.list()}
            self._read = _Lists(version, layers, withdrawn, boundaries, self._box)
        return self._read


def _known(known: Mapping[str, T], name: str, noun: str) -> T:
    if name not in known:
        # Withdrawn and never-published ids look the same.
        msg = (
            f"There is no {noun} {name[:80]!r} here. It may have been withdrawn; "
            f"the list of {noun}s has what there is."
        )
        raise NotFoundError(msg)
    return known[name]


def _encoded(number: int, feature: Mapping[str, Any]) -> bytes:
    whole = {
        "type": "Feature",
        "id": number,
        "geometry": feature["geometry"],
        "properties": {f.name: feature["properties"].get(f.name) for f in _DISTRICT_FIELDS},
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _of_layer(record: LayerRecord) -> Collection:
    method = METHODS.get(record.method)
    sentences = " ".join(record.summary.get("sentences", ()))
    return Collection(
        id=record.id,
        title=record.title,
        description=sentences or (method.summary if method else ""),
        bbox=record.bbox,
        interval=_interval(record),
        fields=tuple(_field(f) for f in record.fields if f["name"] != "id"),
        n_features=record.n_features,
        licence=record.provenance.get("study_area", {}).get("licence", ""),
        keywords=("hotspots", record.method, record.dataset),
        downloads=tuple(suffix for suffix, _, _ in offered(record)),
    )


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
    return _utc(begin), _utc(end)


def _utc(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    try:
        there = moment.astimezone(UTC)
    except OverflowError:
        # At an end of the calendar a question without incidents there may still begin or end.
        there = moment.replace(tzinfo=UTC)
    return f"{there.replace(tzinfo=None, microsecond=0).isoformat()}Z"


def _of_districts(record: BoundaryRecord, bbox: tuple[float, float, float, float] | None) -> Collection:
    return Collection(
        id=DISTRICTS + record.name.lower(),
        title=f"Districts of {record.title}",
        description=f"{record.districts} districts. Source: {record.source}",
        bbox=bbox,
        fields=_DISTRICT_FIELDS,
        n_features=record.districts,
        keywords=("districts",),
    )
