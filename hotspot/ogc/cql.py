"""Filters in CQL2 text (OGC 21-065r2): read once into a typed tree, then asked of columns.

>>> from hotspot.analysis.methods import Field
>>> fields = (Field("incidents", "integer", "Incidents"), Field("district", "string", "District"))
>>> read("incidents >= 5 AND district LIKE 'B%'", fields=fields).names
('incidents', 'district')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from hotspot.errors import ParameterError
from hotspot.ogc.collection import CRS84
from hotspot.ogc.cql_bind import bind
from hotspot.ogc.cql_text import parse
from hotspot.ogc.cql_tree import GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import tzinfo

    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from hotspot.analysis.methods import Field
    from hotspot.ogc.cql_tree import Kind, Node

LANGUAGES: Final = ("cql2-text", "cql-text")
"""What ``filter-lang`` may say; the second is its name in drafts, which GDAL 3.6 sends."""
TIMES: Final = frozenset({"last_incident"})
"""Properties that tell a time, unless said otherwise."""


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
    names: tuple[str, ...]
    """The properties it asks of, each once, in the order they are met."""

    def mask(self, columns: Columns) -> NDArray[np.bool_]:
        """Which features it is true of, shape (n_features,); where it is unknown, it is not."""
        # Not at the head: the first page needs no NumPy.
        from hotspot.ogc.cql_mask import mask

        return mask(self.tree, columns)


def read(
    text: str,
    *,
    fields: Sequence[Field],
    lang: str = "cql2-text",
    crs: str = CRS84,
    crs_allowed: Sequence[str] = (CRS84,),
    times: Collection[str] = TIMES,
    zone: tzinfo = UTC,
) -> Filter:
    """Return the filter, or refuse it (`hotspot.errors.ParameterError`) by the parameter at fault.

    Parameters
    ----------
    fields
        The properties it may ask of; ``geometry`` is one more.
    lang
        As ``filter-lang`` says it, one of `LANGUAGES`.
    crs
        As ``filter-crs`` says it: the CRS of the shapes in the text.
    crs_allowed
        What the collection offers of those, as ``Collection.crs``.
    times
        Which fields of type ``string`` tell a time: a day or a moment.
    zone
        Where days are days: a ``DATE`` goes from midnight to midnight there.
    """
    if lang not in LANGUAGES:
        raise ParameterError(
            "filter-lang", f"filter-lang is one of {', '.join(LANGUAGES)}; got {lang[:40]!r}."
        )
    if crs not in crs_allowed:
        msg = f"filter-crs is one of {', '.join(crs_allowed)}; got {crs[:80]!r}."
        raise ParameterError("filter-crs", msg)
    return _read(text, tuple(kinds(fields, times=times).items()), zone, crs)


@lru_cache(maxsize=64)
def _read(text: str, named: tuple[tuple[str, Kind], ...], zone: tzinfo, crs: str) -> Filter:
    # Clients page: the same filter is asked again with every page.
    tree, names = bind(parse(text), kinds=dict(named), zone=zone, crs=crs)
    return Filter(text, tree, names)


def kinds(fields: Sequence[Field], *, times: Collection[str] = TIMES) -> dict[str, Kind]:
    """Return what a filter may ask of: the kind of each property by name, and of the geometry."""
    found: dict[str, Kind] = {each.name: _KINDS[each.type] for each in fields}
    found |= {name: "time" for name, kind in found.items() if kind == "text" and name in times}
    return {**found, GEOMETRY: "geometry"}


_KINDS: Final[dict[str, Kind]] = {
    "integer": "number",
    "number": "number",
    "string": "text",
    "boolean": "boolean",
}
