"""Files that are made after their layer was published, when somebody first asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hotspot.service.store import layers, site
from hotspot.service.store.records import columns_of
from hotspot.service.store.schema import layer_file, site_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.service.store.engine import Engine
    from hotspot.service.store.records import StoredFile


def keep(engine: Engine, layer_id: str, files: Mapping[str, StoredFile]) -> None:
    """Put files beside those of a published layer; what is there already stays as it is.

    ``NotFoundError`` if the layer was withdrawn meanwhile.
    """
    with engine.writing() as connection:
        layers.get(connection, layer_id)
        connection.execute(
            insert(layer_file).on_conflict_do_nothing(),
            [{"layer_id": layer_id, "name": name, **columns_of(file)} for name, file in files.items()],
        )


def keep_of_site(engine: Engine, files: Mapping[str, StoredFile], *, in_place_of: str) -> None:
    """Put files among those of the site, in place of those whose names begin with a text."""
    with engine.writing() as connection:
        connection.execute(
            sa.delete(site_file).where(site_file.c.name.startswith(in_place_of, autoescape=True))
        )
        site.put(connection, files)
