"""The door to incidents as a file: the answer to a query, sent while it is read."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, request

from hotspot.errors import ParameterError
from hotspot.ogc import query
from hotspot.outputs.formats import FORMATS
from hotspot.web.site import catalogue
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection


def attachment(record: Collection, suffix: str) -> Response:
    """Return the incidents that the query of this request is for as a file to keep."""
    from hotspot.service.incidents import files

    for name in query.OF_PAGES:
        if name in request.args:
            msg = f"{name} is not a parameter of a file: it has all that match, by id, in degrees."
            raise ParameterError(name, msg)
    asked = query.read(request.args.items(multi=True), record.fields, crs=record.crs)
    with ExitStack() as held:
        # A thread sends it as long as the client takes: that is long work as any other.
        held.enter_context(turn())
        pieces = files.parts(catalogue().incidents(record.id), asked, suffix=suffix)
        response = Response(pieces, content_type=FORMATS[suffix].media_type)
        response.call_on_close(held.pop_all().close)
    name = f"{record.id}-{datetime.now(UTC):%Y-%m-%d}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
