"""A layer as GeoJSON (RFC 7946): each feature encoded once, then only joined.

The encoded collection holds one feature a line, so the web process cuts it into
features without parsing it and without pandas.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from hotspot.analysis.layer import Layer

_OPEN = b'"features":[\n'
_BETWEEN = b",\n"
_CLOSE = b"\n]}\n"


def encode_features(layer: Layer) -> list[bytes]:
    """Return one compact GeoJSON feature for each feature of the layer, in its order.

    The integer column ``id`` becomes the feature's id and stays no property.
    Outer rings run anticlockwise, coordinates have 6 decimals, a missing value
    is ``null``. A layer without features gives an empty list.
    """
    features = layer.features
    columns = [name for name in features.columns if name not in ("id", features.geometry.name)]
    texts = [_values(features[name]) for name in columns]
    keys = [json.dumps(str(name), ensure_ascii=False) for name in columns]
    ids = features["id"].astype("int64").tolist()
    shapes = _geometries(features.geometry.to_numpy())
    rows = zip(*texts, strict=True) if texts else ([] for _ in ids)
    return [
        (
            f'{{"type":"Feature","id":{number},"geometry":{shape},"properties":{{'
            + ",".join([f"{key}:{value}" for key, value in zip(keys, row, strict=True)])
            + "}}"
        ).encode()
        for number, shape, row in zip(ids, shapes, rows, strict=True)
    ]


def feature_collection(features: Sequence[bytes], *, head: Mapping[str, Any] | None = None) -> bytes:
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
    """Return the whole layer as one GeoJSON document with its title and summary at the head."""
    head = {"name": layer.title, "id": layer.id, "summary": plain(layer.summary)}
    return feature_collection(encode_features(layer), head=head)


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


def _geometries(shapes: Any) -> list[str]:
    import shapely

    from hotspot.crs import DECIMALS

    rounded = shapely.transform(shapes, lambda points: np.round(points, DECIMALS) + 0.0)
    texts = shapely.to_geojson(shapely.orient_polygons(rounded))
    return ["null" if text is None else text for text in texts.tolist()]


def _values(column: pd.Series[Any]) -> list[str]:
    import pandas as pd

    kind = column.dtype
    missing = column.isna().to_numpy()
    if pd.api.types.is_bool_dtype(kind):
        texts = ["true" if value else "false" for value in column.fillna(False)]
    elif pd.api.types.is_integer_dtype(kind):
        texts = [str(value) for value in column.fillna(0).tolist()]
    elif pd.api.types.is_float_dtype(kind):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        missing = ~np.isfinite(values)
        texts = [repr(value) for value in values.tolist()]
    else:
        texts = _words(column)
    return ["null" if gone else text for gone, text in zip(missing.tolist(), texts, strict=True)]


def _words(column: pd.Series[Any]) -> list[str]:
    import pandas as pd

    # Districts and offences repeat: each different value is encoded once.
    codes, different = pd.factorize(column)
    encoded = [json.dumps(plain(value), ensure_ascii=False) for value in different]
    return [encoded[code] if code >= 0 else "null" for code in codes.tolist()]
