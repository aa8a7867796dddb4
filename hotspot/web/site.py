"""What every door shares of the running app: its store, catalogue and address."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import current_app, request
from werkzeug.sansio.utils import get_current_url

if TYPE_CHECKING:
    from hotspot.service.store import Store
    from hotspot.web.catalogue import Catalogue


def catalogue() -> Catalogue:
    """Return the catalogue of the running app."""
    return cast("Catalogue", current_app.extensions["hotspot"])


def store() -> Store:
    """Return the store of the running app."""
    return catalogue().store


def base_url() -> str:
    """Return the address that links begin with: the configured one, or the one asked for."""
    named = store().settings.base_url
    return named.rstrip("/") if named else _asked(request.scheme, request.host)


@lru_cache(maxsize=64)
def _asked(scheme: str, host: str) -> str:
    """Return the address that a request was for, spelled as links spell it."""
    return get_current_url(scheme, host).rstrip("/")
