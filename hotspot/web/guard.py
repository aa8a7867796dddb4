"""Who may come in, and what every answer carries.

Asked before each request: is this host ours, does the request come from our
own pages, may this role use this endpoint. Added after each: the content
security policy and its companions.
"""

from __future__ import annotations

import itertools
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from hotspot.service import access
from hotspot.web import logs

if TYPE_CHECKING:
    from hotspot.service.settings import Settings

ROLE = "local"
"""The only role so far: whoever sits at this machine (the server listens on loopback only)."""

_OWN_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([1-9][0-9]{0,4}))?")
_LAST_PORT = 65535
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; frame-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
_PREFIX = secrets.token_hex(4)
_NUMBERS = itertools.count(1)
"""Request ids tell requests apart and nothing more: drawing each would be a call of the system."""
_OWN_POLICY = _POLICY.format(nonce="", ancestors="'self'")
_HEADERS = tuple(
    (name.lower(), name, value)
    for name, value in {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
    }.items()
)


def trusted_hosts(settings: Settings) -> list[str]:
    """Host names this service answers to: loopback, the base URL's, and those of the settings.

    A page elsewhere that points its own name at 127.0.0.1 is refused by this list.
    """
    named = urlsplit(settings.base_url or "").hostname
    return sorted({*_OWN_HOSTS, *([named] if named else []), *map(str.lower, settings.trusted_hosts)})


def install(app: Flask, settings: Settings) -> None:
    """Put the guard before and after every request of an app."""
    hosts = frozenset(trusted_hosts(settings))

    def check_host() -> Response | None:
        if _host_name(request.environ.get("HTTP_HOST", "")) in hosts:
            return None
        logs.warning("foreign_host", request_id=g.request_id)
        # Not a page: its links would be built from that host.
        text = (
            "This service does not answer to that host name. Use http://127.0.0.1, or add the name to "
            "HOTSPOT_TRUSTED_HOSTS.\n"
        )
        return Response(text, 400, content_type="text/plain; charset=utf-8")

    app.before_request(_begin)
    app.before_request(check_host)
    app.before_request(_check_origin)
    app.before_request(_check_role)
    app.after_request(_seal)
    app.context_processor(lambda: {"nonce": nonce()})


def _host_name(host: str) -> str:
    """Return the name in a Host header, without its port.

    >>> _host_name("LOCALHOST:8000"), _host_name("[::1]:8000"), _host_name("evil:80@localhost")
    ('localhost', '[::1]', '')
    >>> _host_name("localhost:00080")
    ''
    """
    match = _HOST.fullmatch(host)
    # Werkzeug drops a host whose port cannot be, and links would then be built from none.
    return match[1].lower() if match and int(match[2] or 0) <= _LAST_PORT else ""


def nonce() -> str:
    """Return the word that scripts and styles of this answer carry: drawn when the first asks for it."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def let_all_frame() -> None:
    """Let pages of any site show this answer in a frame: for maps of public layers only."""
    g.framed_by_all = True


def _begin() -> None:
    g.request_id = f"{_PREFIX}{next(_NUMBERS):08x}"


def _check_origin() -> None:
    """Refuse a change of state that a page of another site asks for.

    Clients that are not browsers send neither header and pass.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none")
    if foreign or (origin is not None and _place(origin) != request.host):
        logs.warning("foreign_origin", request_id=g.request_id, endpoint=request.endpoint)
        abort(
            403, "This change was asked for by a page of another site. Use the pages of this service itself."
        )


def _place(origin: str) -> str:
    """Return the host and port of an Origin header; empty when it names none.

    >>> _place("http://localhost:8000"), _place("null"), _place("http://[")
    ('localhost:8000', '', '')
    """
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def role() -> str:
    """Return the role of who asks."""
    return ROLE


def _check_role() -> None:
    if request.endpoint is None:
        return
    if not access.allowed(role(), request.endpoint):
        logs.warning("refused", request_id=g.request_id, endpoint=request.endpoint, role=role())
        abort(403, "Your role may not use this page.")


def _seal(response: Response) -> Response:
    framed = g.get("framed_by_all", False)
    # Who has the page keeps it with the policy it came with: its nonce is in its scripts.
    sealed = [] if response.status_code == 304 else [("Content-Security-Policy", _policy(framed=framed))]
    # One look for all of them: each by itself would look through the whole list.
    there = {name.lower() for name, _ in response.headers}
    sealed += [(name, value) for key, name, value in _HEADERS if key not in there]
    sealed.append(("X-Request-ID", g.get("request_id", "")))
    if "cache-control" not in there:
        # What incidents show is not for shared caches; pages that may be kept say so themselves.
        sealed.append(("Cache-Control", "no-store" if request.endpoint != "static" else "no-cache"))
    response.headers.extend(sealed)
    if framed:
        del response.headers["X-Frame-Options"]
    return response


def _policy(*, framed: bool) -> str:
    if not framed and "nonce" not in g:
        return _OWN_POLICY
    drawn = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    return _POLICY.format(nonce=drawn, ancestors="*" if framed else "'self'")
