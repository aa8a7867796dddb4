"""The features of a tile as bytes (MVT 2.1, 4): all their numbers laid out first, then written at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.ogc.tile_matrix import EXTENT
from hotspot.ogc.varints import places, sizes, varints

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.ogc.tile_rings import Commands
    from hotspot.ogc.tile_values import Values
    from hotspot.ogc.varints import Unsigned

_VERSION_NUMBER: Final = 2
_POLYGON: Final = 3
_LAYER, _NAME, _EXTENT, _VERSION = 0x1A, 0x0A, 0x28, 0x78
_FEATURE, _ID, _TAGS, _TYPE, _GEOMETRY = 0x12, 0x08, 0x12, 0x18, 0x22


def layer(
    name: str, *, ids: NDArray[np.uint64], rows: NDArray[np.int64], values: Values, drawn: Commands
) -> bytes:
    """Return a tile of one layer.

    Parameters
    ----------
    ids
        Of the features that are drawn, in their order.
    rows
        Where these lie among all whose ``values`` are given.
    """
    tags, counts, said = values.of(rows)
    title = name.encode()
    head = _written(_VERSION, _VERSION_NUMBER, _NAME, len(title)) + title
    parts = [head, _features(ids, tags, counts, drawn), values.keys, said, _written(_EXTENT, EXTENT)]
    body = b"".join(parts)
    return _written(_LAYER, len(body)) + body


def _features(
    ids: NDArray[np.uint64], tags: NDArray[np.uint32], tag_counts: NDArray[np.int64], drawn: Commands
) -> bytes:
    tag_bytes = _bytes_of(tags, tag_counts)
    geometry_bytes = _bytes_of(drawn.numbers, drawn.counts)
    # Five of one byte each: the four fields' numbers and the type.
    body = 5 + sizes(ids) + sizes(tag_bytes) + tag_bytes + sizes(geometry_bytes) + geometry_bytes
    counts = 10 + tag_counts + drawn.counts
    head = np.cumsum(counts) - counts
    # Only ids may take more than 32 bits; half the memory where they do not.
    kind = np.uint64 if ids.max(initial=0) >> 32 else np.uint32
    numbers: Unsigned = np.empty(int(counts.sum()), dtype=kind)
    _lay(numbers, head, _FEATURE, body, _ID, ids, _TAGS, tag_bytes)
    numbers[places(head + 6, tag_counts)] = tags
    after = head + 6 + tag_counts
    _lay(numbers, after, _TYPE, _POLYGON, _GEOMETRY, geometry_bytes)
    numbers[places(after + 4, drawn.counts)] = drawn.numbers
    return varints(numbers).tobytes()


def _lay(numbers: Unsigned, head: NDArray[np.int64], *given: ArrayLike) -> None:
    """Write one number after the other from each head on."""
    for offset, each in enumerate(given):
        numbers[head + offset] = each


def _bytes_of(numbers: NDArray[np.uint32], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many bytes the numbers of each feature take."""
    total = np.concatenate([[0], np.cumsum(sizes(numbers))])
    ends = np.cumsum(counts)
    found: NDArray[np.int64] = total[ends] - total[ends - counts]
    return found


def _written(*numbers: int) -> bytes:
    return varints(numbers).tobytes()
