"""The synthetic Belize: fixed by its seed, labelled in every row, and like real crime where it matters."""

from __future__ import annotations

import gzip
import hashlib
import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.demo import belize, demo_file, faults
from hotspot.places import boundaries

SHA256 = "bc464c167f31ac012d06878186ffd7c6a67c110a2da5b29ace773cb02008fd4d"


@pytest.fixture(scope="module")
def export() -> bytes:
    return belize.generate()


@pytest.fixture(scope="module")
def rows(export: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(export), dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def points(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with coordinates that lie in or around Belize."""
    lon, lat = (
        pd.to_numeric(rows["Longitude"], errors="coerce"),
        pd.to_numeric(rows["Latitude"], errors="coerce"),
    )
    return rows.assign(lon=lon, lat=lat)[(lon < -80) & (lat > 10)]


def times(rows: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_datetime(rows[column], format="%d/%m/%Y %H:%M", errors="coerce")


def test_the_seed_fixes_every_byte(export: bytes) -> None:
    assert hashlib.sha256(export).hexdigest() == SHA256


def test_the_committed_file_is_what_the_generator_writes(export: bytes) -> None:
    assert gzip.decompress(demo_file("belize").read_bytes()) == export


def test_another_seed_is_another_year() -> None:
    assert belize.generate(seed=1, n=200) != belize.generate(seed=2, n=200)


def test_the_command_writes_the_file_without_a_date_in_its_head(tmp_path, monkeypatch, export: bytes) -> None:
    path = tmp_path / "synthetic.csv.gz"
    monkeypatch.setattr("sys.argv", ["belize", str(path)])
    belize.main()
    assert path.read_bytes()[4:8] == b"\0\0\0\0"
    assert gzip.decompress(path.read_bytes()) == export


def test_every_row_says_that_it_is_synthetic(rows: pd.DataFrame) -> None:
    for column in ("Incident ID", "Case number", "Agency"):
        assert rows[column].str.startswith("SYNTHETIC").all()
    assert "synthetic" in demo_file("belize").name


def test_there_are_about_six_thousand_incidents_of_six_offences(rows: pd.DataFrame) -> None:
    assert 5900 <= len(rows) <= 6100
    assert set(rows["Offence"]) == {offence.name for offence in belize.OFFENCES}
    assert len(belize.OFFENCES) == 6
    assert sum(offence.share for offence in belize.OFFENCES) == pytest.approx(1)


def test_the_period_is_eighteen_months_to_the_given_end(rows: pd.DataFrame) -> None:
    start = times(rows, "Occurred from")
    assert start.min() >= pd.Timestamp("2025-05-01")
    assert start.max() < pd.Timestamp("2026-11-01")
    assert start.dt.to_period("M").nunique() == 18


def test_the_end_is_a_parameter_and_not_the_clock() -> None:
    some = belize.table(n=300, end=date(2024, 2, 29), months=2)
    start = times(some, "Occurred from").dropna()
    assert start.min() >= pd.Timestamp("2024-01-01")
    assert start.max() < pd.Timestamp("2024-03-01")


def test_incidents_stand_on_dry_land(points: pd.DataFrame) -> None:
    land = shapely.buffer(shapely.union_all(boundaries.load("BZ").geometry), 0.01)
    shapely.prepare(land)
    assert shapely.contains_xy(land, points["lon"], points["lat"]).mean() > 0.995


def test_larger_towns_have_more_crime(rows: pd.DataFrame) -> None:
    towns = rows["Place"].value_counts()
    assert towns.index[0] == "Belize City"
    assert 0.2 < towns["Belize City"] / len(rows) < 0.6


def test_crime_is_crowded_into_few_streets(points: pd.DataFrame) -> None:
    theft = points[points["Offence"] == "Theft"]
    cells = (theft["lon"] // 0.002).astype(str) + "/" + (theft["lat"] // 0.002).astype(str)
    counts = np.sort(cells.value_counts().to_numpy())[::-1]
    assert counts[: len(counts) // 10].sum() > 0.25 * counts.sum()


def test_burglaries_repeat_nearby_within_days_more_than_chance_has_it(points: pd.DataFrame) -> None:
    burglary = (
        points[points["Offence"] == "Burglary"].assign(when=lambda t: times(t, "Occurred from")).dropna()
    )
    x = burglary["lon"].to_numpy() * 106_000
    y = burglary["lat"].to_numpy() * 110_900
    day = burglary["when"].to_numpy().astype("datetime64[D]").astype("int64")
    near = np.hypot(x[:, None] - x, y[:, None] - y) < 200
    np.fill_diagonal(near, val=False)

    def close(days: np.ndarray) -> int:
        return int((near & (np.abs(days[:, None] - days) <= 7)).sum())

    shuffled = [close(np.random.default_rng(seed).permutation(day)) for seed in range(5)]
    assert close(day) > 1.5 * max(shuffled)


def test_the_week_and_the_day_have_their_rhythm(rows: pd.DataFrame) -> None:
    start = times(rows, "Occurred from")
    robbery, burglary = (start[rows["Offence"] == name].dropna() for name in ("Robbery", "Burglary"))
    weekend = robbery.dt.day_of_week.isin([4, 5]).mean()
    assert weekend > 2 / 7 * 1.15
    assert (
        robbery.dt.hour.isin([18, 19, 20, 21, 22]).mean()
        > 1.5 * burglary.dt.hour.isin([18, 19, 20, 21, 22]).mean()
    )


def test_a_burglary_is_a_span_and_a_robbery_is_a_moment(rows: pd.DataFrame) -> None:
    burglary = rows[rows["Offence"] == "Burglary"]
    assert (burglary["Occurred to"] != "").all()
    assert (rows.loc[rows["Offence"] == "Robbery", "Occurred to"] == "").mean() > 0.98
    length = (times(burglary, "Occurred to") - times(burglary, "Occurred from")).dropna()
    assert pd.Timedelta(hours=2) < length[length > pd.Timedelta(0)].median() < pd.Timedelta(hours=9)


def test_one_row_in_twenty_has_a_fault_and_every_kind_is_there(rows: pd.DataFrame) -> None:
    assert sum(faults.SHARES.values()) == pytest.approx(0.05)
    number = pd.to_numeric(rows["Latitude"], errors="coerce")
    known = set(pd.read_csv(boundaries.folder() / "BZ" / "gazetteer.csv")["name"])
    start, end = times(rows, "Occurred from"), times(rows, "Occurred to")
    seen = {
        "impossible date": rows["Occurred from"].str.startswith(("31/02", "00/00", "29/02", "31/11")),
        "words instead of a date": ~rows["Occurred from"].str.contains(r"\d"),
        "time without a date": rows["Occurred from"].isin(["12:30", "23:05"]),
        "swapped coordinates": number < -80,
        "zero coordinates": number == 0,
        "words in a coordinate": number.isna() & (rows["Latitude"] != ""),
        "place name only": (rows["Latitude"] == "") & rows["Place"].isin(known),
        "misspelt place": (rows["Place"] != "") & ~rows["Place"].isin(known),
        "ends before it starts": end < start,
        "repeated id": rows["Incident ID"].duplicated(),
    }
    assert seen.keys() == faults.SHARES.keys()
    for kind, where in seen.items():
        assert where.sum() >= round(faults.SHARES[kind] * 6000) - 1, kind
