"""Who may use which endpoint: one table, and what is not in it is refused.

A test of the doors walks every route; an endpoint without a line here cannot
be reached by anybody.
"""

from __future__ import annotations

from typing import Final

LOCAL: Final = "local"
"""Whoever sits at this machine: the server listens on loopback only."""

ROLES: Final = frozenset({LOCAL})

_EVERYBODY: Final = ROLES

ACCESS: Final[dict[str, frozenset[str]]] = {
    "static": _EVERYBODY,
    # Reading what is published.
    "layers.index": _EVERYBODY,
    "layers.index_map": _EVERYBODY,
    "layers.show": _EVERYBODY,
    "layers.latest": _EVERYBODY,
    "layers.show_map": _EVERYBODY,
    "embeds.show": _EVERYBODY,
    "layers.features": _EVERYBODY,
    "layers.download": _EVERYBODY,
    "layers.chart": _EVERYBODY,
    "site.about": _EVERYBODY,
    "site.boundaries": _EVERYBODY,
    "site.outlines": _EVERYBODY,
    "site.health": _EVERYBODY,
    "site.icon": _EVERYBODY,
    # OGC API - Features.
    "ogc.landing": _EVERYBODY,
    "ogc.landing_slash": _EVERYBODY,
    "ogc.conformance": _EVERYBODY,
    "ogc.api": _EVERYBODY,
    "ogc.api_page": _EVERYBODY,
    "ogc.collections": _EVERYBODY,
    "ogc.collection": _EVERYBODY,
    "ogc.items": _EVERYBODY,
    "ogc.item": _EVERYBODY,
    "ogc.download": _EVERYBODY,
    "ogc.queryables": _EVERYBODY,
    "ogc.schema": _EVERYBODY,
    # OGC API - Tiles.
    "ogc.tilesets": _EVERYBODY,
    "ogc.tileset": _EVERYBODY,
    "ogc.tile": _EVERYBODY,
    "ogc.tile_matrix_sets": _EVERYBODY,
    "ogc.tile_matrix_set": _EVERYBODY,
    # The HTTP API.
    "api-docs.openapi_json": _EVERYBODY,
    "api.methods": _EVERYBODY,
    "api.layers": _EVERYBODY,
    "api.layer": _EVERYBODY,
    "api.tables": _EVERYBODY,
    "api.table_csv": _EVERYBODY,
    "api.reports": _EVERYBODY,
    "api.standing": _EVERYBODY,
    "api.standing_question": _EVERYBODY,
    "api.datasets": frozenset({LOCAL}),
    "api.dataset": frozenset({LOCAL}),
    "api.imports": frozenset({LOCAL}),
    "api.import_": frozenset({LOCAL}),
    "api.rejects": frozenset({LOCAL}),
    "api.receive": frozenset({LOCAL}),
    "api.ask": frozenset({LOCAL}),
    "api.report": frozenset({LOCAL}),
    "api.changes": frozenset({LOCAL}),
    "api.withdraw": frozenset({LOCAL}),
    "api.restore": frozenset({LOCAL}),
    "api.keep_standing": frozenset({LOCAL}),
    "api.run_standing": frozenset({LOCAL}),
    "api.remove_standing": frozenset({LOCAL}),
    "api.audience": frozenset({LOCAL}),
    # Bringing incidents in, and seeing them.
    "datasets.index": frozenset({LOCAL}),
    "datasets.show": frozenset({LOCAL}),
    "imports.new": frozenset({LOCAL}),
    "imports.receive": frozenset({LOCAL}),
    "imports.show": frozenset({LOCAL}),
    "imports.rejects": frozenset({LOCAL}),
    # Asking and publishing.
    "layers.changes": frozenset({LOCAL}),
    "reports.index": frozenset({LOCAL}),
    "reports.show": frozenset({LOCAL}),
    "datasets.ask": frozenset({LOCAL}),
    "layers.withdraw": frozenset({LOCAL}),
    "layers.audience": frozenset({LOCAL}),
    "layers.restore": frozenset({LOCAL}),
}
"""The roles that may use each endpoint of the web service."""

INCIDENTS: Final = frozenset({LOCAL})
"""The roles that may see incidents one by one, at whichever of these endpoints."""


def allowed(role: str, endpoint: str) -> bool:
    """Return whether a role may use an endpoint; unknown ones of either kind may not.

    >>> allowed("local", "layers.show"), allowed("nobody", "layers.show"), allowed("local", "new.thing")
    (True, False, False)
    """
    return role in ROLES and role in ACCESS.get(endpoint, frozenset())


def sees_incidents(role: str) -> bool:
    """Return whether a role may see incidents one by one: to others their collections do not exist.

    >>> sees_incidents("local"), sees_incidents("nobody")
    (True, False)
    """
    return role in ROLES and role in INCIDENTS
