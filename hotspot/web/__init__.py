"""Floor 7: the doors. ``create_app`` is the recipe of the web service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, request

from hotspot.web import site

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotspot.service.settings import Settings


class _App(Flask):
    """Flask without a look at each function, every time it is called, whether it is a coroutine: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Return the web service over the store of these settings, by default those of the environment."""
    from hotspot.service.settings import read_settings
    from hotspot.service.store import Store
    from hotspot.web import api, guard, keeping, ogc, pages, problems, secret, sharing, wording
    from hotspot.web.catalogue import Catalogue
    from hotspot.web.sessions import Sessions

    settings = settings or read_settings()
    store = Store.open(settings)

    app = _App(__name__)
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 2**20,
        SECRET_KEY=secret.of(settings.data_dir),
        SESSION_COOKIE_NAME="hotspot",
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = Sessions()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["hotspot"] = Catalogue(store)
    app.extensions["hotspot-pages"] = ogc.Pages()
    app.extensions["hotspot-tiles"] = ogc.Tiles()

    problems.install(app)
    guard.install(app, settings)
    sharing.install(app)
    keeping.install(app)
    wording.install(app)
    pages.install(app)
    app.register_blueprint(ogc.blueprint)
    api.install(app)
    app.teardown_request(_look_again)
    return app


def _look_again(_: BaseException | None) -> None:
    """See what a change by this request has left, before its answer is sent."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        site.catalogue().forget()
