"""A layer as GeoJSON (RFC 7946): whole columns of texts, joined feature by feature without an object for any.

The encoded collection holds one feature a line, so the web process cuts it into
features without parsing it and without pandas.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot.once import once
from hotspot.outputs.column_texts import column_texts, side_by_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from hotspot.analysis.layer import Layer

_OPEN = b'"features":[\n'
_BETWEEN = b",\n"
_CLOSE = b"\n]}\n"


def feature_collection(
    features: Sequence[bytes | memoryview], *, head: Mapping[str, Any] | None = None
) -> bytes:
    """Return a FeatureCollection, one feature a line, with more members at its head.

    >>> print(feature_collection([b'{"type":"Feature"}'], head={"numberReturned": 1}).decode())
    {"type":"FeatureCollection","numberReturned":1,"features":[
    {"type":"Feature"}
    ]}
    """
    members = json.dumps(
        {"type": "FeatureCollection", **(head or {})}, ensure_ascii=False, separators=(",", ":")
    )
    return members[:-1].encode() + b"," + _OPEN + _BETWEEN.join(features) + _CLOSE


def split(collection: bytes) -> list[bytes]:
    """Return the features of a collection written by `feature_collection`, still encoded.

    >>> split(feature_collection([b'{"id":1}', b'{"id":2}']))
    [b'{"id":1}', b'{"id":2}']
    """
    start = collection.find(_OPEN)
    if start < 0 or not collection.endswith(_CLOSE):
        msg = "Not a collection with one feature a line. Write it with feature_collection."
        raise ValueError(msg)
    body = collection[start + len(_OPEN) : -len(_CLOSE)]
    return body.split(_BETWEEN) if body else []


def encode_layer(layer: Layer) -> bytes:
    """Return the whole layer as one GeoJSON document with its title and summary at the head.

    The integer column ``id`` becomes the feature's id and stays no property.
    Outer rings run anticlockwise, coordinates have 6 decimals, a missing value
    is ``null``.
    """
    return once(layer, "geojson", lambda: _encoded(layer))


def _encoded(layer: Layer) -> bytes:
    head = {"name": layer.title, "id": layer.id, "summary": plain(layer.summary)}
    if not len(layer):
        return feature_collection([], head=head)
    features = _features(layer)
    _, ends, texts = features.buffers()
    last = int(np.frombuffer(ends, dtype=np.int64)[len(features)])
    return feature_collection([memoryview(texts)[: last - len(_BETWEEN)]], head=head)


def plain(value: Any) -> Any:
    """Return a value made of what JSON has: no NaN or infinity, no numpy, dates as ISO text.

    >>> plain({"n": np.int64(3), "share": float("nan")})
    {'n': 3, 'share': None}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _features(layer: Layer) -> pa.Array:
    """Return the features as texts that lie one after the other, at the end of each what stands between."""
    features = layer.features
    geometry = features.geometry.name
    parts: list[Any] = ['{"type":"Feature","id":', column_texts(features["id"], _word, missing="null")]
    parts += [',"geometry":', _geometries(features.geometry.to_numpy()), ',"properties":{']
    between = ""
    for name in features.columns:
        if name not in ("id", geometry):
            key = json.dumps(str(name), ensure_ascii=False)
            parts += [f"{between}{key}:", column_texts(features[name], _word, missing="null")]
            between = ","
    return side_by_side(*parts, "}}" + _BETWEEN.decode())


def _word(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def _geometries(shapes: NDArray[np.object_]) -> pa.Array:
    import pyarrow as pa
    import shapely

    from hotspot.analysis.shapes import turned
    from hotspot.crs import DECIMALS

    points = shapely.get_coordinates(shapes)
    rounded = np.round(points, DECIMALS) + 0.0
    if not np.array_equal(points, rounded):
        shapes = np.asarray(shapely.transform(shapes, lambda points: np.round(points, DECIMALS) + 0.0))
    return pa.array(shapely.to_geojson(turned(shapes)), pa.large_string()).fill_null("null")
