"""The words and numbers around a map: heading, list of hotspots, legend and what popups need."""

from __future__ import annotations

import math
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from hotspot.analysis.methods import METHODS
from hotspot.outputs import style
from hotspot.outputs.geojson import plain
from hotspot.words import counted, metres, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotspot.analysis.layer import Layer
    from hotspot.analysis.methods import Field
    from hotspot.outputs.maps import IndexEntry

POPUP_ROWS = 12
"""Most rows of a popup: what comes later in the fields is for tables."""
_NOT_IN_POPUPS = frozenset(
    {"id", "rank", "incidents", "class", "confidence", "district", "share_inside", "lon", "lat"}
) | {"p", "p_normal", "pai", "nearest_district"}
"""Fields that a popup tells in its heading, or that are for tools and tables."""

Box = tuple[float, float, float, float]
Place = tuple[int, int, float, float, str]


def subtitle(layer: Layer) -> str:
    """Return one line that says how much, since when and how it was found."""
    parts = [_incidents(layer), _window(layer), *_made(layer)]
    return " · ".join(part for part in parts if part)


def caution(layer: Layer) -> str:
    """Return what a reader must know first, or nothing."""
    thin = layer.summary.get("thinness", {})
    if thin.get("forced"):
        return "Forced although the data are too thin: do not act on this map alone."
    if thin.get("class") == "thin":
        return f"Thin data, {counted(thin['incidents'], 'incident')}: read with care."
    return ""


def bounds(layer: Layer) -> Box | None:
    """Return west, south, east and north of what stands out, with its surroundings; None without features.

    What stands out are the features of hotspots, or all where none is; as much again as
    its own size is shown around it, but nothing beyond the layer.
    """
    features = layer.features
    whole = tuple(float(value) for value in features.total_bounds)
    if not all(map(math.isfinite, whole)):
        return None
    if "hotspot" in features.columns and (features["hotspot"] > 0).any():
        features = features[features["hotspot"] > 0]
    west, south, east, north = (float(value) for value in features.total_bounds)
    around = max(east - west, north - south)
    return (
        max(west - around, whole[0]),
        max(south - around, whole[1]),
        min(east + around, whole[2]),
        min(north + around, whole[3]),
    )


def union(boxes: Iterable[Box | None]) -> Box | None:
    """Return the box around all boxes; None without any.

    >>> union([(0, 0, 1, 1), None, (-1, 0.5, 0, 3)])
    (-1, 0, 1, 3)
    """
    known = [box for box in boxes if box]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return min(west), min(south), max(east), max(north)


def main_region(boxes: Sequence[Box | None], *, reach: float = 5.0) -> Box | None:
    """Return the box around the region where most boxes lie; on a tie, that of the first one.

    Boxes belong to one region where each is within ``reach`` degrees of another.
    A map of two continents shows neither.

    >>> main_region([(0, 0, 1, 1), (50, 50, 51, 51), (2, 0, 3, 1)])
    (0, 0, 3, 1)
    """
    regions: list[list[Box]] = []
    for box in boxes:
        if box:
            near = [region for region in regions if any(_near(box, other, reach) for other in region)]
            regions = [region for region in regions if region not in near]
            regions.append([*(one for region in near for one in region), box])
    first = next((box for box in boxes if box), None)
    best = max(regions, key=lambda region: (len(region), first in region), default=[])
    return union(best)


def _near(one: Box, other: Box, reach: float) -> bool:
    gap = max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])
    return gap <= reach


def places(layer: Layer, *, at_most: int) -> list[Place]:
    """Return rank, incidents, longitude, latitude and district name of the first hotspots."""
    table = layer.hotspots.head(at_most)
    return [
        (int(rank), int(incidents), float(lon), float(lat), _text(district))
        for rank, incidents, lon, lat, district in zip(
            table["rank"], table["incidents"], table["lon"], table["lat"], table["district_name"], strict=True
        )
    ]


def settings(layer: Layer, *, at_most: int) -> dict[str, Any]:
    """Return what ``map.js`` needs of a layer besides its features."""
    method = METHODS[layer.method]
    notes = [note[0].upper() + note[1:] for note in _made(layer)[1:] if note]
    scale = style.scale(method, layer.features[method.colour_by].tolist(), noun=noun(layer))
    return {
        "method": layer.method,
        "fit": bounds(layer),
        "notes": notes,
        "empty": _empty(layer),
        "total": len(layer.hotspots),
        "hotspots": {str(row["rank"]): plain(row) for row in layer.hotspot_records[:at_most]},
        "noun": scale.legend.noun,
        "rank": "rank" if method.noun == "hotspots" else "hotspot",
        "scale": scale.to_dict(),
        "legend": scale.legend.to_dict(),
        "fields": _popup_fields(method.fields, besides=(method.colour_by,)),
        "hotspot_fields": _popup_fields(method.hotspot_fields),
        "mean_per_cell": layer.summary.get("mean_per_cell"),
    }


def noun(layer: Layer) -> str:
    """Return what the features of a layer are: ``cells``, ``hotspots``, ``districts`` or ``areas``."""
    return style.noun_of(METHODS[layer.method], layer.provenance.get("parameters", {}))


