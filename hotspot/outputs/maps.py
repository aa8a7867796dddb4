"""A layer, or all layers, as a map made with Folium: offline, on a canvas, with words and units.

Importing this module is cheap; Folium is imported when a map is made.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot.outputs import geojson, map_words, style
from hotspot.outputs.assets import NONCE, STATIC, Assets, with_nonce
from hotspot.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotspot.analysis.layer import Layer
    from hotspot.outputs.folium_map import HotspotMap, MapLayer

__all__ = [
    "NONCE",
    "STATIC",
    "IndexEntry",
    "Tiles",
    "index_map",
    "layer_map",
    "notebook_view",
    "save",
    "with_nonce",
]

BADGES = 20
"""Ranked hotspots that are numbered and listed on a map."""


@dataclass(frozen=True)
class Tiles:
    """A background of image tiles, from a server of one's own network."""

    url: str
    """With ``{z}``, ``{x}`` and ``{y}``."""
    attribution: str = ""


@dataclass(frozen=True)
class IndexEntry:
    """One layer on the map of all layers."""

    id: str
    title: str
    url: str
    """Its page."""
    summary: str = ""
    """What it is, in a few words."""
    bbox: map_words.Box | None = None
    """West, south, east, north in degrees; drawn as a box where there are no places."""
    places: tuple[map_words.Place, ...] = ()
    """Its hotspots: rank, incidents, longitude, latitude, name of the district."""

    @classmethod
    def of(cls, layer: Layer, *, url: str, places: int = 3) -> IndexEntry:
        """Entry of a layer with its first few ranked hotspots."""
        return cls(
            id=layer.id,
            title=layer.title,
            url=url,
            summary=map_words.subtitle(layer),
            bbox=map_words.bounds(layer),
            places=tuple(map_words.places(layer, at_most=places)),
        )


def layer_map(
    layer: Layer,
    *,
    data_url: str,
    districts_url: str | None = None,
    credit: str = "",
    tiles: Tiles | None = None,
    static: str = STATIC,
) -> str:
    """Return the page of one layer's map, whose data come from the same server.

    Each script tag begins with `NONCE`; `with_nonce` puts in that of the answer.

    Parameters
    ----------
    data_url, districts_url
        Where the page fetches the layer's features and the district outlines, as GeoJSON.
    credit
        Who made the outlines, shown at the map's edge as text.
    tiles
        A background below the outlines; none by default.
    static
        Where the service serves ``hotspot/web/static``.
    """
    sources = [{"url": districts_url}] if districts_url else []
    chart = _layer_chart(layer, Assets(static), {"url": data_url}, sources, credit=credit, tiles=tiles)
    return _document(chart)


def notebook_view(layer: Layer, *, districts: bytes | None = None, credit: str = "") -> HotspotMap:
    """Return a Folium map that shows itself in a notebook and holds all it needs; ``.save`` writes it.

    Parameters
    ----------
    districts
        The district outlines as GeoJSON; those of the study area, if they come with Hotspot.
    """
    if districts is None:
        districts, credit = _bundled(layer)
    data = {"hs-features": geojson.encode_layer(layer)}
    if districts is not None:
        data["hs-districts-data"] = districts
    sources = [{"element": "hs-districts-data"}] if districts is not None else []
    where = {"element": "hs-features"}
    return _layer_chart(layer, Assets(inline=True), where, sources, credit=credit, data=data)


def save(layer: Layer, path: str | Path, *, districts: bytes | None = None, credit: str = "") -> Path:
    """Write one HTML file that holds the map, its data and its scripts; return its path."""
    target = Path(path)
    target.write_text(_document(notebook_view(layer, districts=districts, credit=credit)), encoding="utf-8")
    return target


