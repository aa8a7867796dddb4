"""Vector tiles of one collection (Mapbox Vector Tile 2.1) in WebMercatorQuad, cut from its features.

Each feature keeps its id and its attributes with their types. It is drawn on the
tile's grid of 4,096 squares a side; what is smaller than a square is drawn as one,
and of several features in the same square the one with the most incidents stands
for all. So a tile far out stays small and still shows where a layer is.

Measured on 10,000 cells in one tile beside ``mapbox-vector-tile``, which goes
through each feature and corner in Python: see ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot.ogc.tile_matrix import EXTENT
from hotspot.ogc.tile_rings import Commands, commands
from hotspot.ogc.tile_values import encode
from hotspot.ogc.varints import places, sizes, varints

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from hotspot.analysis.methods import Field
    from hotspot.ogc.tile_matrix import Tile
    from hotspot.ogc.tile_values import Values

BUFFER: Final = 64
"""Squares of the grid that a tile shows beyond each side, so that outlines go on over it: 4 pixels of 256."""

_NEAR_THE_POLE: Final = 89.9
_COMMON_WEIGHT: Final = "incidents"
_POLYGON: Final = 3
_FEATURE, _ID, _TAGS, _TYPE, _GEOMETRY = 0x12, 0x08, 0x12, 0x18, 0x22
_LAYER, _NAME, _SIZE, _VERSION = 0x1A, 0x0A, 0x28, 0x78


@dataclass(frozen=True, eq=False)
class Tileset:
    """What all tiles of a collection are cut from; made once, by `tileset`.

    Attributes
    ----------
    ids, weights
        Of each feature; the heaviest stands for those it shares a square with.
    shapes
        In units of the world: 0 to 1 from west to east and from north to south.
    bounds
        West, north, east, south of each shape, shape (n_features, 4).
    values
        The attributes.
    """

    ids: NDArray[np.uint64]
    weights: NDArray[np.float64]
    shapes: NDArray[np.object_]
    bounds: NDArray[np.float64]
    values: Values

    @property
    def size(self) -> int:
        """Bytes held, about."""
        corners = int(shapely.get_num_coordinates(self.shapes).sum())
        return 16 * corners + 200 * len(self.shapes) + self.bounds.nbytes + self.values.size

    def tile(self, tile: Tile, *, name: str) -> bytes:
        """Return one tile, its layer named so; no bytes where the collection has nothing.

        Examples
        --------
        >>> from hotspot.ogc.tile_matrix import read
        >>> of = tileset([], ids=[1], shapes=[shapely.box(-89, 17, -88, 18)], column=dict().get)
        >>> len(of.tile(read("5", "14", "8"), name="one")), of.tile(read("5", "0", "0"), name="one")
        (38, b'')
        """
        scale = EXTENT * 2.0**tile.level
        corner = EXTENT * np.array([tile.column, tile.row], dtype=np.float64)
        bounds = self.bounds * scale - np.tile(corner, 2)
        low, high = bounds[:, :2], bounds[:, 2:]
        # A shape without corners has NaN for bounds and is never met.
        meets = ((low <= EXTENT + BUFFER) & (high >= -BUFFER)).all(axis=1)
        rows = self._thinned(np.flatnonzero(meets), bounds)
        if not len(rows):
            return b""
        drawn = _drawn(self._cut(rows, bounds[rows], scale, corner), bounds[rows])
        return self._layer(rows[drawn.of], drawn, name) if len(drawn.of) else b""

    def _thinned(self, rows: NDArray[np.int64], bounds: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the rows without those whose square a heavier one stands for."""
        met = bounds[rows]
        small = (met[:, 2:] - met[:, :2] < 1).all(axis=1)
        if small.sum() < 2:
            return rows
        squares = np.floor((met[small, :2] + met[small, 2:]) / 2)
        heaviest_first = np.lexsort([rows[small], -self.weights[rows[small]]])
        _, first = np.unique(squares[heaviest_first], axis=0, return_index=True)
        stays = np.logical_not(small)
        stays[np.flatnonzero(small)[heaviest_first[first]]] = True
        return rows[stays]

    def _cut(
        self, rows: NDArray[np.int64], bounds: NDArray[np.float64], scale: float, corner: NDArray[np.float64]
    ) -> NDArray[np.object_]:
        """Return the shapes in squares of the tile's grid, without what lies beyond its buffer."""
        shapes = np.asarray(shapely.transform(self.shapes[rows], lambda points: points * scale - corner))
        low, high = bounds[:, :2], bounds[:, 2:]
        thin = (high - low < 1).any(axis=1)
        if thin.any():
            shapes[thin] = _squares(low[thin], high[thin])
        beyond = _beyond(bounds)
        if beyond.any():
            frame = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
            shapes[beyond] = shapely.intersection(shapes[beyond], frame)
        return shapes

    def _layer(self, rows: NDArray[np.int64], drawn: Commands, name: str) -> bytes:
        tags, tag_counts, values = self.values.of(rows)
        features = _features(self.ids[rows], tags, tag_counts, drawn)
        title = name.encode()
        layer = b"".join(
            [
                _varint(_VERSION, 2, _NAME, len(title)),
                title,
                features,
                self.values.keys,
                values,
                _varint(_SIZE, EXTENT),
            ]
        )
        return _varint(_LAYER, len(layer)) + layer


