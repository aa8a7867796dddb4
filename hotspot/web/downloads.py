"""The files of a layer, and of a set of districts: each is made once, and kept as it is sent."""

from __future__ import annotations

import threading
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Response, request, url_for

from hotspot.errors import NotFoundError
from hotspot.outputs.formats import FORMATS, OF_DISTRICTS
from hotspot.service import layer_files
from hotspot.web import wanted
from hotspot.web.keeping import named
from hotspot.web.scales import colouring
from hotspot.web.site import base_url, catalogue, store
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import WSGIEnvironment

    from hotspot.ogc.collection import Collection
    from hotspot.outputs.formats import Format
    from hotspot.service.store import LayerRecord, StoredFile

_MAKING: Final = threading.Lock()
"""Held by who has a file made: who asks for the same file meanwhile finds it made."""


def offered() -> list[tuple[str, str, str]]:
    """Return suffix, name and use of each download: every layer has them all."""
    return [(kind.suffix, kind.title, kind.use) for kind in FORMATS.values()]


def attachment(record: LayerRecord, suffix: str, *, collection_id: str = "") -> Response:
    """Return a layer as a file to keep.

    Parameters
    ----------
    collection_id
        Under which it was asked for, if not its own: an address that stays.
    """
    kind = _offered(suffix, FORMATS, of="this layer")
    name = collection_id or record.id
    if kind.made == "sent":
        return _to_keep(_definition(record, name), kind, name)
    return _to_keep(_sent(_of_layer(record, kind)), kind, name)


def of_collection(collection: Collection, suffix: str) -> Response:
    """Return a whole collection as a file to keep: a layer, the newest of its name, or districts."""
    # Not by its name: a layer may be called after districts, too.
    layer = catalogue().layer_behind(collection)
    if layer is not None:
        return attachment(layer, suffix, collection_id=collection.id)
    kind = _offered(suffix, OF_DISTRICTS, of="districts")
    name = catalogue().districts(collection.id).name
    file = _kept(
        lambda: layer_files.find_of_districts(store(), name, kind),
        lambda: layer_files.make_of_districts(store(), name, kind),
    )
    return _to_keep(_sent(file), kind, collection.id)


def stored(record: LayerRecord, name: str) -> Response:
    """Return a file of a layer, as gzip where that is kept and the client takes it."""
    zipped = f"{name}.gz"
    takes = zipped in record.files and _takes_gzip()
    return _sent(store().layers.file(record.id, zipped if takes else name))


def _offered(suffix: str, known: Iterable[str], *, of: str) -> Format:
    if suffix not in known:
        msg = f"There is no download {suffix[:20]!r} of {of}. There are: {', '.join(known)}."
        raise NotFoundError(msg)
    return FORMATS[suffix]


def _of_layer(record: LayerRecord, kind: Format) -> StoredFile:
    return _kept(
        lambda: layer_files.find_of_layer(store(), record.id, kind, gzipped=_takes_gzip()),
        lambda: layer_files.make_of_layer(store(), record.id, kind),
    )


def _kept(find: Callable[[], StoredFile | None], make: Callable[[], None]) -> StoredFile:
    """Return a file that is made once: by the first who asks for it."""
    found = find()
    if found is None:
        with turn(), _MAKING:
            # Whoever held the lock before may have made it.
            found = find()
            if found is None:
                make()
                found = find()
    if found is None:
        msg = "This has been withdrawn this very moment."
        raise NotFoundError(msg)
    return found


def _takes_gzip() -> bool:
    return wanted.gzipped(request.headers.get("Accept-Encoding", ""))


def _sent(file: StoredFile) -> Response:
    response = Response(file.data, content_type=file.media_type)
    if file.gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if file.etag:
        response.set_etag(file.etag)
    response.vary.add("Accept-Encoding")
    # Parts of a FlatGeobuf or GeoParquet are read by their place in the file.
    length = len(file.data)
    response.make_conditional(_asked(length), accept_ranges=not file.gzipped, complete_length=length)
    return response


def _asked(length: int) -> WSGIEnvironment:
    """Return the request with the part of a file it asks for as RFC 9110 (14.1.2, 14.2) means it.

    What is no one part in bytes is not asked for. The last 64 kB of a shorter file are all of it:
    so readers of Parquet look for its end.
    """
    if "HTTP_RANGE" not in request.environ:
        return request.environ
    given, environ = request.range, dict(request.environ)
    if given is None or given.units != "bytes" or len(given.ranges) != 1:
        del environ["HTTP_RANGE"]
    elif given.ranges[0][0] < -length:
        environ["HTTP_RANGE"] = "bytes=0-"
    return environ


def _definition(record: LayerRecord, collection_id: str) -> Response:
    """Return a layer definition for QGIS that leads to this service."""
    from hotspot.analysis.methods import METHODS
    from hotspot.outputs.qgis_layer import Source, qlr
    from hotspot.outputs.qgis_style import QgisStyle

    collection, method = catalogue().collection(collection_id), METHODS[record.method]
    look = QgisStyle.fitting(
        method,
        colouring(record),
        parameters=record.provenance.get("parameters", {}),
        # The next answer may hold what this one does not.
        every=bool(collection.latest_of),
    )
    source = Source(
        service=f"{base_url()}/ogc",
        collection=collection_id,
        title=collection.title,
        abstract=collection.description,
        page=base_url() + url_for("layers.show", layer_id=record.id),
    )
    body = qlr(source, look).encode()
    response = Response(body, content_type=FORMATS["qlr"].media_type)
    return named(response, blake2b(body, digest_size=10).hexdigest())


def _to_keep(response: Response, kind: Format, name: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind.suffix}"
    return response