def index_map(
    entries: Sequence[IndexEntry],
    *,
    districts_urls: Sequence[str] = (),
    title: str = "Hotspot layers",
    credit: str = "",
    tiles: Tiles | None = None,
    static: str = STATIC,
) -> str:
    """Return the page of the map of all layers, each in a colour of its own."""
    from hotspot.outputs.folium_map import HotspotMap, MapLayer, Page

    coloured = list(zip(entries, cycle(style.INDEX_COLOURS), strict=False))
    page = Page(
        escape(title),
        map_words.header(title, counted(len(entries), "layer")),
        map_words.entry_list(coloured),
        kind="index",
    )
    settings = {
        "credit": credit,
        "fit": map_words.main_region([entry.bbox for entry in entries]),
        "all": map_words.union([entry.bbox for entry in entries]),
        "empty": "" if entries else "No layer is published yet.",
    }
    chart = HotspotMap(page, Assets(static), label=_label(title), settings=settings)
    _basemap(chart, [{"url": url} for url in districts_urls], tiles)
    boxes = [
        {**_entry_words(entry, colour), "bbox": entry.bbox}
        for entry, colour in coloured
        if entry.bbox and not entry.places
    ]
    if boxes:
        MapLayer("boxes", name="Extent of layers", options={"places": boxes}).add_to(chart)
    badges = [
        {**_entry_words(entry, colour), **_badge(place)}
        for entry, colour in coloured
        for place in entry.places
    ]
    badges.sort(key=lambda badge: badge["order"])
    MapLayer("badges", name="Hotspots by rank", options={"places": badges}).add_to(chart)
    return _document(_finished(chart))


def _layer_chart(
    layer: Layer,
    assets: Assets,
    features: Mapping[str, str],
    districts: list[dict[str, str]],
    *,
    credit: str = "",
    tiles: Tiles | None = None,
    data: Mapping[str, bytes] | None = None,
) -> HotspotMap:
    from hotspot.outputs.folium_map import HotspotMap, MapLayer, Page, in_script

    page = Page(
        escape(layer.title),
        map_words.header(
            layer.title,
            map_words.subtitle(layer),
            caution=map_words.caution(layer),
            warnings=[str(text) for text in layer.provenance.get("warnings", ())],
        ),
        map_words.hotspot_list(layer, at_most=BADGES),
        "\n".join(
            f'{NONCE} type="application/json" id="{name}">{in_script(content.decode())}</script>'
            for name, content in (data or {}).items()
        ),
    )
    settings = {**map_words.settings(layer, at_most=BADGES), "features": features, "credit": credit}
    chart = HotspotMap(page, assets, label=_label(layer.title), settings=settings)
    _basemap(chart, districts, tiles)
    for draw, name in map_words.drawn(layer):
        MapLayer(draw, name=name).add_to(chart)
    badges = [_badge(place) for place in map_words.places(layer, at_most=BADGES)]
    MapLayer("badges", name="Ranks", options={"places": badges}).add_to(chart)
    return _finished(chart)


def _basemap(chart: HotspotMap, districts: list[dict[str, str]], tiles: Tiles | None) -> None:
    from hotspot.outputs.folium_map import MapLayer

    if tiles is not None:
        MapLayer("tiles", name="Background", options=asdict(tiles)).add_to(chart)
    if districts:
        outlines: MapLayer = MapLayer(
            "districts", name="Districts", options={"sources": districts, "outline_only": tiles is not None}
        )
        outlines.add_to(chart)
        MapLayer("names", name="District names", options={"sources": districts}).add_to(chart)


def _finished(chart: HotspotMap) -> HotspotMap:
    from hotspot.outputs.folium_map import Finish, layer_control

    layer_control().add_to(chart)
    Finish().add_to(chart)
    return chart


def _bundled(layer: Layer) -> tuple[bytes | None, str]:
    """Outlines and credit of the study area's boundary set, if it is one that comes with Hotspot."""
    from hotspot.places import boundaries
    from hotspot.places.study_area import parse_area

    name, _ = parse_area(layer.provenance.get("question", {}).get("area") or "hull")
    if name.upper() not in boundaries.bundled():
        return None, ""
    return boundaries.features(name), boundaries.load(name).source


def _document(chart: HotspotMap) -> str:
    return str(chart.get_root().render())


def _label(title: str) -> str:
    return f"Map: {title}. Arrow keys move it, plus and minus zoom, Tab goes to the hotspots."


def _badge(place: map_words.Place) -> dict[str, Any]:
    rank, incidents, lon, lat, district = place
    where = f", {district}" if district else ""
    words = f"Hotspot {rank}: {counted(incidents, 'incident')}{where}"
    return {"rank": rank, "label": str(rank), "lon": lon, "lat": lat, "words": words, "order": rank}


def _entry_words(entry: IndexEntry, colour: str) -> dict[str, Any]:
    return {"title": entry.title, "url": entry.url, "colour": colour, "words": entry.summary}
