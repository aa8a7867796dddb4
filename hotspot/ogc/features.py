"""The features of one collection, cut once from its document and never encoded again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from hotspot.errors import NotFoundError
from hotspot.ogc.collection import CRS84
from hotspot.ogc.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hotspot.analysis.methods import Field
    from hotspot.ogc.query import Query

_ID = re.compile(rb'"id":(-?\d+)')


@dataclass(frozen=True)
class Found:
    """The features of one page, each encoded, and how many the whole answer has."""

    lines: Sequence[bytes]
    matched: int


class Source(Protocol):
    """What the doors ask for features: of a document that is kept, or of rows in the store."""

    @property
    def etag(self) -> str:
        """Letters that change with the features."""

    def found(self, query: Query) -> Found:
        """Return one page of the features that a query is for."""

    def get(self, number: int, *, crs: str = CRS84) -> bytes:
        """Return the feature of that id, encoded, or raise `NotFoundError`."""


class Features:
    """The features of one collection: encoded, and as columns and shapes to look among them."""

    def __init__(self, lines: Sequence[bytes], *, fields: Sequence[Field] = ()) -> None:
        self.lines = tuple(lines)
        self.etag = blake2b(b"\n".join(self.lines), digest_size=10).hexdigest()
        self.columns = Table(self.lines, kinds={f.name: f.type for f in fields})
        self._weight = sum(map(len, self.lines))

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def size(self) -> int:
        """Bytes held, with what was made of the lines since."""
        return self._weight + self.columns.size

    def found(self, query: Query) -> Found:
        """Return one page of the features that a query is for."""
        places = self._matching(query)
        page = places[query.offset : query.offset + query.limit]
        chosen = page if isinstance(page, range) else page.tolist()
        return Found(self._encoded(chosen, query), len(places))

    def get(self, number: int, *, crs: str = CRS84) -> bytes:
        """Return the feature of that id, encoded."""
        place = self._places.get(number)
        if place is None:
            msg = f"There is no feature {number} in this collection. It has {len(self)}."
            raise NotFoundError(msg)
        return self.lines[place] if crs == CRS84 else self.columns.encoded([place], crs=crs)[0]

    @property
    def properties(self) -> list[Mapping[str, Any]]:
        """The properties of each feature, decoded now."""
        return [json.loads(line)["properties"] for line in self.lines]

    @property
    def ids(self) -> tuple[int, ...]:
        """The id of each feature."""
        return tuple(self._places)

    @property
    def bbox(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; ``None`` without geometry."""
        return self.columns.bbox

    @cached_property
    def _places(self) -> dict[int, int]:
        # The id stands before geometry and properties in every line of ours.
        found = (_ID.search(line) for line in self.lines)
        return {int(match[1]): place for place, match in enumerate(found) if match}

    def _matching(self, query: Query) -> range | NDArray[np.intp]:
        """Places of the features a query is for, in the order it wants."""
        masks = self._masks(query)
        if not masks and not query.sort:
            return range(len(self))
        import numpy as np

        order = self.columns.order(query.sort) if query.sort else None
        if not masks:
            return np.arange(0) if order is None else order
        mask = np.logical_and.reduce(masks)
        return np.flatnonzero(mask) if order is None else order[mask[order]]

    def _masks(self, query: Query) -> list[NDArray[np.bool_]]:
        masks = [self.columns.equal(name, value) for name, value in query.equal]
        if query.boxes:
            masks.append(self.columns.inside(query.boxes, projected=query.projected))
        if query.span is not None and query.day:
            masks.append(self.columns.during(query.day, query.span))
        if query.where is not None:
            masks.append(query.where.mask(self.columns))
        return masks

    def _encoded(self, places: Sequence[int], query: Query) -> Sequence[bytes]:
        if query.keep is None and query.geometry and query.crs == CRS84:
            if isinstance(places, range):
                return self.lines[places.start : places.stop]
            return [self.lines[place] for place in places]
        return self.columns.encoded(places, keep=query.keep, geometry=query.geometry, crs=query.crs)
