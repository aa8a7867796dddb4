"""Encoded features as columns and shapes: read from their lines once, when first asked for."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from hotspot.ogc.collection import CRS84
from hotspot.ogc.moments import bounds, naive

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from hotspot.ogc.boxes import Box
    from hotspot.ogc.moments import Span

_GEOMETRY: Final = b'"geometry":'
_PROPERTIES: Final = b',"properties":'
_NUMBERS: Final = ("integer", "number")


class Table:
    """The properties of encoded features by column, their shapes, and an index of where each lies.

    Parameters
    ----------
    lines
        One feature each: id, then geometry, then properties, as this product writes them.
    kinds
        Type of each property; the type of one that is not named shows in its values.
    """

    def __init__(self, lines: Sequence[bytes], *, kinds: Mapping[str, str] | None = None) -> None:
        self._lines = lines
        self._kinds = kinds or {}
        self._texts: dict[str, list[bytes]] = {}
        self._ranks: dict[str, NDArray[np.intp]] = {}
        self._days: dict[str, tuple[NDArray[np.datetime64], NDArray[np.datetime64]]] = {}
        self._geometries: dict[str, list[bytes]] = {}
        self.size = 0
        """About how many bytes are held besides the lines."""

    def __len__(self) -> int:
        return len(self._lines)

    def values(self, name: str) -> NDArray[Any]:
        """Return one property of every feature: numbers as float64 with NaN, else objects with None."""
        if name not in self._values:
            return self._column(name, [None] * len(self._lines))
        return self._values[name]

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The geometry of every feature in CRS84; None where there is none."""
        # Not at the head: the first page needs neither, and they take as long as all of Flask.
        import numpy as np
        import shapely

        cut = zip(self._lines, self._cuts, strict=True)
        texts = np.array([line[start:end].decode() for line, (start, end) in cut], dtype=object)
        texts[texts == "null"] = None
        shapes = np.asarray(shapely.from_geojson(texts, on_invalid="ignore"), dtype=object).reshape(
            len(texts)
        )
        shapes[shapely.is_empty(shapes)] = None
        # With its place in the tree.
        self.size += 200 * len(self) + 16 * int(shapely.count_coordinates(shapes))
        return shapes

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index of the shapes; those that are missing are in no answer of it."""
        import shapely

        return shapely.STRtree(self.shapes)

    @cached_property
    def nowhere(self) -> NDArray[np.bool_]:
        """Which features have no geometry."""
        import numpy as np
        import shapely

        return np.asarray(shapely.is_missing(self.shapes), dtype=bool)

    @cached_property
    def bbox(self) -> Box | None:
        """West, south, east, north in degrees; None without geometry."""
        import shapely

        if self.nowhere.all():
            return None
        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return west, south, east, north

    def inside(self, boxes: Sequence[Box], *, projected: tuple[str, Box] | None = None) -> NDArray[np.bool_]:
        """Which features touch one of the boxes; those without geometry always do (17-069r4, 7.15.3).

        Parameters
        ----------
        boxes
            In degrees.
        projected
            A box in the metres of a CRS that decides among the features the others touch.
        """
        import numpy as np
        import shapely

        found = np.zeros(len(self._lines), dtype=bool)
        for box in boxes:
            found[self.tree.query(shapely.box(*box), predicate="intersects")] = True
        if projected is not None:
            from hotspot.ogc import reproject

            crs, box = projected
            near = np.flatnonzero(found)
            found[near] = shapely.intersects(reproject.shapes(self.shapes[near], crs), shapely.box(*box))
        return found | self.nowhere

    def equal(self, name: str, value: Any) -> NDArray[np.bool_]:
        """Which features have exactly that value."""
        import numpy as np

        return np.asarray(self.values(name) == value, dtype=bool)

    def during(self, name: str, span: Span) -> NDArray[np.bool_]:
        """Which features' day meets the span; those without a day always do (17-069r4, 7.15.4)."""
        import numpy as np

        starts, ends = self.moments(name)
        meets = (starts <= np.datetime64(naive(span.end))) & (ends >= np.datetime64(naive(span.start)))
        return np.asarray(meets | np.isnat(starts), dtype=bool)

    def moments(self, name: str) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
        """Return the first and last moment of each feature's day, datetime64[us] in UTC; NaT without one."""
        if name not in self._days:
            import numpy as np

            texts = self.values(name).tolist()
            known = {text: tuple(map(naive, bounds(text))) for text in set(texts) if isinstance(text, str)}
            both = np.array([known.get(text, (None, None)) for text in texts], dtype="datetime64[us]")
            starts, ends = both.reshape(-1, 2).T.copy()
            self._days[name] = starts, ends
            self.size += starts.nbytes + ends.nbytes
        return self._days[name]

    def order(self, keys: Sequence[tuple[str, bool]]) -> NDArray[np.intp]:
        """Return the places of all features sorted by properties, the first key first; missing ones last."""
        import numpy as np

        columns = []
        for name, descending in keys:
            ranks = self._ranks_of(name)
            # Missing values have the rank -1.
            columns.append(np.where(ranks < 0, len(self._lines), -ranks if descending else ranks))
        return np.lexsort(columns[::-1])

    def encoded(
        self,
        places: Sequence[int],
        *,
        keep: Sequence[str] | None = None,
        geometry: bool = True,
        crs: str = CRS84,
    ) -> list[bytes]:
        """Return features with some of their properties, without geometry, or in another CRS."""
        lines, cuts = self._lines, self._cuts
        heads = [lines[i][: cuts[i][0]] for i in places]
        if not geometry:
            shapes = [b"null"] * len(heads)
        elif crs == CRS84:
            shapes = [lines[i][cuts[i][0] : cuts[i][1]] for i in places]
        else:
            held = self._geometries_in(crs)
            shapes = [held[i] for i in places]
        tails = [lines[i][cuts[i][1] :] for i in places] if keep is None else self._tails(places, keep)
        return list(map(b"".join, zip(heads, shapes, tails, strict=True)))

    def _tails(self, places: Sequence[int], keep: Sequence[str]) -> list[bytes]:
        missing = [name for name in keep if name not in self._texts]
        if missing:
            rows = self._rows()
            for name in missing:
                key = json.dumps(name, ensure_ascii=False)
                self._texts[name] = [f"{key}:{_text(row.get(name))}".encode() for row in rows]
                self.size += sum(map(len, self._texts[name]))
        columns = [self._texts[name] for name in keep]
        begin, finish = _PROPERTIES + b"{", b"}}"
        return [begin + b",".join([column[i] for column in columns]) + finish for i in places]

    def _geometries_in(self, crs: str) -> list[bytes]:
        if crs not in self._geometries:
            from hotspot.ogc import reproject

            self._geometries[crs] = reproject.encoded(self.shapes, crs)
            self.size += sum(map(len, self._geometries[crs]))
        return self._geometries[crs]

    @cached_property
    def _cuts(self) -> list[tuple[int, int]]:
        """Where the geometry of each line begins and ends: it holds no text, so the next key is found."""
        cuts = []
        for line in self._lines:
            start = line.index(_GEOMETRY) + len(_GEOMETRY)
            cuts.append((start, line.index(_PROPERTIES, start)))
        return cuts

    def _rows(self) -> list[dict[str, Any]]:
        skip = len(_PROPERTIES)
        texts = [line[end + skip : -1] for line, (_, end) in zip(self._lines, self._cuts, strict=True)]
        rows: list[dict[str, Any]] = json.loads(b"[" + b",".join(texts) + b"]")
        return rows

    @cached_property
    def _values(self) -> dict[str, NDArray[Any]]:
        rows = self._rows()
        names = list(dict.fromkeys([*self._kinds, *(rows[0] if rows else ())]))
        self.size += 8 * len(rows) * len(names)
        return {name: self._column(name, [row.get(name) for row in rows]) for name in names}

    def _column(self, name: str, given: list[Any]) -> NDArray[Any]:
        import numpy as np

        if self._kinds.get(name, _kind(given)) in _NUMBERS:
            return np.array([np.nan if value is None else value for value in given], dtype=np.float64)
        # Texts come again and again: one object for each that is the same.
        same: dict[Any, Any] = {}
        column = np.empty(len(given), dtype=object)
        column[:] = [same.setdefault(value, value) for value in given]
        return column

    def _ranks_of(self, name: str) -> NDArray[np.intp]:
        """Return the rank of each value among the others from 0; -1 where it is missing."""
        if name not in self._ranks:
            import numpy as np

            values = self.values(name)
            there = ~np.isnan(values) if values.dtype == np.float64 else values != None  # noqa: E711
            ranks = np.full(len(values), -1, dtype=np.intp)
            ranks[there] = np.unique(values[there], return_inverse=True)[1]
            self._ranks[name] = ranks
            self.size += ranks.nbytes
        return self._ranks[name]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kind(values: Iterable[Any]) -> str:
    """Return the type that values show where nothing is said of it."""
    kinds = {type(value) for value in values} - {type(None)}
    return "number" if kinds and kinds <= {int, float} else "string"
