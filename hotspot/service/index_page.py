"""The map of all layers: made anew with every layer that comes or goes.

Each layer keeps its own part of that map among its files, so that no other
layer is read for it.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import NotFoundError
from hotspot.service.child import run_in_child, work_folder
from hotspot.service.store import StoredFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotspot.service.store import Store

    Entry = dict[str, Any]

NAME: Final = "index.html"
"""Name of the page among the files of the site."""
ENTRY: Final = "entry.json"
"""Name of a layer's own part among its files."""
HTML: Final = "text/html; charset=utf-8"


def entries(store: Store, *, without: str) -> list[Entry]:
    """Return the parts of the published layers but one, the latest first."""
    found: list[Entry] = []
    for record in store.layers.list():
        if record.id != without:
            try:
                found.append(json.loads(store.layers.file(record.id, ENTRY).data))
            except NotFoundError:  # withdrawn since the list was read: the save will find out
                continue
    return found


def made_here(store: Store, shown: Sequence[Entry]) -> StoredFile:
    """Return the page of these layers; imports Folium."""
    return StoredFile(_rendered(shown, _credits(store, shown)).encode(), HTML)


def made_by_child(store: Store, shown: Sequence[Entry]) -> StoredFile:
    """Return the page of these layers, made elsewhere: a web process never imports Folium."""
    settings = store.settings
    with work_folder(settings) as folder:
        output = folder / NAME
        payload = {
            "folder": str(folder),
            "entries": list(shown),
            "areas": _credits(store, shown),
            "output": str(output),
        }
        run_in_child("index", payload, memory_mb=settings.parse_memory_mb, seconds=settings.parse_seconds)
        return StoredFile(output.read_bytes(), HTML)


def make_index_here(payload: dict[str, Any]) -> dict[str, Any]:
    """Write the map of all layers to a file, in the child."""
    Path(payload["output"]).write_text(_rendered(payload["entries"], payload["areas"]), encoding="utf-8")
    return {}


def districts_url(area: str) -> str | None:
    """Return where maps fetch the outlines of a boundary set; ``None`` without one."""
    return f"/boundaries/{area}.geojson" if area else None


def _credits(store: Store, shown: Sequence[Entry]) -> dict[str, str]:
    """Return the source of each boundary set that the layers lie in, by its name."""
    names = sorted({entry["area"] for entry in shown} - {""})
    sources = {record.name: record.source for record in store.boundaries.list()}
    return {name: sources[name] for name in names if name in sources}


def _rendered(entries: Sequence[Entry], areas: dict[str, str]) -> str:
    from hotspot.outputs.maps import IndexEntry, index_map

    known = {field.name for field in dataclasses.fields(IndexEntry)}
    shown = [IndexEntry(**{name: value for name, value in e.items() if name in known}) for e in entries]
    urls = [url for area in areas if (url := districts_url(area))]
    return index_map(shown, districts_urls=urls, credit=" ".join(sorted(set(areas.values()))))
