"""GeoJSON points -> raw rows, parsed as JSON and never by a library that follows files or addresses."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import numpy as np
import pandas as pd

from hotspot.errors import InputError, LimitError
from hotspot.incidents.raw import MAX_COLUMNS, Raw, join_set_aside, no_set_aside, set_aside_rows

_LONGEST_INTEGER: Final = 300
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_DEGREES: Final = ("CRS84", "EPSG::4326", "EPSG:4326", "OGC:1.3:CRS84")


def read_geojson(text: str, *, encoding: str) -> Raw:
    """Rows of a GeoJSON text: the properties of each feature, and its point as ``lon`` and ``lat``.

    A feature without a geometry is kept, for its place or district may be
    named; one that is not a single point is set aside. Rows are numbered as
    the features stand, from 1.
    """
    features = _features(_parsed(text))
    number = np.arange(1, len(features) + 1, dtype=np.int64)
    sound = np.array([isinstance(feature, dict) for feature in features], dtype=bool)
    geometries = [feature.get("geometry") if isinstance(feature, dict) else None for feature in features]
    points = [_point(geometry) for geometry in geometries]
    wrong = np.array([point is None for point in points], dtype=bool) | ~sound
    kept = np.flatnonzero(~wrong)
    frame = _properties([features[i] for i in kept])
    for position, name in enumerate(("lon", "lat")):
        values = [_text(points[i][position]) for i in kept]  # type: ignore[index]
        frame[name] = pd.Series(values, dtype="str", index=frame.index)
    return Raw(
        frame=_stripped(frame),
        row=number[kept],
        format="geojson",
        encoding=encoding,
        set_aside=_not_points(number[wrong], [geometries[i] for i in np.flatnonzero(wrong)]),
    )


def _parsed(text: str) -> Any:
    """Parse JSON; NaN, infinities and endless integers come out as text, to be set aside in their row."""
    try:
        parsed = json.loads(text, parse_constant=str, parse_int=_integer)
        # Half of a character, as \ud83d alone, is valid JSON, but no text: a question mark stands for it.
        return _whole_characters(parsed) if _HALF.search(text) else parsed
    except RecursionError:
        msg = "The JSON is nested far deeper than any GeoJSON. Export the points again as GeoJSON or CSV."
        raise LimitError(msg) from None
    except json.JSONDecodeError as error:
        msg = (
            f"This is not valid JSON: line {error.lineno}, character {error.colno}: {error.msg}. "
            "The file may be cut off; export it again."
        )
        raise InputError(msg) from None


def _whole_characters(parsed: Any) -> Any:
    return json.loads(json.dumps(parsed, ensure_ascii=False).encode(errors="replace"))


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _features(document: Any) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        _check_crs(document.get("crs"))
        features: list[Any] = document["features"]
    elif kind == "Feature":
        features = [document]
    else:
        msg = (
            "The JSON is not GeoJSON: it should be a “FeatureCollection” with a list of “features”. "
            "Export the incidents as GeoJSON points, or as CSV."
        )
        raise InputError(msg)
    if not features:
        msg = "The GeoJSON holds no features. Export it again with its incidents."
        raise InputError(msg)
    return features


def _check_crs(crs: Any) -> None:
    """Refuse coordinates that say they are not degrees; GeoJSON knows only those since 2016."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and not name.endswith(_DEGREES):
        msg = (
            f"The GeoJSON says its coordinates are in {name[:80]!r}. Export it again in longitude and "
            "latitude (WGS 84, EPSG:4326)."
        )
        raise InputError(msg)


_MISSING: Final = (None, None)


def _point(geometry: Any) -> tuple[Any, Any] | None:
    """Longitude and latitude; both missing without a geometry; None if it is not a single point."""
    if geometry is None:
        return _MISSING
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "MultiPoint" and isinstance(coordinates, list) and len(coordinates) == 1:
        coordinates = coordinates[0]
    elif geometry.get("type") != "Point":
        return None
    if coordinates == []:
        return _MISSING
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    return coordinates[0], coordinates[1]


def _properties(features: list[dict[str, Any]]) -> pd.DataFrame:
    """Properties as text, a column each; the feature's own id is ``id`` unless a property is called so."""
    columns: dict[str, list[str | None]] = {}
    for position, feature in enumerate(features):
        given = feature.get("properties")
        values = dict(given) if isinstance(given, dict) else {}
        if feature.get("id") is not None:
            values.setdefault("id", feature["id"])
        for name, value in values.items():
            column = columns.get(name)
            if column is None:
                column = columns[name] = _new_column(name, columns, len(features))
            column[position] = _text(value)
    renamed = {
        f"{name} (property)" if name in {"lon", "lat"} else name: column for name, column in columns.items()
    }
    index = pd.RangeIndex(len(features))
    return pd.DataFrame(
        {name: pd.Series(v, dtype="str", index=index) for name, v in renamed.items()}, index=index
    )


def _new_column(name: str, columns: dict[str, list[str | None]], length: int) -> list[str | None]:
    if len(columns) >= MAX_COLUMNS:
        msg = (
            f"The features have more than {MAX_COLUMNS} properties ({name[:40]!r} is one). Keep those needed."
        )
        raise LimitError(msg)
    return [None] * length


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _stripped(frame: pd.DataFrame) -> pd.DataFrame:
    stripped = {name: frame[name].str.strip() for name in frame}
    return pd.DataFrame({name: text.mask(text == "") for name, text in stripped.items()}, index=frame.index)


def _not_points(number: np.ndarray[Any, np.dtype[np.int64]], geometries: list[Any]) -> pd.DataFrame:
    if not len(number):
        return no_set_aside()
    kinds = [str(g.get("type")) if isinstance(g, dict) else "nothing" for g in geometries]
    text = pd.Series(kinds, dtype="str")
    message = "An incident is one point with a longitude and a latitude; this feature is " + text + "."
    return join_set_aside(
        [set_aside_rows(number, column="geometry", reason="not_a_point", message=message, text=text)]
    )
