"""The one table from what went wrong to the HTTP answer.

Errors of :mod:`hotspot.errors` carry text written for the user and are shown;
anything else becomes a bare 500 with a request id, and a line in the log.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from hotspot import errors
from hotspot.web import logs

if TYPE_CHECKING:
    from collections.abc import Iterable

PROBLEM_JSON: Final = "application/problem+json"

STATUS: Final[dict[type[errors.HotspotError], int]] = {
    errors.ParameterError: 400,
    errors.CRSError: 400,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.LimitError: 413,
    errors.InputError: 422,
    errors.BoundaryError: 422,
    errors.ThinDataError: 422,
    errors.BusyError: 503,
    errors.StoreError: 503,
    errors.HotspotError: 400,
}

TITLES: Final = {
    400: "This request cannot be answered",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    406: "Not available in that form",
    409: "In conflict with what is stored",
    413: "Too large",
    415: "Not a type this service reads",
    422: "This cannot be used",
    500: "Something went wrong here",
    503: "The store is not available",
}

# Werkzeug's own sentences speak to programmers; these speak to analysts.
_DETAILS: Final = {
    404: "Nothing is published at this address. It may have been withdrawn, or the address is mistyped.",
    405: "Use one of the methods that the Allow header of this answer names.",
    413: "The file is larger than this service accepts ({limit}). Split it by period, or raise "
    "HOTSPOT_MAX_UPLOAD_MB.",
    500: "The error has been logged. Nothing you sent was half-stored. Give the request id to whoever "
    "runs this service.",
}

_MOST_COMPLAINTS: Final = 8


def install(app: Flask) -> None:
    """Answer every error of an app by this table."""
    app.register_error_handler(errors.HotspotError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.HotspotError) -> int:
    """Return the HTTP status of one of our errors: that of its nearest known class.

    >>> status_of(errors.ThinDataError("12 incidents; 30 are needed."))
    422
    """
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer(status: int, detail: str, *, remedies: Iterable[str] = (), title: str = "") -> Response:
    """Return an error as problem+json, or as a page for who reads pages."""
    title = title or TITLES.get(status, "This request cannot be answered")
    request_id = g.get("request_id", "")
    if _wants_page():
        body = render_template(
            "problem.html",
            status=status, title=title, detail=detail, remedies=tuple(remedies), request_id=request_id,
        )  # fmt: skip
        return Response(body, status, content_type="text/html; charset=utf-8")
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if remedies:
        document["remedies"] = list(remedies)
    document["request_id"] = request_id
    return Response(json.dumps(document, ensure_ascii=False), status, content_type=PROBLEM_JSON)


def _wants_page() -> bool:
    if request.path.startswith(("/api/", "/healthz")) or request.args.get("f", "html") != "html":
        return False
    offers = [PROBLEM_JSON, "application/json", "text/html"]
    if request.args.get("f") == "html" or not request.path.startswith("/ogc"):
        offers.reverse()
    return request.accept_mimetypes.best_match(offers, default=offers[0]) == "text/html"


def _ours(error: errors.HotspotError) -> Response:
    if isinstance(error, errors.ThinDataError):
        return answer(
            422, error.reason, remedies=error.remedies, title="Too few incidents for an honest answer"
        )
    if isinstance(error, errors.BusyError):
        busy = answer(503, str(error), title="Busy with other work")
        busy.headers["Retry-After"] = "60"
        return busy
    status = status_of(error)
    if status >= 500:
        logs.error("store", request_id=g.get("request_id"), error=str(error))
    return answer(status, str(error))


def _csrf(_: CSRFError) -> Response:
    return answer(
        400, "This form has expired or was sent from elsewhere. Open its page again and send it once more."
    )


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    own_words = error.description if isinstance(error.description, str) else ""
    detail = own_words
    if status in _DETAILS and own_words in ("", type(error).description):
        limit = f"{(request.max_content_length or 0) // 2**20} MB"
        detail = _DETAILS[status].format(limit=limit)
    detail = _complaints(getattr(error, "data", None)) or detail
    response = answer(status, detail)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _complaints(data: Any) -> str:
    """Return what is wrong with the arguments of the API, in a line; empty if nothing was said."""
    found: list[str] = []

    def gather(said: Any, path: str) -> None:
        if isinstance(said, dict):
            for name, inner in said.items():
                gather(inner, f"{path}.{name}" if path else str(name))
        elif isinstance(said, list):
            found.append(f"{path[:80] or 'body'}: {' '.join(map(str, said))}")

    for place in (data or {}).get("messages", {}).values():
        gather(place, "")
    more = f" And {len(found) - _MOST_COMPLAINTS:,} more." if len(found) > _MOST_COMPLAINTS else ""
    return " ".join(found[:_MOST_COMPLAINTS]) + more


def _unexpected(error: Exception) -> Response:
    logs.exception("unexpected", error, request_id=g.get("request_id"), endpoint=request.endpoint)
    return answer(500, _DETAILS[500])