def tileset(
    fields: Sequence[Field],
    *,
    ids: Sequence[int] | NDArray[np.int64],
    shapes: Sequence[Any] | NDArray[np.object_],
    column: Callable[[str], NDArray[Any]],
) -> Tileset:
    """Return what tiles are cut from.

    Parameters
    ----------
    fields
        The attributes that the tiles carry, in this order.
    ids
        Of each feature, not negative.
    shapes
        Polygons in degrees; what is missing is in no tile.
    column
        Returns the values of a field, as `hotspot.ogc.tile_values.encode` takes them.
    """
    world = np.asarray(shapely.transform(np.asarray(shapes, dtype=object), _to_world))
    named = [field.name for field in fields]
    weights = np.zeros(len(world))
    if _COMMON_WEIGHT in named:
        weights = np.nan_to_num(column(_COMMON_WEIGHT).astype(np.float64))
    return Tileset(
        ids=np.asarray(ids, dtype=np.uint64),
        weights=weights,
        shapes=world,
        bounds=shapely.bounds(world),
        values=encode(fields, column, n_features=len(world)),
    )


def _to_world(points: NDArray[np.float64]) -> NDArray[np.float64]:
    north = np.radians(np.clip(points[:, 1], -_NEAR_THE_POLE, _NEAR_THE_POLE))
    across = (points[:, 0] + 180) / 360
    return np.column_stack([across, (1 - np.arcsinh(np.tan(north)) / np.pi) / 2])


def _drawn(shapes: NDArray[np.object_], bounds: NDArray[np.float64]) -> Commands:
    """Return what draws the shapes; a whole one that rounding leaves nothing of is drawn as one square."""
    drawn = commands(shapes)
    left = ~_beyond(bounds)
    left[drawn.of] = False
    lost = np.flatnonzero(left)
    if not len(lost):
        return drawn
    middle = (bounds[lost, :2] + bounds[lost, 2:]) / 2
    squares = commands(_squares(middle, middle))
    return Commands(
        np.concatenate([drawn.of, lost]),
        np.concatenate([drawn.numbers, squares.numbers]),
        np.concatenate([drawn.counts, squares.counts]),
    )


def _beyond(bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which shapes reach over the tile and its buffer."""
    over = (bounds[:, :2] < -BUFFER) | (bounds[:, 2:] > EXTENT + BUFFER)
    return np.asarray(over.any(axis=1))


def _squares(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return boxes on the grid about what is thinner than a square: at least one square each way."""
    start, end = np.rint(low), np.rint(high)
    narrow = high - low < 1
    start = np.where(narrow, np.floor((low + high) / 2), start)
    end = np.where(narrow, start + 1, end)
    return np.asarray(shapely.box(start[:, 0], start[:, 1], end[:, 0], end[:, 1]))


def _features(
    ids: NDArray[np.uint64], tags: NDArray[np.uint64], tag_counts: NDArray[np.int64], drawn: Commands
) -> bytes:
    """Return the features of a layer: all their numbers laid out first, then written at once."""
    tag_bytes = _bytes_of(tags, tag_counts)
    geometry_bytes = _bytes_of(drawn.numbers, drawn.counts)
    # Five of one byte each: the four tags and the type.
    body = 5 + sizes(ids) + sizes(tag_bytes) + tag_bytes + sizes(geometry_bytes) + geometry_bytes
    counts = 10 + tag_counts + drawn.counts
    head = np.cumsum(counts) - counts
    numbers = np.empty(int(counts.sum()), dtype=np.uint64)
    _lay(numbers, head, _FEATURE, body, _ID, ids, _TAGS, tag_bytes)
    numbers[places(head + 6, tag_counts)] = tags
    after = head + 6 + tag_counts
    _lay(numbers, after, _TYPE, _POLYGON, _GEOMETRY, geometry_bytes)
    numbers[places(after + 4, drawn.counts)] = drawn.numbers
    return varints(numbers).tobytes()


def _lay(numbers: NDArray[np.uint64], head: NDArray[np.int64], *given: ArrayLike) -> None:
    """Write one number after the other from each head on."""
    for offset, each in enumerate(given):
        numbers[head + offset] = each


def _bytes_of(numbers: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many bytes the numbers of each feature take."""
    total = np.concatenate([[0], np.cumsum(sizes(numbers))])
    ends = np.cumsum(counts)
    found: NDArray[np.int64] = total[ends] - total[ends - counts]
    return found


def _varint(*numbers: int) -> bytes:
    return varints(numbers).tobytes()
