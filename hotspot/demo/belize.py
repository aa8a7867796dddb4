"""A made-up year and a half of crime in Belize, for demonstrations and tests.

Everything but the names, positions and sizes of the towns is invented, and
each row says so: its id, case number and agency begin with SYNTHETIC. No
figure may be quoted as a fact about Belize.

``python -m hotspot.demo.belize [FILE]`` writes the file that is committed as
``hotspot/demo/data/belize-synthetic-incidents.csv.gz``.
"""

from __future__ import annotations

import gzip
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from hotspot.demo import faults, rhythm, streets
from hotspot.demo.files import demo_file
from hotspot.places import boundaries

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED: Final = 20261031
END: Final = date(2026, 10, 31)
"""Last day of the committed file: fixed, so that the file never depends on the clock."""

SMALLEST_TOWN: Final = 500
"""People; smaller places have no incidents of their own."""


@dataclass(frozen=True)
class Offence:
    """How one offence behaves in the synthetic data."""

    name: str
    share: float
    """Of all incidents."""
    pull: float
    """Exponent on a town's population."""
    week: str
    hour: str
    trend: float
    repeats: float
    """Share that follows another of its kind nearby within days."""
    located: float
    """Share recorded with coordinates; the rest have a place name or a district only."""


OFFENCES: Final = (
    Offence("Murder", 0.026, 1.5, "weekend", "night", 0.0, 0.05, 0.95),
    Offence("Rape", 0.014, 1.0, "weekend", "night", 0.0, 0.0, 0.25),
    Offence("Unlawful Sexual Intercourse", 0.024, 0.95, "weekdays", "evening", 0.0, 0.0, 0.15),
    Offence("Robbery", 0.15, 1.45, "paydays", "evening", 0.15, 0.15, 0.95),
    Offence("Burglary", 0.33, 1.2, "weekdays", "working day", -0.1, 0.25, 0.95),
    Offence("Theft", 0.456, 1.25, "paydays", "shops", 0.1, 0.1, 0.93),
)
"""The six offences that the Belize Crime Observatory reports each month."""

_PERSONAL: Final = ("Murder", "Rape", "Unlawful Sexual Intercourse", "Robbery")
_FEMALE: Final = {"Murder": 0.12, "Rape": 0.95, "Unlawful Sexual Intercourse": 0.97, "Robbery": 0.42}
_AGES: Final = {
    "Murder": (17, 55),
    "Rape": (14, 50),
    "Unlawful Sexual Intercourse": (12, 16),
    "Robbery": (16, 70),
}
_WEAPONS: Final = {
    "Murder": ("Firearm", "Firearm", "Firearm", "Knife", "Blunt object"),
    "Robbery": ("Firearm", "Knife", "None", "None", "Machete"),
}
_OUTCOMES: Final = (
    "Under investigation",
    "Under investigation",
    "Arrested and charged",
    "No suspect identified",
)


def generate(*, seed: int = SEED, n: int = 6000, end: date = END, months: int = 18) -> bytes:
    """Return a synthetic export as CSV: UTF-8, dd/mm/yyyy times of the day in America/Belize.

    Parameters
    ----------
    seed
        The same seed gives the same bytes.
    n
        Incidents before some are repeated; about one row in twenty has a fault.
    end
        Last day of the period.
    months
        Length of the period, in whole months up to the month of ``end``.
    """
    return to_csv(table(seed=seed, n=n, end=end, months=months))


def table(*, seed: int = SEED, n: int = 6000, end: date = END, months: int = 18) -> pd.DataFrame:
    """Return the synthetic rows with their faults, every column text, empty where nothing is recorded."""
    rng = np.random.default_rng(seed)
    towns, land = _country()
    addresses = streets.lay_out(towns, land, offence_pull=np.array([o.pull for o in OFFENCES]), rng=rng)
    days = _days(end, months)
    parts = [
        _incidents(number, offence, round(n * offence.share), addresses, days, rng)
        for number, offence in enumerate(OFFENCES)
    ]
    incidents = pd.concat(parts, ignore_index=True).sort_values("start", kind="stable", ignore_index=True)
    return faults.spoil(_texts(incidents, towns, rng), rng=rng)


def to_csv(rows: pd.DataFrame) -> bytes:
    """Return the rows as CSV bytes, the same on every system."""
    return rows.to_csv(index=False, lineterminator="\n").encode()


def _country() -> tuple[pd.DataFrame, shapely.Geometry]:
    belize = boundaries.load("BZ")
    places = pd.read_csv(boundaries.folder() / "BZ" / "gazetteer.csv")
    towns = places[places["population"] >= SMALLEST_TOWN].reset_index(drop=True)
    towns["district_name"] = [belize.name_of(code) for code in towns["district"]]
    return towns, shapely.union_all(belize.geometry)


def _days(end: date, months: int) -> NDArray[np.datetime64]:
    last = np.datetime64(end, "D")
    first = (last.astype("datetime64[M]") - (months - 1)).astype("datetime64[D]")
    return np.arange(first, last + 1)


