"""GDAL and pyogrio read incidents from the store, as an analyst's GIS does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import geopandas as gpd

    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def datasets(site: Site) -> dict[str, int]:
    """How many incidents each dataset holds."""
    return {each["name"]: each["incidents"] for each in site.ask("/api/v1/datasets").json}


@pytest.fixture(scope="module")
def dataset(datasets: dict[str, int]) -> str:
    """The dataset with the most incidents."""
    return max(datasets, key=lambda name: datasets[name])


@pytest.fixture(scope="module")
def frames(site: Site, datasets: dict[str, int]) -> dict[str, gpd.GeoDataFrame]:
    """Every incident of each dataset, as pyogrio reads them."""
    return {name: read(site, name) for name in datasets}


@pytest.fixture(scope="module")
def everything(frames: dict[str, gpd.GeoDataFrame], dataset: str) -> gpd.GeoDataFrame:
    """Every incident of the largest."""
    return frames[dataset]


def read(site: Site, dataset: str, **wanted: object) -> gpd.GeoDataFrame:
    import pyogrio

    return pyogrio.read_dataframe(
        f"OAPIF:{site.url}/ogc", layer=f"incidents-{dataset}", fid_as_index=True, **wanted
    )


def test_every_incident_of_every_dataset_is_read_once(
    frames: dict[str, gpd.GeoDataFrame], datasets: dict[str, int]
) -> None:
    assert datasets
    for name, number in datasets.items():
        assert len(frames[name]) == frames[name].index.nunique() == number


def test_a_few_misplaced_incidents_do_not_move_the_utm_zone(site: Site) -> None:
    # The synthetic file holds rows with latitude and longitude exchanged: they lie in the south-east.
    document = site.ask("/ogc/collections/incidents-belize-synthetic").json
    assert document["extent"]["spatial"]["bbox"][0][2] > 0
    assert document["crs"][-1].endswith("/32616")


def test_ogrinfo_reads_them_with_a_moment_and_points(
    site: Site, ogrinfo: str, dataset: str, datasets: dict[str, int]
) -> None:
    words = (ogrinfo, "-so", "-oo", "PAGE_SIZE=10000", f"OAPIF:{site.url}/ogc", f"incidents-{dataset}")
    told = run(*words)
    assert f"Feature Count: {datasets[dataset]}" in told
    assert re.search(r"^occurred: DateTime", told, re.MULTILINE), told
    assert re.search(r"^offence: String", told, re.MULTILINE), told
    assert len(re.findall(r": DateTime|: Date ", told)) == 1, told


def test_incidents_without_a_place_come_without_geometry(
    site: Site, frames: dict[str, gpd.GeoDataFrame]
) -> None:
    nowhere = 0
    for name, found in frames.items():
        placed = site.ask(
            f"/ogc/collections/incidents-{name}/items?limit=1&filter=geometry%20IS%20NOT%20NULL"
        )
        assert int((~found.geometry.isna()).sum()) == placed.json["numberMatched"]
        nowhere += int(found.geometry.isna().sum())
    assert nowhere


def test_a_box_is_asked_of_the_server(site: Site, dataset: str, everything: gpd.GeoDataFrame) -> None:
    points = everything[~everything.geometry.isna()]
    west, south, east, north = points.total_bounds
    box = (west, south, (west + east) / 2, (south + north) / 2)
    inside = points.cx[box[0] : box[2], box[1] : box[3]]
    assert 0 < len(inside) < len(everything)
    found = read(site, dataset, bbox=box)
    assert set(found[~found.geometry.isna()].index) == set(inside.index)


def test_a_comparison_is_asked_of_the_server(site: Site, dataset: str, everything: gpd.GeoDataFrame) -> None:
    offence = everything["offence"].value_counts().index[0]
    found = read(site, dataset, where=f"offence = '{offence}'")
    assert set(found.index) == set(everything.index[everything["offence"] == offence])


def test_a_comparison_of_moments_finds_what_it_says(site: Site, frames: dict[str, gpd.GeoDataFrame]) -> None:
    # Of two properties with a moment GDAL would take either for the one that datetime asks about.
    for name, whole in frames.items():
        moment = whole["occurred"].dt.tz_convert("UTC").quantile(0.6).floor("s")
        found = read(site, name, where=f"occurred >= '{moment:%Y/%m/%d %H:%M:%S}+00'")
        assert set(found.index) == set(whole.index[whole["occurred"] >= moment])
        assert len(found)


def test_ogrinfo_finds_one_by_its_number(site: Site, ogrinfo: str, dataset: str) -> None:
    number = site.ask(f"/ogc/collections/incidents-{dataset}/items?limit=1").json["features"][0]["id"]
    told = run(ogrinfo, "-fid", str(number), f"OAPIF:{site.url}/ogc", f"incidents-{dataset}")
    assert f"OGRFeature(incidents-{dataset}):{number}" in told


@pytest.mark.parametrize("suffix", ["geojson", "csv"])
def test_a_download_is_a_file_that_gdal_reads(
    site: Site, dataset: str, everything: gpd.GeoDataFrame, tmp_path: Path, suffix: str
) -> None:
    import pyogrio

    answer = site.ask(f"/ogc/collections/incidents-{dataset}/download.{suffix}")
    assert answer.headers["Cache-Control"] == "no-store"
    path = tmp_path / f"incidents.{suffix}"
    path.write_bytes(answer.body)
    found = pyogrio.read_dataframe(path)
    assert len(found) == len(everything)
    assert found["offence"].fillna("").tolist() == everything.sort_index()["offence"].fillna("").tolist()
