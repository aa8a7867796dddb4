"""Made-up streets of the towns of Belize: where the synthetic incidents can happen.

Only the towns' names, positions and sizes are real (the bundled gazetteer).
Each town gets a turned grid of streets on dry land, with as many addresses as
its people need, and a few invented trouble spots for each offence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STREET: Final = 80.0
"""Metres between two parallel streets."""
ADDRESS: Final = 20.0
"""Metres between two addresses along a street."""
METRES_PER_DEGREE: Final = 110_900.0
"""Of latitude, near enough at 17 degrees north to lay out a town."""


@dataclass(frozen=True)
class Streets:
    """Addresses, shape (n,): position, number of the town, and a relative risk for each offence."""

    lon: Floats
    lat: Floats
    town: Ints
    risk: Floats
    """Shape (n_offences, n); each row adds up to 1."""


def metres_to_degrees(x: Floats, y: Floats, lat: Floats | float) -> tuple[Floats, Floats]:
    """Return eastward and northward metres as differences of longitude and latitude."""
    return x / (METRES_PER_DEGREE * np.cos(np.radians(lat))), y / METRES_PER_DEGREE


def lay_out(
    towns: pd.DataFrame, land: shapely.Geometry, *, offence_pull: Floats, rng: np.random.Generator
) -> Streets:
    """Return the streets of all towns.

    Parameters
    ----------
    towns
        Columns lon, lat, population, one row a town.
    land
        Dry land in lon/lat; no address is laid outside it while there is room inside.
    offence_pull
        For each offence the exponent on a town's population: above 1 an
        offence of the large towns.
    rng
        Source of chance; only uniform numbers are drawn from it.
    """
    shapely.prepare(land)
    parts = [_town(row, land, len(offence_pull), rng) for row in towns.itertuples(index=False)]
    sizes = np.array([len(lon) for lon, _, _ in parts])
    risk = np.concatenate([r for _, _, r in parts], axis=1)
    town = np.repeat(np.arange(len(parts)), sizes)
    share = towns["population"].to_numpy(dtype="float64")[None, :] ** offence_pull[:, None]
    risk = risk * share[:, town]
    return Streets(
        lon=np.concatenate([lon for lon, _, _ in parts]),
        lat=np.concatenate([lat for _, lat, _ in parts]),
        town=town,
        risk=risk / risk.sum(axis=1, keepdims=True),
    )


def _town(
    row: object, land: shapely.Geometry, n_offences: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    people = float(row.population)  # type: ignore[attr-defined]
    density = 1500.0 + 4500.0 * min(1.0, people / 30_000.0)
    radius = 1000.0 * np.sqrt(people / density / np.pi)
    x, y = _grid(radius * 1.7, angle=float(rng.random()) * np.pi / 2)
    dlon, dlat = metres_to_degrees(x, y, row.lat)  # type: ignore[attr-defined]
    lon, lat = row.lon + dlon, row.lat + dlat  # type: ignore[attr-defined]
    # A coastal town grows inland: the nearest addresses on dry land, as many as its people need.
    wanted = int(np.pi * radius**2 * 2 / (STREET * ADDRESS)) + 1
    order = np.lexsort((np.hypot(x, y), ~shapely.contains_xy(land, lon, lat)))[:wanted]
    x, y = x[order], y[order]
    risk = np.stack([_risk(x, y, people, radius, rng) for _ in range(n_offences)])
    return lon[order], lat[order], risk / risk.sum(axis=1, keepdims=True)


def _grid(reach: float, *, angle: float) -> tuple[Floats, Floats]:
    streets = np.arange(-reach, reach + STREET, STREET)
    addresses = np.arange(-reach, reach + ADDRESS, ADDRESS)
    a, b = (part.ravel() for part in np.meshgrid(streets, addresses))
    east, north = np.concatenate([a, b]), np.concatenate([b, a])
    cos, sin = np.cos(angle), np.sin(angle)
    return east * cos - north * sin, east * sin + north * cos


def _risk(x: Floats, y: Floats, people: float, radius: float, rng: np.random.Generator) -> Floats:
    """Return a risk an address: thinner outward, uneven from door to door, high at a few spots."""
    risk = np.exp(-((x**2 + y**2) / radius**2)) + 0.15
    n_spots = 1 + int(people // 8_000)
    for where, width, height in rng.random((n_spots, 3)):
        middle = int(where * 0.6 * len(x))
        reach = 60.0 + 110.0 * width
        distance2 = (x - x[middle]) ** 2 + (y - y[middle]) ** 2
        risk += (8.0 + 25.0 * height) * np.exp(-distance2 / (2 * reach**2))
    noise: Floats = -np.log1p(-rng.random(len(x)))
    return risk * noise
