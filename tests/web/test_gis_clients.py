"""Real GIS clients read every feature of every layer from the real server."""

from __future__ import annotations

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="session")
def layers(server: str) -> dict[str, int]:
    """The number of features of each published layer."""
    import json
    import urllib.request

    with urllib.request.urlopen(f"{server}/api/v1/layers") as answer:  # noqa: S310 - our own server
        return {layer["id"]: layer["n_features"] for layer in json.load(answer)}


def test_gdal_lists_the_layers_and_reads_every_feature(server: str, layers: dict[str, int]) -> None:
    ogrinfo = shutil.which("ogrinfo")
    if ogrinfo is None:
        pytest.skip("ogrinfo is not installed (Debian package gdal-bin)")
    listed = subprocess.run(
        [ogrinfo, f"OAPIF:{server}/ogc"], capture_output=True, text=True, check=True
    ).stdout
    for layer, number in layers.items():
        assert layer in listed
        command = [ogrinfo, "-al", "-geom=NO", f"OAPIF:{server}/ogc", "-oo", "PAGE_SIZE=1000", layer]
        read = subprocess.run(command, capture_output=True, text=True, check=True)
        assert read.stdout.count("OGRFeature(") == number
        assert "ERROR" not in read.stdout + read.stderr


def test_pyogrio_reads_every_feature_and_filters_by_box(server: str, layers: dict[str, int]) -> None:
    import pyogrio
    import shapely

    for layer, number in layers.items():
        table = pyogrio.read_dataframe(f"OAPIF:{server}/ogc", layer=layer)
        assert len(table) == number
        west, south, east, north = table.total_bounds
        box = (west, south, (west + east) / 2, (south + north) / 2)
        inside = pyogrio.read_dataframe(f"OAPIF:{server}/ogc", layer=layer, bbox=box)
        assert len(inside) == table.intersects(shapely.box(*box)).sum()


def test_owslib_reads_the_collections_and_a_page(server: str, layers: dict[str, int]) -> None:
    features = pytest.importorskip("owslib.ogcapi.features", reason="OWSLib is not installed")
    client = features.Features(f"{server}/ogc")
    assert set(layers) <= set(client.feature_collections())
    for layer, number in layers.items():
        page = client.collection_items(layer, limit=3)
        assert (page["numberMatched"], len(page["features"])) == (number, min(3, number))
