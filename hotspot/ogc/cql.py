"""Filters in CQL2 text (OGC 21-065r2): read once into a typed tree, then asked of columns.

>>> from hotspot.analysis.methods import Field
>>> fields = (Field("incidents", "integer", "Incidents"), Field("district", "string", "District"))
>>> read("incidents >= 5 AND district LIKE 'B%'", fields=fields).tree.parts[1]
Like(value=Property(name='district', kind='text'), pattern='B%')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from hotspot.ogc.collection import CRS84
from hotspot.ogc.cql_bind import bind
from hotspot.ogc.cql_text import parse
from hotspot.ogc.cql_tree import GEOMETRY
from hotspot.ogc.query import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from hotspot.analysis.methods import Field
    from hotspot.ogc.cql_tree import Kind, Node


class Columns(Protocol):
    """The values of some features, column by column, all in one order."""

    def __len__(self) -> int:
        """How many features there are."""
        ...

    def values(self, name: str) -> NDArray[Any]:
        """Numbers as float64, NaN where missing; texts and truth values as objects, None where missing."""
        ...

    def moments(self, name: str) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
        """First and last moment of each value, datetime64[us] in UTC, NaT where missing."""
        ...

    @property
    def shapes(self) -> NDArray[np.object_]:
        """Geometries in CRS84; None or an empty one where a feature has none."""
        ...

    @property
    def tree(self) -> shapely.STRtree:
        """An index of ``shapes``."""
        ...


@dataclass(frozen=True)
class Filter:
    """A filter that was read: its names are properties of the collection and its types agree."""

    text: str
    tree: Node

    def mask(self, columns: Columns) -> NDArray[np.bool_]:
        """Which features it is true of, shape (n_features,); where it is unknown, it is not."""
        # Not at the head: the first page needs no NumPy.
        from hotspot.ogc.cql_mask import mask

        return mask(self.tree, columns)


def read(text: str, *, fields: Sequence[Field], crs: str = CRS84) -> Filter:
    """Return the filter, or refuse it (`hotspot.errors.ParameterError`).

    Parameters
    ----------
    fields
        The properties it may ask of; ``geometry`` is one more. Those of `DAYS` tell a time: days go
        from midnight to midnight in UTC, as in ``datetime``.
    crs
        URI of the reference system of the shapes in the text.
    """
    return _read(text, tuple(kinds(fields).items()), crs)


@lru_cache(maxsize=64)
def _read(text: str, named: tuple[tuple[str, Kind], ...], crs: str) -> Filter:
    # Clients page: the same filter is asked again with every page.
    return Filter(text, bind(parse(text), kinds=dict(named), crs=crs))


def kinds(fields: Sequence[Field]) -> dict[str, Kind]:
    """Return what a filter may ask of: the kind of each property by name, and of the geometry."""
    found: dict[str, Kind] = {each.name: _KINDS[each.type] for each in fields}
    found |= {name: "time" for name, kind in found.items() if kind == "text" and name in DAYS}
    return {**found, GEOMETRY: "geometry"}


_KINDS: Final[dict[str, Kind]] = {
    "integer": "number",
    "number": "number",
    "string": "text",
    "boolean": "boolean",
}
