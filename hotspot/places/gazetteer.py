"""Coordinates of a place by its name, from the places bundled with the package.

No web geocoder is asked: that would tell others where police look.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.places import boundaries
from hotspot.places.districts import DistrictIndex, DistrictNames
from hotspot.places.names import normalise

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

ALIKE: Final = 90.0
"""Least likeness, of 100, of a misspelt name to the one it is taken for."""

_SHORTEST_GUESS: Final = 5
_LONGEST: Final = 200
_MOST_PARTS: Final = 10
_REMEMBERED: Final = 100_000
"""Answers that are kept for the next part of a file."""
_TOWN: Final = re.compile(r" (town|village|city|community)$")


@dataclass(frozen=True)
class Place:
    """A populated place."""

    name: str
    lon: float
    lat: float
    district: str | None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    """What one text came to: a place, several (ambiguous), or none."""

    place: Place | None
    score: float
    ambiguous: bool = False


_NOTHING: Final = _Found(None, np.nan)
_SEVERAL: Final = _Found(None, np.nan, ambiguous=True)


class Gazetteer:
    """The places of a country, by name.

    A name is looked up as written, then among the other names of places, then
    by likeness (rapidfuzz, at least ``ALIKE``); case, accents, "St." or
    "Saint", a last word "Town" do not matter. Of an address, each part between
    commas is tried, the first first; where a part names several places, another
    part may name the district that decides.
    """

    def __init__(
        self, places: Iterable[Place], *, boundary_set: BoundarySet | None = None, country: str = ""
    ) -> None:
        self._country = normalise(country)
        self._districts = DistrictNames(boundary_set) if boundary_set else None
        names = boundary_set.names if boundary_set else ()
        avoid = {normalise(name) for name in names} | {self._country, ""}
        self._by_name: dict[str, list[Place]] = {}
        self._by_other: dict[str, list[Place]] = {}
        for place in places:
            name = normalise(place.name)
            self._by_name.setdefault(name, []).append(place)
            # A district's own name says no more than the district, even where
            # a town in it is also known by that name.
            others = {normalise(other) for other in place.others} | {name.removesuffix(" village")}
            for other in others - avoid - {name}:
                self._by_other.setdefault(other, []).append(place)
        self._spelt: dict[str | None, dict[tuple[str, ...], list[str]]] = {}
        self._answers: dict[tuple[str, str | None], _Found] = {}

    @classmethod
    def of(cls, boundary_set: BoundarySet) -> Gazetteer:
        """Return the places of the country of a boundary set; none when its country is not bundled."""
        if boundary_set.country not in boundaries.index():
            return cls(())
        country = boundaries.index()[boundary_set.country].title
        return cls(_within(boundary_set), boundary_set=boundary_set, country=country)

    def __len__(self) -> int:
        return sum(len(places) for places in self._by_name.values())

    def find(self, places: pd.Series, districts: pd.Series | None = None) -> pd.DataFrame:
        """Return the place each text names, on the same index.

        Parameters
        ----------
        places
            Texts; a missing one finds nothing.
        districts
            District codes: only places of that district are looked at. Where
            missing, a name that stands for several places finds none of them.

        Returns
        -------
        DataFrame
            ``lon``, ``lat``, ``place`` (its name here), ``district``, ``score``
            (100 for a name as written) and ``ambiguous`` (several places have
            the name, and no district decides).
        """
        codes: Iterable[object] = [None] * len(places) if districts is None else districts.tolist()
        asked = [
            (text if isinstance(text, str) else "", code if isinstance(code, str) else None)
            for text, code in zip(places.tolist(), codes, strict=True)
        ]
        if len(self._answers) > _REMEMBERED:
            self._answers.clear()
        for pair in dict.fromkeys(asked):
            if pair not in self._answers:
                self._answers[pair] = self._one(*pair)
        found = [self._answers[pair] for pair in asked]
        hits = [answer.place for answer in found]
        columns = {
            "lon": np.array([hit.lon if hit else np.nan for hit in hits], dtype=np.float64),
            "lat": np.array([hit.lat if hit else np.nan for hit in hits], dtype=np.float64),
            "place": pd.array([hit.name if hit else None for hit in hits], dtype="str"),
            "district": pd.array([hit.district if hit else None for hit in hits], dtype="str"),
            "score": np.array([answer.score for answer in found], dtype=np.float64),
            "ambiguous": np.array([answer.ambiguous for answer in found], dtype=bool),
        }
        return pd.DataFrame(columns, index=places.index)

    def _one(self, text: str, district: str | None) -> _Found:
        parts = _parts(text)
        for look_up in (self._exactly, self._alike):
            for part in parts:
                answer = look_up(part, district)
                if answer.ambiguous and (hint := self._hint(parts, part)):
                    answer = look_up(part, hint)
                if answer.place is not None or answer.ambiguous:
                    return answer
        return _NOTHING

    def _hint(self, parts: list[str], asked: str) -> str | None:
        """Return the district that another part of the text names; the country's name is no hint."""
        if self._districts is None:
            return None
        others = (part for part in parts if part not in {asked, self._country})
        return next((code for part in others if (code := self._districts.one(part))), None)

    def _exactly(self, part: str, district: str | None, score: float = 100.0) -> _Found:
        for spelling in dict.fromkeys((part, _TOWN.sub("", part))):
            for known in (self._by_name, self._by_other):
                held = [p for p in known.get(spelling, ()) if district is None or p.district == district]
                if held:
                    return _Found(held[0], score) if len(held) == 1 else _SEVERAL
        return _NOTHING

    def _alike(self, part: str, district: str | None) -> _Found:
        from rapidfuzz import fuzz, process

        if len(part) < _SHORTEST_GUESS or part in self._by_name or self._names_more(part):
            return _NOTHING
        # A misspelt name is still that name; another number is another place.
        spellings = self._spellings(district).get(_numbers(part), [])
        near = process.extract(part, spellings, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=2)
        if not near:
            return _NOTHING
        answers = [self._exactly(spelling, district, round(score, 1)) for spelling, score, _ in near]
        tie = len(near) > 1 and near[0][1] == near[1][1] and answers[0].place is not answers[1].place
        return _SEVERAL if tie else answers[0]

    def _names_more(self, part: str) -> bool:
        """Whether a text names a district or the country, and so no place."""
        return part == self._country or (
            self._districts is not None and self._districts.one(part) is not None
        )

    def _spellings(self, district: str | None) -> dict[tuple[str, ...], list[str]]:
        """Return the names used in a district, in order, by the numbers in them."""
        if district not in self._spelt:
            both = [*self._by_name.items(), *self._by_other.items()]
            held = {s for s, ps in both if district is None or any(p.district == district for p in ps)}
            groups: dict[tuple[str, ...], list[str]] = {}
            for spelling in sorted(held):
                groups.setdefault(_numbers(spelling), []).append(spelling)
            self._spelt[district] = groups
        return self._spelt[district]


