"""Boundary sets from files: checked, repaired where that is safe, refused with the reason where not.

Also the form in which a set is stored: GeoJSON with what is known of the set in
a member of its own.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import shapely

from hotspot.errors import BoundaryError
from hotspot.places import boundaries
from hotspot.places.boundaries import BoundarySet
from hotspot.places.boundary_checks import areas_km2, checked_shapes
from hotspot.places.boundary_population import figures_of
from hotspot.places.boundary_sources import Features, parse_json, read_features

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_CODE_COLUMNS: Final = (
    "code", "iso_3166_2", "district_code", "beat_code", "dist_num", "beat_num", "beat", "precinct", "sector",
    "district", "division", "ward", "zone", "area", "name", "id", "objectid", "fid",
)  # fmt: skip
_NAME_COLUMNS: Final = (
    "name", "label", "title", "district_name", "beat_name", "precinct_name", "district", "precinct", "beat",
)  # fmt: skip


def read_boundaries(
    path: Path,
    *,
    name: str,
    code_column: str | None = None,
    name_column: str | None = None,
    country: str = "",
    timezone: str = "",
    layer: str | None = None,
    population_column: str | None = None,
    population_year: int | None = None,
) -> BoundarySet:
    """Return the districts of a GeoJSON or GeoPackage file.

    Parameters
    ----------
    path
        The file; its format is told by its content.
    name
        What the set will be called: small letters, digits, ``-`` and ``_``.
    code_column, name_column
        Where codes and names stand; guessed when left out, and noted.
    country
        ISO 3166-1 code of a bundled country, whose place names and time zone are then used.
    timezone
        IANA time zone usual there; else that of the country, else UTC.
    layer
        The layer of a GeoPackage, where it has several.
    population_column, population_year
        Where the people of each district stand, and the year they are of; without them rates by
        population are not to be had.

    Raises
    ------
    BoundaryError
        With the reason why the file cannot be used.
    """
    _check_name(name)
    about = _country(country)
    found = read_features(path, layer=layer)
    codes, names, columns = _labels(found, code_column, name_column, path.name)
    geometry, ordered, notes = checked_shapes(found, codes, path.name)
    given = dict(zip(codes, names, strict=True))
    return BoundarySet(
        name=name,
        title=name.replace("_", " ").replace("-", " ").capitalize(),
        codes=ordered,
        names=tuple(given[code] for code in ordered),
        types=("District",) * len(ordered),
        area_km2=areas_km2(geometry),
        geometry=geometry,
        figures=figures_of(
            found.properties, codes, column=population_column, year=population_year, file=path.name
        ),
        country=about.name if about else "",
        timezone=_zone(timezone) or (about.timezone if about else "UTC"),
        source=f"Imported from {path.name}.",
        notes=(columns, *notes),
    )


def to_geojson(boundary_set: BoundarySet) -> bytes:
    """Return a set as GeoJSON to be kept: the same set gives the same bytes."""
    about = {
        "name": boundary_set.name,
        "title": boundary_set.title,
        "country": boundary_set.country,
        "timezone": boundary_set.timezone,
        "source": boundary_set.source,
        "licence": boundary_set.licence,
        "notes": boundary_set.notes,
        "population": boundary_set.figures,
    }
    rows = zip(
        boundary_set.codes,
        boundary_set.names,
        boundary_set.types,
        boundary_set.area_km2.tolist(),
        shapely.to_geojson(boundary_set.geometry),
        strict=True,
    )
    lines = []
    for code, name, kind, area, geometry in rows:
        properties = _compact({"code": code, "name": name, "type": kind, "area_km2": area})
        lines.append(f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}')
    head = f'{{"type":"FeatureCollection","hotspot":{_compact(about)},"features":[\n'
    return (head + ",\n".join(lines) + "\n]}\n").encode()


def from_geojson(content: bytes) -> BoundarySet:
    """Return the set that ``to_geojson`` made these bytes of."""
    document = parse_json(content, "The stored boundary set")
    about: dict[str, Any] = dict(document["hotspot"])
    return BoundarySet.from_features(
        document["features"],
        figures=tuple(tuple(row) for row in about.pop("population")),
        notes=tuple(about.pop("notes")),
        **about,
    )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name == "hull":
        msg = f"A set is named in at most 40 small letters, digits, - and _, not {name[:60]!r}. Try 'beats'."
        raise BoundaryError(msg)


def _country(country: str) -> boundaries.Entry | None:
    if not country:
        return None
    known = boundaries.index()
    if country.upper() not in known:
        msg = f"No country {country!r} comes with Hotspot. There are: {', '.join(known)}."
        raise BoundaryError(msg)
    return known[country.upper()]


def _zone(timezone: str) -> str:
    try:
        return ZoneInfo(timezone).key if timezone else ""
    except (ValueError, OSError, ZoneInfoNotFoundError):
        msg = f"{timezone!r} is not a time zone. Write it as America/Belize or Europe/London."
        raise BoundaryError(msg) from None


def _labels(
    found: Features, code_column: str | None, name_column: str | None, file: str
) -> tuple[list[str], list[str], str]:
    """Return the code and the name of each feature, and a note on where they stood."""
    if not found.properties:
        msg = f"{file} holds no features, so there is no district in it."
        raise BoundaryError(msg)
    columns = list(dict.fromkeys(column for held in found.properties for column in held))
    for column in (code_column, name_column):
        if column is not None and column not in columns:
            msg = f"{file} has no column {column!r}. It has: {', '.join(columns) or 'none'}."
            raise BoundaryError(msg)
    code = code_column or _guess_code(found, columns, file)
    name = name_column or _first(_NAME_COLUMNS, columns) or code
    # A study area is written as codes between commas.
    codes = [_text(held.get(code)).replace(",", " ") for held in found.properties]
    if "" in codes:
        number = codes.index("") + 1
        msg = f"{file}: feature {number} has no code in column {code!r}. Fill it, or choose another column."
        raise BoundaryError(msg)
    names = [_text(held.get(name)) or text for held, text in zip(found.properties, codes, strict=True)]
    _one_name_each(codes, names, file)
    return codes, names, f"Codes are from column {code!r}, names from column {name!r}."


def _one_name_each(codes: list[str], names: list[str], file: str) -> None:
    known: dict[str, str] = {}
    for code, name in zip(codes, names, strict=True):
        if known.setdefault(code, name) != name:
            msg = (
                f"{file} gives the code {code!r} to {known[code]!r} and to {name!r}. "
                "Correct it, or choose another column of codes."
            )
            raise BoundaryError(msg)


def _guess_code(found: Features, columns: list[str], file: str) -> str:
    filled = {
        column: values
        for column in columns
        if "" not in (values := [_text(held.get(column)) for held in found.properties])
    }
    distinct = [column for column, values in filled.items() if len(set(values)) == len(values)]
    chosen = _first(_CODE_COLUMNS, distinct) or (columns[0] if len(columns) == 1 and filled else None)
    if chosen is None:
        held = ", ".join(columns) or "none"
        msg = f"{file} has no column that is plainly the district code. Name it; there are: {held}."
        raise BoundaryError(msg)
    return chosen


def _first(wanted: Sequence[str], columns: Sequence[str]) -> str | None:
    written = {column.casefold(): column for column in reversed(columns)}
    return next((written[name] for name in wanted if name in written), None)


def _text(value: Any) -> str:
    """Return a property as text; 17.0 as 17; empty for what is no code."""
    if value is None or isinstance(value, (bool, dict, list, bytes)):
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    printable = "".join(mark if mark.isprintable() else " " for mark in str(value))
    return " ".join(printable.split())[:100]
