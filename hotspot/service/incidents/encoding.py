"""Rows of incidents as GeoJSON features and as lines of CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from hotspot.service.store.schema import EPOCH
from hotspot.spreadsheets import formula_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from zoneinfo import ZoneInfo

    from hotspot.service.incidents.properties import Kind, Property

    Row = Sequence[Any]
    """Number, x, y (both ``None`` without a place), then the properties."""

DEGREES: Final = 6
"""Decimals of published degrees: 0.11 m."""


class Moments:
    """Microseconds since 1970 UTC as RFC 3339 in a time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def __call__(self, microseconds: int) -> str:
        """Return the moment, in UTC where the zone cannot tell it in whole minutes or at all.

        >>> from zoneinfo import ZoneInfo
        >>> Moments(ZoneInfo("America/Belize"))(1_772_323_200_000_000)
        '2026-02-28T18:00:00-06:00'
        """
        moment = EPOCH + timedelta(microseconds=microseconds)
        try:
            text = moment.astimezone(self._zone).isoformat()
        except OverflowError:
            text = ""
        # Before standard time a zone was minutes and seconds away; RFC 3339 has no seconds there.
        return text if text[-6:-5] in ("+", "-") and text[-3:-2] == ":" else _in_utc(moment.isoformat())


def _in_utc(text: str) -> str:
    return text.removesuffix("+00:00") + "Z"


class Kept(dict[Any, str]):
    """What a function said of each value, asked once: most texts of incidents repeat."""

    def __init__(self, say: Callable[[Any], str], *, most: int = 50_000) -> None:
        super().__init__()
        self._say = say
        self._most = most

    def __missing__(self, value: Any) -> str:
        said = self._say(value)
        if len(self) < self._most:
            self[value] = said
        return said


class GeoJSON:
    """Rows as features, one a line of bytes, each with the properties given: column by column."""

    def __init__(
        self,
        properties: Sequence[Property],
        *,
        zone: ZoneInfo,
        geometry: bool = True,
        decimals: int = DEGREES,
    ) -> None:
        self._geometry = geometry
        self._decimals = decimals
        moments = Moments(zone)
        says: dict[Kind, Callable[[Any], str]] = {
            "text": Kept(_quoted).__getitem__,
            "number": repr,
            "moment": lambda value: f'"{moments(value)}"',
        }
        self._says = [says[each.kind] for each in properties]
        told = ",".join(f"{_quoted(each.name)}:%s" for each in properties)
        self._template = f'{{"type":"Feature","id":%d,"geometry":%s,"properties":{{{told}}}}}'

    def lines(self, rows: Sequence[Row]) -> list[bytes]:
        """Return each row as a feature."""
        if not rows:
            return []
        numbers, x, y, *columns = zip(*rows, strict=True)
        told = [
            ["null" if value is None else say(value) for value in column]
            for say, column in zip(self._says, columns, strict=True)
        ]
        features = map(self._template.__mod__, zip(numbers, self._places(x, y), *told, strict=True))
        # No feature has a line break in it: JSON writes one as two letters.
        return "\n".join(features).encode().split(b"\n")

    def _places(self, x: Sequence[float | None], y: Sequence[float | None]) -> list[str]:
        if not self._geometry:
            return ["null"] * len(x)
        decimals = self._decimals
        return [
            "null"
            if east is None or north is None
            else f'{{"type":"Point","coordinates":[{round(east, decimals)},{round(north, decimals)}]}}'
            for east, north in zip(x, y, strict=True)
        ]


class CSV:
    """Rows as lines of CSV that a spreadsheet shows and never calculates."""

    def __init__(self, properties: Sequence[Property], *, zone: ZoneInfo) -> None:
        self._names = ("id", "lon", "lat", *(each.name for each in properties))
        safe = Kept(formula_safe)
        moments = Moments(zone)
        says: dict[Kind, Callable[[Any], Any]] = {
            "text": safe.__getitem__,
            "number": lambda value: value,
            "moment": moments,
        }
        self._says = [says[each.kind] for each in properties]

    def head(self) -> bytes:
        """Return the names of the columns, after the mark by which Excel knows UTF-8."""
        return self._written([self._names]).encode("utf-8-sig")

    def lines(self, rows: Iterable[Row]) -> bytes:
        """Return each row as a line."""
        return self._written(map(self._cells, rows)).encode()

    def _cells(self, row: Row) -> list[Any]:
        number, lon, lat, *values = row
        place = (None, None) if lon is None else (round(lon, DEGREES), round(lat, DEGREES))
        told = (None if v is None else say(v) for say, v in zip(self._says, values, strict=True))
        return [number, *place, *told]

    @staticmethod
    def _written(rows: Iterable[Sequence[Any]]) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        return out.getvalue()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
