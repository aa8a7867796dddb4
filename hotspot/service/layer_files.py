"""The files of a layer, and of a set of districts, for other tools: each is made once and kept.

Some are made when a layer is published, as most readers ask for them. The
others would make the layers of a daily question several times as large, and
most are never asked for: the first who asks waits a second or two, while a
process of its own makes them. ``FORMATS`` says which is which.

Importing this module is cheap; what makes files is imported where they are made.
"""

from __future__ import annotations

import gzip
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import NotFoundError
from hotspot.outputs.formats import FORMATS, WORTH_ZIPPING
from hotspot.service.child_store import opened, run_on_store
from hotspot.service.store import Store, StoredFile
from hotspot.service.store.made import keep, keep_of_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.analysis.layer import Layer
    from hotspot.outputs.formats import Format

TASK: Final = "file"
_PACKED: Final = (
    "text/csv",
    "application/geo+json",
    "application/vnd.google-earth.kml",
    "application/x-qgis",
    "image/svg+xml",
)
"""Beginnings of the media types of text that is sent as it is kept."""


def at_publishing(layer: Layer, *, besides: Mapping[str, bytes]) -> dict[str, StoredFile]:
    """Return the files of a layer that are made when it is published, by name.

    Parameters
    ----------
    besides
        Content by suffix that the caller has made already.
    """
    from hotspot.outputs import files

    wanted = [kind for kind in FORMATS.values() if kind.made == "published"]
    content = {kind: besides.get(kind.suffix) or files.encode(layer, kind.suffix) for kind in wanted}
    return with_gzip({kind.name: StoredFile(data, kind.media_type) for kind, data in content.items()})


def with_gzip(files: Mapping[str, StoredFile]) -> dict[str, StoredFile]:
    """Return the files with a gzip beside each that is text and becomes smaller by it."""
    made = dict(files)
    for name, file in files.items():
        if file.media_type.startswith(_PACKED) and len(file.data) > WORTH_ZIPPING:
            # No time and no name inside: the same content gives the same bytes.
            packed = gzip.compress(file.data, 6, mtime=0)
            made[f"{name}.gz"] = StoredFile(packed, file.media_type, gzipped=True)
    return made


def find_of_layer(store: Store, layer_id: str, kind: Format, *, gzipped: bool = False) -> StoredFile | None:
    """Return a file of a published layer; None as long as nobody has asked for it.

    With ``gzipped`` its gzip, where there is one.
    """
    names = (f"{kind.name}.gz", kind.name) if gzipped else (kind.name,)
    for name in names:
        with suppress(NotFoundError):
            return store.layers.file(layer_id, name)
    return None


def make_of_layer(store: Store, layer_id: str, kind: Format) -> None:
    """Make a file of a published layer in a limited process of its own, and keep it.

    Raises
    ------
    NotFoundError
        There is no published layer of that id.
    LimitError
        To make it takes more time or memory than allowed.
    """
    store.layers.get(layer_id)
    run_on_store(store, TASK, {"layer": layer_id, "suffix": kind.suffix})


def find_of_districts(store: Store, name: str, kind: Format) -> StoredFile | None:
    """Return a file of a set of districts; None as long as nobody has asked for it.

    ``NotFoundError`` for an unknown set; it lists the known ones.
    """
    outlines = store.boundaries.file(name)
    if kind.suffix == "geojson":
        return outlines
    with suppress(NotFoundError):
        return store.site.file(_name_of_districts(name, outlines.etag, kind))
    return None


def make_of_districts(store: Store, name: str, kind: Format) -> None:
    """Make a file of a set of districts in a limited process of its own, and keep it."""
    run_on_store(store, TASK, {"districts": name, "suffix": kind.suffix})


def make_here(payload: dict[str, Any]) -> dict[str, Any]:
    """Make a file and keep it, in the child."""
    from hotspot.analysis.layer import Layer
    from hotspot.outputs import files

    kind = FORMATS[payload["suffix"]]
    with opened(payload) as store:
        if "districts" in payload:
            name = payload["districts"]
            data = files.districts_geopackage(store.boundaries.load(name))
            known = _name_of_districts(name, store.boundaries.file(name).etag, kind)
            made = {known: StoredFile(data, kind.media_type)}
            keep_of_site(store.engine, made, in_place_of=_folder_of_districts(name))
        else:
            whole = store.layers.file(payload["layer"], FORMATS["parquet"].name)
            data = files.encode(Layer.from_parquet(whole.data), kind.suffix)
            made = with_gzip({kind.name: StoredFile(data, kind.media_type)})
            keep(store.engine, payload["layer"], made)
    return {}


def _folder_of_districts(name: str) -> str:
    return f"districts/{name}/"


def _name_of_districts(name: str, etag: str, kind: Format) -> str:
    # A set that was replaced, or came anew with Hotspot, has another file.
    return f"{_folder_of_districts(name)}{etag}.{kind.suffix}"
