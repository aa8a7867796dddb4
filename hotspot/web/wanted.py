"""What a client's headers want, read once for each way of saying it: clients say the same all day."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header

T = TypeVar("T")

_LONGEST: Final = 400
"""Letters of a header that is remembered: longer ones are read each time."""


def form(accept: str, offers: tuple[str, ...]) -> str:
    """Return the media type that an Accept header wants most of those offered, by default the first.

    >>> form("text/html,*/*;q=0.8", ("application/json", "text/html"))
    'text/html'
    """
    return _briefly(_form, accept)(accept, offers)


def gzipped(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header takes gzip.

    >>> gzipped("gzip, deflate"), gzipped("gzip;q=0"), gzipped("")
    (True, False, False)
    """
    return _briefly(_gzipped, accept_encoding)(accept_encoding)


def _briefly(read: Callable[..., T], header: str) -> Callable[..., T]:
    """Return what reads a header: by heart, unless the header is long."""
    remembered: Callable[..., T] = read
    return remembered if len(header) <= _LONGEST else remembered.__wrapped__  # type: ignore[attr-defined]


@lru_cache(maxsize=256)
def _form(accept: str, offers: tuple[str, ...]) -> str:
    return str(parse_accept_header(accept, MIMEAccept).best_match(offers, default=offers[0]))


@lru_cache(maxsize=64)
def _gzipped(accept_encoding: str) -> bool:
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0