def drawn(layer: Layer) -> list[tuple[str, str]]:
    """Return the functions of ``map.js`` that draw the features, each with its name in the layer control."""
    what = noun(layer)
    names = {
        "classes": (f"{what} like chance", f"hot and cold {what}"),
        "categories": (f"other {what}", f"{what} that stand out"),
        "diverging": (f"{what} about equal", f"{what} above and below"),
    }.get(METHODS[layer.method].style)
    if names is None:
        return [("clusters", what.capitalize())]
    quiet, loud = names
    return [("restcells", quiet.capitalize()), ("hotcells", loud.capitalize())]


def _popup_fields(fields: Sequence[Field], *, besides: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return what a popup says of a feature, in order, the first few; ``besides`` are told in any case."""
    told = [
        {"name": field.name, "type": field.type, "title": field.title, "unit": field.unit}
        for field in fields
        if field.name in besides or (field.name not in _NOT_IN_POPUPS and field.unit != "degrees")
    ]
    return [*told[:POPUP_ROWS], *(each for each in told[POPUP_ROWS:] if each["name"] in besides)]


def header(title: str, line: str, *, caution: str = "", warnings: Sequence[str] = ()) -> str:
    """Return the page's heading, as HTML; warnings unfold on a press."""
    warning = f'<p class="hs-caution">{escape(caution)}</p>' if caution else ""
    if warnings:
        told = "".join(f"<p>{escape(text)}</p>" for text in warnings)
        heading = f"Read with care: {counted(len(warnings), 'warning')}"
        warning += (
            f'<details class="hs-warnings"><summary class="hs-caution">{heading}</summary>{told}</details>'
        )
    return f'<header class="hs-head"><h1>{escape(title)}</h1><p>{escape(line)}</p>{warning}</header>'


def hotspot_list(layer: Layer, *, at_most: int) -> str:
    """Return the ranked hotspots beside the map, as HTML; a press goes to the hotspot."""
    total = len(layer.hotspots)
    rows = [_hotspot_item(row) for row in layer.hotspot_records[:at_most]]
    if total == 0:
        return _aside("Hotspots", f"<p>{escape(_empty(layer))}</p>")
    heading = (
        f"{counted(total, 'hotspot')}, ranked"
        if total <= at_most
        else f"First {at_most} of {total:,} hotspots"
    )
    return _aside(heading, f"<ol>{''.join(rows)}</ol>")


def entry_list(entries: Sequence[tuple[IndexEntry, str]]) -> str:
    """Return the layers beside the map of all layers, as HTML links."""
    if not entries:
        return _aside("Layers", "<p>No layer is published yet.</p>")
    rows = "".join(
        f'<li><a class="hs-go" href="{escape(entry.url)}" target="_top">'
        f'<span class="hs-rank" data-colour="{colour}"></span>'
        f"<strong>{escape(entry.title)}</strong><small>{escape(entry.summary)}</small></a></li>"
        for entry, colour in entries
    )
    return _aside(counted(len(entries), "layer"), f"<ol>{rows}</ol>")


def _aside(heading: str, content: str) -> str:
    return f'<details class="hs-list" open><summary>{escape(heading)}</summary>{content}</details>'


def _hotspot_item(row: dict[str, Any]) -> str:
    facts = [counted(int(row["incidents"]), "incident")]
    if _known(row.get("share")):
        facts.append(percent(row["share"]))
    if _known(row.get("area_km2")):
        facts.append(f"{_three(row['area_km2'])} km²")
    name = _text(row.get("district_name")) or "Outside every district"
    return (
        f'<li><button type="button" class="hs-go" data-rank="{int(row["rank"])}">'
        f'<span class="hs-rank">{int(row["rank"])}</span><strong>{escape(name)}</strong>'
        f"<small>{escape(' · '.join(facts))}</small></button></li>"
    )


def _incidents(layer: Layer) -> str:
    used = layer.provenance.get("data", {}).get("rows_used")
    if used is None:
        used = int(layer.features["incidents"].sum()) if len(layer.features) else 0
    return counted(int(used), "incident")


def _window(layer: Layer) -> str:
    question = layer.provenance.get("question", {})
    start = question.get("start") or layer.summary.get("first")
    end = question.get("end") or layer.summary.get("last")
    if start and end:
        return f"{_day(start)} to {_day(end)}"
    if start:
        return f"since {_day(start)}"
    return f"until {_day(end)}" if end else ""


def _made(layer: Layer) -> list[str]:
    """Return the method, and the distances and numbers that it went by."""
    used = layer.provenance.get("parameters", {})
    size, eps, least = used.get("cell_size"), used.get("eps"), used.get("min_samples")
    bandwidth = used.get("bandwidth")
    shape = "hexagons" if used.get("cell_shape") == "hexagon" else "squares"
    cells = f"cells are {shape} of {metres(size)}" if size else ""
    return [
        METHODS[layer.method].title,
        "cells are districts" if noun(layer) == "districts" else cells,
        f"at least {counted(least, 'incident')} within {metres(eps)}" if eps and least else "",
        f"bandwidth {metres(bandwidth)}" if isinstance(bandwidth, int | float) else "",
    ]


def _empty(layer: Layer) -> str:
    if len(layer.hotspots):
        return ""
    why = layer.summary.get("nothing", "")
    return f"No hotspot: {why}" if why else "No hotspot was found."


def _day(text: str) -> str:
    day = date.fromisoformat(str(text)[:10])
    return f"{day.day} {day:%b %Y}"


def _three(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _text(value: Any) -> str:
    return str(value) if _known(value) and value == value else ""
