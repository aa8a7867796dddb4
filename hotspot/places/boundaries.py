"""Boundary sets: named districts with codes, population by year and their source.

Thirteen countries come with the package, in the folder ``boundaries`` of a
checkout and ``hotspot/_boundaries`` of an installed wheel; others are read by
``boundary_files``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import BoundaryError, NotFoundError
from hotspot.once import once
from hotspot.words import quoted

if TYPE_CHECKING:
    import geopandas
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

POPULATION_COLUMNS: Final = ("code", "population", "year", "source")


@dataclass(frozen=True, kw_only=True, eq=False)
class BoundarySet:
    """Districts in the natural order of their codes, all arrays of the same length."""

    name: str
    """``BZ``, or the name an imported set was given."""
    title: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    types: tuple[str, ...]
    area_km2: NDArray[np.float64]
    geometry: NDArray[np.object_]
    """Shapely polygons in longitude and latitude."""
    figures: tuple[tuple[str, int, int, str], ...] = ()
    """Population: code, people, year, source."""
    country: str = ""
    """ISO 3166-1 code, or empty when unknown."""
    timezone: str = "UTC"
    """IANA time zone usual there; UTC when unknown."""
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def from_features(cls, features: list[dict[str, Any]], **about: Any) -> BoundarySet:
        """Return the set whose districts are these GeoJSON features, in their order."""
        import numpy as np
        import shapely

        properties = [feature["properties"] for feature in features]
        return cls(
            codes=tuple(p["code"] for p in properties),
            names=tuple(p["name"] for p in properties),
            types=tuple(p["type"] for p in properties),
            area_km2=np.array([p["area_km2"] for p in properties], dtype=np.float64),
            geometry=shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]),
            **about,
        )

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def districts(self) -> geopandas.GeoDataFrame:
        """The districts as a table in EPSG:4326: code, name, type, area_km2, geometry."""
        import geopandas

        columns = {"code": self.codes, "name": self.names, "type": self.types, "area_km2": self.area_km2}
        return geopandas.GeoDataFrame(columns, geometry=self.geometry, crs="EPSG:4326")

    @cached_property
    def population(self) -> pd.DataFrame:
        """The people of each district by year: code, population, year, source; empty when unknown."""
        import pandas as pd

        table = pd.DataFrame(list(self.figures), columns=list(POPULATION_COLUMNS))
        return table.astype({"code": "str", "population": "int64", "year": "int64", "source": "str"})

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.geometry)
        return float(west), float(south), float(east), float(north)

    def part(self, codes: Iterable[str]) -> BoundarySet:
        """Return the set of these districts alone, in its order; itself if that is all of them."""
        wanted = frozenset(codes)
        if wanted.issuperset(self.codes):
            return self
        return once(self, ("part", wanted), lambda: self._taken(wanted))

    def _taken(self, wanted: frozenset[str]) -> BoundarySet:
        kept = [i for i, code in enumerate(self.codes) if code in wanted]
        codes, names, types = (
            tuple(texts[i] for i in kept) for texts in (self.codes, self.names, self.types)
        )
        return replace(
            self,
            codes=codes,
            names=names,
            types=types,
            area_km2=self.area_km2[kept],
            geometry=self.geometry[kept],
        )

    def name_of(self, code: str) -> str:
        """Return the name of a district; the code itself when it has none here."""
        return self._names.get(code, code)

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.codes, self.names, strict=True))


@dataclass(frozen=True)
class Entry:
    """What is known of a bundled set without reading its outlines."""

    name: str
    title: str
    timezone: str
    source: str
    licence: str
    notes: tuple[str, ...]


def folder() -> Path:
    """Return the folder of the bundled sets."""
    package = Path(__file__).resolve().parent.parent
    for place in (package / "_boundaries", package.parent / "boundaries"):
        if (place / "index.json").is_file():
            return place
    msg = "The bundled boundaries are missing from this installation. Install Hotspot again."
    raise BoundaryError(msg)


@lru_cache(maxsize=1)
def index() -> dict[str, Entry]:
    """Return what is known of each bundled set, by name.

    >>> index()["BZ"].title
    'Belize'
    """
    listed: dict[str, dict[str, Any]] = json.loads((folder() / "index.json").read_text(encoding="utf-8"))
    return {name: Entry(name, **{**about, "notes": tuple(about["notes"])}) for name, about in listed.items()}


def bundled() -> tuple[str, ...]:
    """Return the names of the bundled sets, which are ISO 3166-1 country codes.

    >>> bundled()[:3]
    ('AG', 'BB', 'BS')
    """
    return tuple(sorted(index()))


def load(name: str) -> BoundarySet:
    """Return a bundled set by its country code, in either case.

    >>> load("bz").codes
    ('BZ-BZ', 'BZ-CY', 'BZ-CZL', 'BZ-OW', 'BZ-SC', 'BZ-TOL')
    """
    return _load(_known(name))


def features(name: str) -> bytes:
    """Return the outlines of a bundled set as GeoJSON, one feature a line."""
    return (folder() / _known(name) / "districts.geojson").read_bytes()


def population_of(boundary_set: BoundarySet, year: int | None = None) -> pd.DataFrame:
    """Return one population a district: code, population, year, source, in the order of the set.

    With a year, each district's figure nearest to it (the earlier of two as
    near). Without, the newest year that has all the districts any year has, so
    that figures compare; where no year has them all, the newest of each. A
    district without a figure is not in the table.
    """
    table = boundary_set.population
    if table.empty:
        return table
    if year is None:
        districts = table.groupby("year")["code"].nunique()
        complete = districts[districts == table["code"].nunique()]
        year = int(complete.index.max()) if len(complete) else int(table["year"].max())
    near = table.assign(away=(table["year"] - year).abs()).sort_values(["away", "year"], kind="stable")
    order = {code: i for i, code in enumerate(boundary_set.codes)}
    one = near.drop_duplicates("code").drop(columns="away")
    return one.sort_values("code", key=lambda codes: codes.map(order)).reset_index(drop=True)


def newest_figures(boundary_set: BoundarySet) -> dict[str, tuple[int, int, str]]:
    """People, year and source of each district that has them: what `population_of` takes, without a table.

    >>> newest_figures(load("BZ"))["BZ-TOL"][:2]
    (38557, 2019)
    """
    years: dict[int, dict[str, tuple[int, int, str]]] = {}
    for code, people, year, source in boundary_set.figures:
        years.setdefault(year, {})[code] = (people, year, source)
    newest: dict[str, tuple[int, int, str]] = {}
    for year in sorted(years):
        newest |= years[year]
    complete = [year for year in years if years[year].keys() == newest.keys()]
    return years[max(complete)] if complete else newest


def _known(name: str) -> str:
    known = name.strip().upper()
    if known not in index():
        msg = f"No boundaries named {quoted(name)} come with Hotspot. There are: {', '.join(bundled())}."
        raise NotFoundError(msg)
    return known


@lru_cache(maxsize=32)
def _load(name: str) -> BoundarySet:
    about = index()[name]
    here = folder() / name
    document = json.loads((here / "districts.geojson").read_text(encoding="utf-8"))
    return BoundarySet.from_features(
        document["features"],
        name=name,
        title=about.title,
        figures=tuple(_figures(here / "population.csv")),
        country=name,
        timezone=about.timezone,
        source=about.source,
        licence=about.licence,
        notes=about.notes,
    )


def _figures(path: Path) -> Iterator[tuple[str, int, int, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["code"], int(row["population"]), int(row["year"]), row["source"]
