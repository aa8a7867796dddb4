"""The features of one collection, cut once from its document and never encoded again."""

from __future__ import annotations

import json
import re
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from hotspot.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from hotspot.ogc.query import Span

_ID = re.compile(rb'"id":(-?\d+)')


class Features:
    """The features of one collection: encoded, with an index of where each lies."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.lines = tuple(lines)
        self.etag = blake2b(b"\n".join(self.lines), digest_size=10).hexdigest()
        self.size = sum(map(len, self.lines))

    def __len__(self) -> int:
        return len(self.lines)

    def get(self, number: int) -> bytes:
        """Return the feature of that id, encoded."""
        place = self._places.get(number)
        if place is None:
            msg = f"There is no feature {number} in this collection. It has {len(self)}."
            raise NotFoundError(msg)
        return self.lines[place]

    def inside(self, boxes: Sequence[tuple[float, float, float, float]]) -> NDArray[np.bool_]:
        """Which features touch one of the boxes; those without geometry always do."""
        import numpy as np
        import shapely

        shapes, tree, nowhere = self._index
        found = nowhere.copy()
        for box in boxes:
            found[tree.query(shapely.box(*box), predicate="intersects")] = True
        return found if len(shapes) else np.zeros(0, dtype=bool)

    def equal(self, name: str, value: Any) -> NDArray[np.bool_]:
        """Which features have exactly that value."""
        import numpy as np

        return np.fromiter((p.get(name) == value for p in self.properties), dtype=bool, count=len(self))

    def during(self, name: str, span: Span) -> NDArray[np.bool_]:
        """Which features' day meets the span; those without a day always do."""
        import numpy as np

        texts = (p.get(name) for p in self.properties)
        return np.fromiter((text is None or span.meets(text) for text in texts), dtype=bool, count=len(self))

    @cached_property
    def properties(self) -> tuple[Mapping[str, Any], ...]:
        """The properties of each feature, decoded when first asked for."""
        return tuple(json.loads(line)["properties"] for line in self.lines)

    @cached_property
    def bbox(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; ``None`` without geometry."""
        import shapely

        shapes, _, nowhere = self._index
        if nowhere.all():
            return None
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        return west, south, east, north

    @cached_property
    def _places(self) -> dict[int, int]:
        # The id stands before geometry and properties in every line of ours.
        found = (_ID.search(line) for line in self.lines)
        return {int(match[1]): place for place, match in enumerate(found) if match}

    @cached_property
    def _index(self) -> tuple[NDArray[np.object_], shapely.STRtree, NDArray[np.bool_]]:
        # Not at the head: the first page needs neither, and they take as long as all of Flask.
        import numpy as np
        import shapely

        texts = np.array([line.decode() for line in self.lines], dtype=object)
        shapes = shapely.from_geojson(texts, on_invalid="ignore")
        # A feature whose geometry is null reads as an empty collection.
        nowhere = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes), dtype=bool)
        return shapes, shapely.STRtree(shapes), nowhere