def read_places(country: str) -> tuple[Place, ...]:
    """Return the bundled places of a country, with the district that GeoNames gives.

    >>> [place.district for place in read_places("BZ") if place.name == "San Pedro"]
    ['BZ-CZL', 'BZ-BZ', 'BZ-TOL']
    """
    path = boundaries.folder() / boundaries.load(country).name / "gazetteer.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Place(
                row["name"],
                float(row["lon"]),
                float(row["lat"]),
                row["district"] or None,
                tuple(row["alternate_names"].split("|")) if row["alternate_names"] else (),
            )
            for row in csv.DictReader(lines)
        )


def _within(boundary_set: BoundarySet) -> Iterator[Place]:
    """Yield the places of the set's country, each in a district of the set.

    The district GeoNames gives is kept where the set has it: outlines are
    coarser than the record. Elsewhere the place is located, and places far
    from every district are dropped.
    """
    places = read_places(boundary_set.country)
    located = DistrictIndex.of(boundary_set).locate([p.lon for p in places], [p.lat for p in places])
    known = set(boundary_set.codes)
    for place, code in zip(places, located.district.tolist(), strict=True):
        district = place.district if place.district in known else code
        if district is not None:
            yield Place(place.name, place.lon, place.lat, district, place.others)


def _parts(text: str) -> list[str]:
    """Return the whole text, then what stands between its commas, normalised, each once."""
    pieces = [text, *text.split(",")[:_MOST_PARTS]]
    return list(dict.fromkeys(part for piece in pieces if (part := normalise(piece[:_LONGEST]))))


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[0-9]+", text))
