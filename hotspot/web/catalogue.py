"""What can be read: published layers and districts, decoded once in each process.

The lists are read again only when the store has changed; the features of a
collection stay encoded and are joined into answers, never re-encoded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import g, has_request_context

from hotspot.errors import NotFoundError
from hotspot.ogc.collection import LATEST, Collection
from hotspot.ogc.features import Features
from hotspot.ogc.handed import right_handed
from hotspot.outputs.formats import FORMATS
from hotspot.service.access import sees_incidents
from hotspot.service.incidents.collections import IncidentCollections
from hotspot.web import described, guard
from hotspot.web.described import DISTRICT_FIELDS, DISTRICTS
from hotspot.web.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotspot.ogc.features import Source
    from hotspot.service.incidents.collections import Described
    from hotspot.service.incidents.features import IncidentFeatures
    from hotspot.service.store import BoundaryRecord, LayerRecord, StandingQuestion, Store

T = TypeVar("T")

__all__ = ["DISTRICTS", "Catalogue"]

_LATELY: Final = 0.005
"""Seconds. Under load a tenth of each answer's time went into asking whether anything had changed."""


@dataclass(frozen=True)
class _Lists:
    version: int
    layers: dict[str, LayerRecord]
    withdrawn: dict[str, LayerRecord]
    boundaries: dict[str, BoundaryRecord]
    standing: dict[str, StandingQuestion]
    box: Callable[[BoundaryRecord], tuple[float, float, float, float] | None]
    read_incidents: Callable[[], Mapping[str, Described]]

    @cached_property
    def incidents(self) -> Mapping[str, Described]:
        """The collections of incidents by id, read when they are first asked for."""
        return self.read_incidents()

    @cached_property
    def collections(self) -> dict[str, Collection]:
        """Every collection by id: newest answers of standing questions, layers, districts, then incidents."""
        layers = {name: self._layer(record) for name, record in self.layers.items()}
        aliases = [
            described.of_alias(each, self.layers[each.latest], layers[each.latest])
            for each in self.standing.values()
            if each.latest in layers
        ]
        districts = [
            described.of_districts(each, self.box(each), licence=each.licence)
            for each in self.boundaries.values()
        ]
        # Of two with one id it is the layer, as in `Catalogue.features`: no other lends it its audience.
        found = {each.id: layers.get(each.id, each) for each in (*aliases, *layers.values(), *districts)}
        # Incidents are seen by fewer.
        return found | {n: each.collection for n, each in self.incidents.items() if n not in found}

    def _layer(self, record: LayerRecord) -> Collection:
        names = [each.name for each in self.standing.values() if record.id in each.layers]
        return described.of_layer(record, downloads=tuple(FORMATS), names=names)


@dataclass(frozen=True)
class _Asked:
    """What the store said of its version, and when."""

    at: float
    writes: int
    version: int


