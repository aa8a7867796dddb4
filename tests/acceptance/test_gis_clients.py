"""GDAL, pyogrio and OWSLib read every feature of every layer through OGC API - Features."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.recorder import recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.conftest import Site
    from tests.acceptance.filtering import Filtered

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def test_ogrinfo_lists_the_layers(site: Site, ogrinfo: str) -> None:
    listed = run(ogrinfo, f"OAPIF:{site.url}/ogc")
    for layer in site.layers():
        assert re.search(rf"^\d+: {re.escape(layer['id'])}\b", listed, re.MULTILINE), listed


def test_ogrinfo_reads_every_feature(site: Site, ogrinfo: str) -> None:
    for layer in site.layers():
        expected = site.ask(f"/ogc/collections/{layer['id']}/items?limit=1").json["numberMatched"]
        read = run(ogrinfo, "-al", "-oo", "PAGE_SIZE=1000", f"OAPIF:{site.url}/ogc", layer["id"])
        assert f"Feature Count: {expected}" in read
        assert len(re.findall(r"^OGRFeature\(", read, re.MULTILINE)) == expected
        assert len(re.findall(r"^  (?:MULTI)?POLYGON \(\(", read, re.MULTILINE)) == expected


def test_ogrinfo_reads_one_feature_by_its_number(site: Site, ogrinfo: str) -> None:
    layer = next(entry["id"] for entry in site.layers() if entry["n_features"])
    assert "OGRFeature" in run(ogrinfo, "-fid", "1", f"OAPIF:{site.url}/ogc", layer)


def test_pyogrio_reads_what_the_layer_holds(site: Site, tmp_path: Path) -> None:
    import pyogrio
    import shapely

    full = 0
    for layer in site.layers():
        served = pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=layer["id"], fid_as_index=True)
        path = tmp_path / f"{layer['id']}.gpkg"
        exported = site.cli("export", layer["id"], "-o", str(path))
        assert exported.returncode == 0, exported.stderr
        original = pyogrio.read_dataframe(path, layer="hotspots")
        # A question may be answered with no place at all; the sample layers all have some.
        assert len(served) == len(original)
        if not len(served):
            continue
        full += 1
        served = served.sort_index()
        assert served.index.tolist() == list(range(1, len(served) + 1))
        assert served["incidents"].tolist() == original["incidents"].tolist()
        assert shapely.equals(served.geometry.to_numpy(), original.geometry.to_numpy()).all()
    assert full >= 11


def test_pyogrio_asks_for_a_box(site: Site) -> None:
    import pyogrio

    layer = next(e for e in site.layers() if e["method"] == "gi_star" and e["n_features"])
    everything = pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=layer["id"])
    box = tuple(everything.geometry.iloc[0].bounds)
    inside = pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=layer["id"], bbox=box)
    assert len(inside) == everything.geometry.intersects(everything.geometry.iloc[0].envelope).sum()


def test_owslib_pages_through_every_feature(site: Site) -> None:
    from owslib.ogcapi.features import Features

    service = Features(f"{site.url}/ogc")
    assert any("ogcapi-features-1/1.0/conf/core" in uri for uri in service.conformance()["conformsTo"])
    for layer in site.layers():
        assert layer["id"] in service.feature_collections()
        ids: list[int] = []
        page = service.collection_items(layer["id"], limit=500)
        while page["features"]:
            ids += [feature["id"] for feature in page["features"]]
            if len(ids) >= page["numberMatched"]:
                break
            page = service.collection_items(layer["id"], limit=500, offset=len(ids))
        assert sorted(ids) == list(range(1, page["numberMatched"] + 1))


def test_owslib_understands_the_api_document(site: Site) -> None:
    from owslib.ogcapi.features import Features

    document = Features(f"{site.url}/ogc").api()
    assert document["openapi"].startswith("3.0")
    for layer in site.layers():
        assert f"/collections/{layer['id']}/items" in document["paths"]


def test_districts_are_a_collection_too(site: Site, ogrinfo: str) -> None:
    ids = [entry["id"] for entry in site.ask("/ogc/collections").json["collections"]]
    districts = [name for name in ids if "district" in name and "BZ" in name.upper()]
    assert districts, ids
    assert "BZ-CY" in run(ogrinfo, "-al", f"OAPIF:{site.url}/ogc", districts[0])


def test_owslib_asks_for_a_box_a_time_a_filter_and_an_order(site: Site) -> None:
    from owslib.ogcapi.features import Features

    service = Features(f"{site.url}/ogc")
    layer = next(e["id"] for e in site.layers() if e["method"] == "gi_star" and e["n_features"])
    whole = service.collection_items(layer, limit=10_000)["features"]
    most = max(feature["properties"]["incidents"] for feature in whole)
    found = service.collection_items(
        layer,
        limit=10_000,
        bbox=[-180, -90, 180, 90],
        datetime_="../..",
        filter=f"incidents >= {most // 2}",
        sortby=("incidents", "desc"),
    )["features"]
    counts = [feature["properties"]["incidents"] for feature in found]
    assert counts == sorted((f["properties"]["incidents"] for f in whole), reverse=True)[: len(counts)]
    assert len(counts) == sum(feature["properties"]["incidents"] >= most // 2 for feature in whole)


def test_owslib_reads_what_may_be_asked_of_and_what_features_have(site: Site) -> None:
    from owslib.ogcapi.features import Features

    service = Features(f"{site.url}/ogc")
    for name in service.feature_collections():
        properties = service.collection_schema(name)["properties"]
        feature = service.collection_items(name, limit=1)["features"][0]
        assert set(feature["properties"]) <= set(properties)
        assert set(service.collection_queryables(name)["properties"]) <= set(properties)


@pytest.mark.parametrize(
    "where",
    ["incidents >= {most}", "incidents = {most}", "NOT (incidents < {most})", "incidents IN (1, {most})",
     "incidents BETWEEN {most} AND 9999", "district LIKE 'BZ-%' AND incidents > 1", "district ILIKE 'bz-%'",
     "district IS NULL OR incidents <> 1"],
)  # fmt: skip
@pytest.mark.parametrize("client", ["ogrinfo", "pyogrio"])
def test_gdal_lets_the_service_filter_as_it_filters_a_file(
    client: str, where: str, site: Site, ogrinfo: str, tmp_path: Path
) -> None:
    """The same condition of GeoPackage's SQLite and of our service, in GDAL 3.6 and in pyogrio's."""
    import pyogrio

    layer = next(e for e in site.layers() if e["method"] == "gi_star" and e["n_features"])
    path = tmp_path / "layer.gpkg"
    whole = pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=layer["id"])
    pyogrio.write_dataframe(whole, path, layer="layer")
    asked = where.format(most=int(whole["incidents"].max()) // 2)
    expected = len(pyogrio.read_dataframe(path, where=asked.replace("ILIKE", "LIKE")))
    if client == "pyogrio":
        found = len(pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=layer["id"], where=asked))
    else:
        options = ("-al", "-q", "-oo", "PAGE_SIZE=1000", "-where", asked)
        found = run(ogrinfo, *options, f"OAPIF:{site.url}/ogc", layer["id"]).count("OGRFeature(")
    assert found == expected


def test_ogr2ogr_copies_a_collection_into_a_file(site: Site, ogrinfo: str, tmp_path: Path) -> None:
    layer = max(site.layers(), key=lambda entry: entry["n_features"])
    path = tmp_path / "copy.gpkg"
    program = str(Path(ogrinfo).with_name("ogr2ogr"))
    run(program, "-oo", "PAGE_SIZE=10000", str(path), f"OAPIF:{site.url}/ogc", layer["id"])
    assert f"Feature Count: {layer['n_features']}" in run(ogrinfo, "-so", "-al", str(path))


@pytest.mark.parametrize(
    ("where", "ask"),
    [
        ("incidents > 20 OR rank = 1", lambda p: p["incidents"] > 20 or p["rank"] == 1),
        (
            "NOT (district_name LIKE 'B%') AND rank <= 9",
            lambda p: p["district_name"][:1] != "B" and p["rank"] < 10,
        ),
        ("rank IN (2, 3) AND pai > 0.5", lambda p: p["rank"] in (2, 3) and p["pai"] > 0.5),
        ("district IS NULL", lambda p: p["district"] is None),
    ],
)
def test_gdal_sends_its_conditions_and_gets_what_is_there(
    where: str, ask: Callable[[dict[str, Any]], bool], site: Site, clusters: str, service: Filtered
) -> None:
    script = (
        "import sys, pyogrio\n"
        "read = pyogrio.read_dataframe(sys.argv[1], layer=sys.argv[2], where=sys.argv[3])\n"
        "print(sorted(read['rank']))\n"
    )
    with recording(site) as door:
        command = [sys.executable, "-c", script, f"OAPIF:{door.url}/ogc", clusters, where]
        read = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    expected = sorted(f["properties"]["rank"] for f in service.api.features(clusters) if ask(f["properties"]))
    assert json.loads(read.stdout) == expected
    # Not looked through at the other end: sent along.
    assert any("filter=" in asked.target and "filter-lang=cql" in asked.target for asked in door.items())
