"""Pages for people: layers, datasets, reports, imports, boundaries, about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.csrf import CSRFProtect

from hotspot.web.pages import about, datasets, embeds, imports, layers, reports

if TYPE_CHECKING:
    from flask import Flask

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Add the pages, and the token that each of their forms must carry."""
    csrf.init_app(app)
    for room in (layers, embeds, datasets, reports, imports, about):
        app.register_blueprint(room.blueprint)