class Catalogue:
    """Everything a reader may see, kept in memory as long as it is true."""

    def __init__(self, store: Store, *, keep_bytes: int = 48 * 2**20) -> None:
        self.store = store
        self._features: Kept[Features] = Kept(lambda features: features.size, keep_bytes=keep_bytes)
        self._boxes: dict[str, tuple[float, float, float, float] | None] = {}
        self._incidents = IncidentCollections(store.engine)
        self._read: _Lists | None = None
        self._asked: _Asked | None = None

    @property
    def version(self) -> int:
        """A number that changes when anything a reader could see has changed."""
        return self._lists().version

    def layers(self) -> tuple[LayerRecord, ...]:
        """Return the published layers, the latest first."""
        return tuple(self._lists().layers.values())

    def layer(self, layer_id: str) -> LayerRecord:
        """Return one published layer."""
        return _known(self._lists().layers, layer_id, "layer")

    def layer_behind(self, collection: Collection) -> LayerRecord | None:
        """Return the layer that a collection shows, its own or an alias's; None of districts."""
        return self._lists().layers.get(collection.layer_id)

    def withdrawn(self) -> dict[str, LayerRecord]:
        """Return the layers taken out of sight by id, the latest first: for who may bring them back."""
        return self._lists().withdrawn

    def standing(self) -> tuple[StandingQuestion, ...]:
        """Return the standing questions by name."""
        return tuple(self._lists().standing.values())

    def latest(self, name: str) -> LayerRecord:
        """Return the newest published answer of a standing question."""
        lists = self._lists()
        known = lists.standing.get(name)
        if known is None:
            msg = f"There is no standing question {name[:80]!r} here. It may have been removed."
            raise NotFoundError(msg)
        if not known.latest:
            msg = (
                f"The standing question {name!r} has no published answer: every one was withdrawn. "
                f"Ask it again with: hotspot standing run {name}"
            )
            raise NotFoundError(msg)
        return _known(lists.layers, known.latest, "layer")

    def districts(self, collection_id: str) -> BoundaryRecord:
        """Return the boundary set behind a collection of districts."""
        return _known(self._lists().boundaries, collection_id.removeprefix(DISTRICTS), "collection")

    def collections(self) -> tuple[Collection, ...]:
        """Return every collection that this role may see: aliases, layers, districts, then incidents."""
        return tuple(each for each in self._lists().collections.values() if _visible(each))

    def known(self, collection_id: str) -> Collection | None:
        """Return one collection, if it is there."""
        return self._lists().collections.get(collection_id)

    def collection(self, collection_id: str) -> Collection:
        """Return one collection."""
        found = self._lists().collections
        if collection_id in found and not _visible(found[collection_id]):
            # What a role may not see looks as if it were not there.
            return _known({}, collection_id, "collection")
        if collection_id not in found and self._names_standing(collection_id):
            # Says why there is none: every answer was withdrawn.
            self.latest(collection_id.removeprefix(LATEST))
        return _known(found, collection_id, "collection")

    def source(self, collection_id: str) -> Source:
        """Return what is asked for the features of one collection: a document that is kept, or the store."""
        if self.collection(collection_id).rows_in_store:
            return self.incidents(collection_id)
        return self.features(collection_id)

    def incidents(self, collection_id: str) -> IncidentFeatures:
        """Return the incidents of one collection of them."""
        lists = self._lists()
        behind = _known(lists.incidents, self.collection(collection_id).id, "collection")
        return self._incidents.features(behind, version=lists.version)

    def features(self, collection_id: str) -> Features:
        """Return the features of one collection of a layer or of districts; an alias has its layer's."""
        lists = self._lists()
        record = lists.layers.get(self._aliased(collection_id) or collection_id)
        if record is not None:
            layer_id = record.id
            return self._features.made(
                f"{layer_id} {record.content_hash}", lambda: self._layer_features(layer_id)
            )
        about = self.districts(self.collection(collection_id).id)
        return self._features.made(f"{collection_id} {about.created_at}", lambda: self._districts(about.name))

    def _aliased(self, collection_id: str) -> str:
        if not collection_id.startswith(LATEST) or collection_id in self._lists().layers:
            return ""
        known = self._lists().standing.get(collection_id.removeprefix(LATEST))
        return known.latest if known else ""

    def _names_standing(self, collection_id: str) -> bool:
        return (
            collection_id.startswith(LATEST) and collection_id.removeprefix(LATEST) in self._lists().standing
        )

    def _layer_features(self, layer_id: str) -> Features:
        from hotspot.outputs import geojson

        lines = geojson.split(self.store.layers.file(layer_id, "features.geojson").data)
        return Features(lines, fields=self.collection(layer_id).fields)

    def _districts(self, name: str) -> Features:
        document = json.loads(self.store.boundaries.file(name).data)
        lines = [_encoded(number, feature) for number, feature in enumerate(document["features"], 1)]
        return Features(lines, fields=DISTRICT_FIELDS)

    def trim(self) -> None:
        """Let go of the features asked for longest ago: what is held grows as they are looked among."""
        self._features.weighed()

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

    def forget(self) -> None:
        """Ask the store again for its version before the next answer, whenever it was asked last."""
        self._asked = None

    def _version(self) -> int:
        """Return the store's version, asked for now or less than `_LATELY` ago.

        What this process writes itself, or has written by a child on request, is seen at once.
        """
        now, writes, asked = monotonic(), self.store.writes, self._asked
        if asked is not None and now - asked.at < _LATELY and asked.writes == writes:
            return asked.version
        version = self.store.version()
        self._asked = _Asked(now, writes, version)
        return version

    def _fresh_lists(self) -> _Lists:
        version = self._version()
        if self._read is None or self._read.version != version:
            # Read after the version was: a change in between is found next time.
            known = {record.id: record for record in self.store.layers.list(withdrawn=True)}
            layers = {name: record for name, record in known.items() if record.withdrawn_at is None}
            withdrawn = {name: record for name, record in known.items() if name not in layers}
            boundaries = {record.name.lower(): record for record in self.store.boundaries.list()}
            standing = {each.name: each for each in self.store.standing.list()}
            self._read = _Lists(
                version, layers, withdrawn, boundaries, standing, self._box, self._incidents.read
            )
        return self._read


def _visible(collection: Collection) -> bool:
    return not collection.rows_in_store or sees_incidents(guard.role())


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
        "geometry": right_handed(feature["geometry"]),
        "properties": {f.name: feature["properties"].get(f.name) for f in DISTRICT_FIELDS},
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