def _incidents(
    number: int,
    offence: Offence,
    n: int,
    addresses: streets.Streets,
    days: NDArray[np.datetime64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the incidents of one offence: fresh ones, and repeats near some of them."""
    n_repeats = round(n * offence.repeats)
    n_fresh = n - n_repeats
    where = rhythm.draw(addresses.risk[number], n_fresh, rng)
    start = rhythm.moments(days, n_fresh, week=offence.week, hour=offence.hour, trend=offence.trend, rng=rng)
    parent = (rng.random(n_repeats) * n_fresh).astype("int64")
    later = (1.0 - 4.0 * np.log1p(-rng.random(n_repeats))).astype("int64")  # 1 day and on, 5 on average
    again = start[parent] + later.astype("timedelta64[D]").astype("timedelta64[m]")
    # What would happen after the last day has not been recorded yet: it is a repeat on the same day.
    again = np.where(again.astype("datetime64[D]") > days[-1], start[parent], again)
    distance = -60.0 * np.log1p(-rng.random(n_repeats))
    angle = 2 * np.pi * rng.random(n_repeats)
    lat = addresses.lat[where[parent]]
    dlon, dlat = streets.metres_to_degrees(distance * np.cos(angle), distance * np.sin(angle), lat)
    place = np.concatenate([where, where[parent]])
    return pd.DataFrame(
        {
            "offence": offence.name,
            "start": np.concatenate([start, again]),
            "lon": addresses.lon[place] + np.concatenate([np.zeros(n_fresh), dlon]),
            "lat": addresses.lat[place] + np.concatenate([np.zeros(n_fresh), dlat]),
            "town": addresses.town[place],
            "located": rng.random(n) < offence.located,
        }
    )


def _texts(incidents: pd.DataFrame, towns: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the incidents as an agency would export them, every column text."""
    n = len(incidents)
    number = np.arange(1, n + 1)
    end = _ends(incidents, rng)
    reported = end + (-180.0 * np.log1p(-rng.random(n))).astype("timedelta64[m]")
    located = incidents["located"].to_numpy()
    named = located | (rng.random(n) < 0.7)
    return pd.DataFrame(
        {
            "Incident ID": [f"SYNTHETIC-BZ-{i:05d}" for i in number],
            "Case number": [
                f"SYNTHETIC-CASE-{i:05d}" for i in number[np.argsort(rng.random(n), kind="stable")]
            ],
            "Agency": "SYNTHETIC Police",
            "Offence": incidents["offence"],
            "Occurred from": _written(incidents["start"].to_numpy()),
            "Occurred to": np.where(incidents["offence"] == "Burglary", _written(end), ""),
            "Reported": _written(reported),
            "Latitude": np.where(located, _decimals(incidents["lat"]), ""),
            "Longitude": np.where(located, _decimals(incidents["lon"]), ""),
            "Place": np.where(named, towns["name"].to_numpy()[incidents["town"]], ""),
            "District": towns["district_name"].to_numpy()[incidents["town"]],
            **_particulars(incidents["offence"].to_numpy(), rng),
        }
    ).astype("object")


def _ends(incidents: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """Return when each incident had ended; a burglary is found hours or days after it began."""
    n = len(incidents)
    away = 60.0 * (1.0 - 5.0 * np.log1p(-rng.random(n))) + 1440.0 * (rng.random(n) < 0.06)
    minutes = np.where(incidents["offence"] == "Burglary", away, 0.0)
    ends: NDArray[np.datetime64] = incidents["start"].to_numpy() + minutes.astype("timedelta64[m]")
    return ends


def _particulars(offence: NDArray[np.object_], rng: np.random.Generator) -> dict[str, NDArray[np.object_]]:
    chance = rng.random((4, len(offence)))
    sex = np.full(len(offence), "", dtype=object)
    age, weapon = sex.copy(), sex.copy()
    for name in _PERSONAL:
        mine = offence == name
        sex[mine] = np.where(chance[0, mine] < _FEMALE[name], "Female", "Male")
        low, high = _AGES[name]
        age[mine] = (low + (high - low) * chance[1, mine]).astype("int64").astype(str)
        if name in _WEAPONS:
            weapon[mine] = np.array(_WEAPONS[name])[(chance[2, mine] * len(_WEAPONS[name])).astype("int64")]
    outcome = np.array(_OUTCOMES, dtype=object)[(chance[3] * len(_OUTCOMES)).astype("int64")]
    return {"Victim sex": sex, "Victim age": age, "Weapon": weapon, "Outcome": outcome}


def _written(moments: NDArray[np.datetime64]) -> NDArray[np.object_]:
    return pd.Series(moments.astype("datetime64[s]")).dt.strftime("%d/%m/%Y %H:%M").to_numpy(dtype=object)


def _decimals(degrees: pd.Series) -> NDArray[np.object_]:
    return np.array([f"{value:.6f}" for value in degrees], dtype=object)


def main() -> None:
    """Write the committed file, or the file named on the command line, gzipped."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else demo_file("belize")
    path.write_bytes(gzip.compress(generate(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
