"""OGC API - Tiles, Part 1 (OGC 20-057): a test for each requirement that is claimed, as its Annex A asks.

And GDAL and QGIS as clients: by OGC API - Tiles, as a file, and by an address template.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest
import shapely

from hotspot.ogc.tile_matrix import tile_at

if TYPE_CHECKING:
    from tests.acceptance.conftest import Qgis, Site
    from tests.acceptance.oapif import Api

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

MVT = "application/vnd.mapbox-vector-tile"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
CLASSES = ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")


@pytest.fixture(scope="module")
def tileset(api: Api, cells: str) -> dict[str, Any]:
    return api.get(f"/collections/{cells}/tiles/WebMercatorQuad")


@pytest.fixture(scope="module")
def tilejson(api: Api, cells: str) -> dict[str, Any]:
    return api.get(f"/collections/{cells}/tiles/WebMercatorQuad?f=tilejson")


@pytest.fixture(scope="module")
def template(tileset: dict[str, Any]) -> str:
    """The address of tiles, with a place for each number."""
    (link,) = [link for link in tileset["links"] if link["rel"] == "item"]
    return link["href"]


def filled(template: str, level: int | str, row: int | str, column: int | str) -> str:
    names = {"{tileMatrix}": level, "{tileRow}": row, "{tileCol}": column}
    for name, value in names.items():
        template = template.replace(name, str(value))
    return template


@pytest.fixture(scope="module")
def whole(tilejson: dict[str, Any], template: str) -> str:
    """The address of a tile that holds every feature."""
    longitude, latitude, level = tilejson["center"]
    tile = tile_at(longitude, latitude, level)
    return filled(template, tile.level, tile.row, tile.column)


def test_req_core_conformance_success(api: Api) -> None:
    claimed = api.get("/conformance")["conformsTo"]
    assert {f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" for name in CLASSES} <= set(claimed)


def test_req_core_tc_op(api: Api, whole: str) -> None:
    assert api.follow(whole).status == 200


def test_req_core_tc_tilematrix_tilerow_and_tilecol_definition(api: Api, cells: str) -> None:
    document = api.get("/api")
    path = document["paths"][
        f"/collections/{cells}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    ]
    named = [p["$ref"].rpartition("/")[2] for p in path["get"]["parameters"] if "$ref" in p]
    assert named == ["tileMatrix", "tileRow", "tileCol"]
    parameters = document["components"]["parameters"]
    for name, kind in (("tileMatrix", "string"), ("tileRow", "integer"), ("tileCol", "integer")):
        assert (parameters[name]["in"], parameters[name]["required"]) == ("path", True)
        assert parameters[name]["schema"]["type"] == kind


def test_req_core_tc_success(api: Api, whole: str, cells: str) -> None:
    answer = api.follow(whole, Accept=MVT)
    assert (answer.status, answer.headers["Content-Type"]) == (200, MVT)
    ((name, layer),) = mapbox_vector_tile.decode(answer.body).items()
    assert name == cells
    matched = api.get(f"/collections/{cells}/items?limit=1")["numberMatched"]
    assert sorted(f["id"] for f in layer["features"]) == list(range(1, matched + 1))


@pytest.mark.parametrize("place", [(23, 0, 0), (3, 8, 0), (3, 0, 8), ("x", 0, 0), (3, -1, 0)])
def test_req_core_tc_error(api: Api, template: str, place: tuple[int | str, int, int]) -> None:
    assert api.follow(filled(template, *place)).status in (400, 404)
    nowhere = api.follow(filled(template, 3, 7, 0))
    assert (nowhere.status, nowhere.body) == (204, b"")


def test_req_tileset_description(api: Api, tileset: dict[str, Any]) -> None:
    assert tileset["dataType"] == "vector"
    assert tileset["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert tileset["tileMatrixSetURI"].startswith("http://www.opengis.net/def/tilematrixset/OGC/1.0/")
    (item,) = [link for link in tileset["links"] if link["rel"] == "item"]
    assert (item["templated"], item["type"]) == (True, MVT)
    assert all(f"{{{name}}}" in item["href"] for name in ("tileMatrix", "tileRow", "tileCol"))
    (scheme,) = [link for link in tileset["links"] if link["rel"] == f"{REL}/tiling-scheme"]
    assert json.loads(api.follow(scheme["href"]).body)["id"] == "WebMercatorQuad"


def test_req_tilesets_list_tileset_links(api: Api, cells: str) -> None:
    (entry,) = api.get(f"/collections/{cells}/tiles")["tilesets"]
    assert {"dataType", "crs", "tileMatrixSetURI", "links"} <= set(entry)
    links = {link["rel"]: link["href"] for link in entry["links"]}
    assert f"{REL}/tiling-scheme" in links
    assert links["self"].endswith(f"/collections/{cells}/tiles/WebMercatorQuad")
    assert api.follow(links["self"]).status == 200


def test_req_geodata_tilesets_operation_and_desc_links(api: Api) -> None:
    tiled = 0
    for collection in api.collections():
        links = [link for link in collection["links"] if link["rel"] == f"{REL}/tilesets-vector"]
        if collection["id"].startswith("incidents-"):
            assert links == []
            continue
        assert [link["href"] for link in links] == [
            f"{api.site.url}/ogc/collections/{collection['id']}/tiles"
        ]
        assert api.follow(links[0]["href"]).status == 200
        tiled += 1
    assert tiled >= 24


def test_req_mvt_content(api: Api, whole: str) -> None:
    (layer,) = mapbox_vector_tile.decode(api.follow(whole).body).values()
    assert (layer["version"], layer["extent"]) == (2, 4096)
    for feature in layer["features"]:
        assert feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
        assert feature["geometry"]["coordinates"]


def test_req_oas30_completeness_and_operation_id(api: Api) -> None:
    operations = {path: item["get"]["operationId"] for path, item in api.get("/api")["paths"].items()}
    assert operations["/tileMatrixSets"] == "getTileMatrixSetsList"
    assert operations["/tileMatrixSets/WebMercatorQuad"] == "getTileMatrixSet"
    ends = {
        "tiles": "getTileSetsList",
        "tiles/WebMercatorQuad": "getTileSet",
        "tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}": "getTile",
    }
    for collection in api.collections():
        if not collection["id"].startswith("incidents-"):
            for path, end in ends.items():
                found = operations[f"/collections/{collection['id']}/{path}"]
                assert found.endswith(f".collection.vector.{end}")


def test_req_tms_tilematrixset(api: Api) -> None:
    (entry,) = api.get("/tileMatrixSets")["tileMatrixSets"]
    (link,) = entry["links"]
    matrices = json.loads(api.follow(link["href"]).body)["tileMatrices"]
    needed = ("id", "scaleDenominator", "cellSize", "pointOfOrigin", "tileWidth", "tileHeight", "matrixWidth")
    assert all(name in matrix for name in needed for matrix in matrices)


def test_every_tile_of_every_collection_at_its_own_level_has_all_its_features(api: Api) -> None:
    for collection in api.collections():
        here = f"/collections/{collection['id']}"
        if collection["id"].startswith("incidents-") or "extent" not in collection:
            continue
        document = api.get(f"{here}/tiles/WebMercatorQuad?f=tilejson")
        longitude, latitude, level = document["center"]
        tile = tile_at(longitude, latitude, level)
        answer = api.follow(document["tiles"][0].format(z=tile.level, y=tile.row, x=tile.column))
        (layer,) = mapbox_vector_tile.decode(answer.body).values()
        assert len(layer["features"]) == api.get(f"{here}/items?limit=1")["numberMatched"], here


def test_gdal_reads_a_level_through_ogc_api_tiles(site: Site, tileset: dict[str, Any], cells: str) -> None:
    import pyogrio

    layer = pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=cells, fid_as_index=True).to_crs(3857)
    # GDAL takes the collection's box for metres, so that it is told.
    box = tileset["boundingBox"]
    around = dict(zip(("MINX", "MINY", "MAXX", "MAXY"), [*box["lowerLeft"], *box["upperRight"]], strict=True))
    read = pyogrio.read_dataframe(
        f"OGCAPI:{site.url}/ogc/collections/{cells}", layer="Zoom level 10", API="TILES", **around
    )
    assert read.crs.to_epsg() == 3857
    assert set(read["mvt_id"]) == set(layer.index)
    assert read.geometry.area.sum() == pytest.approx(layer.geometry.area.sum(), rel=1e-3)
    once = read.drop_duplicates("mvt_id").set_index("mvt_id").sort_index()
    layer = layer.sort_index()
    assert once["incidents"].tolist() == layer["incidents"].tolist()
    assert once["z"].tolist() == pytest.approx(layer["z"].tolist(), nan_ok=True)
    assert once["district_name"].fillna("").tolist() == layer["district_name"].fillna("").tolist()


@pytest.mark.parametrize("side", [8_000, 40_000])
def test_qgis_paints_as_much_as_the_layer_covers(
    site: Site, tilejson: dict[str, Any], cells: str, qgis: Qgis, screenshots: Path, side: float
) -> None:
    import pyogrio

    layer = pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=cells).to_crs(3857)
    x, y = layer.geometry.union_all().representative_point().coords[0]
    # As wide as the picture is.
    box = (x - side, y - side * 0.75, x + side, y + side * 0.75)
    words = (tilejson["tiles"][0], ",".join(map(str, box)), str(screenshots / f"qgis-tiles-{side}.png"))
    painted = qgis.run("qgis_tiles.py", *words)
    covered = layer.geometry.intersection(shapely.box(*box)).area.sum() / shapely.box(*box).area
    assert 0.05 < covered < 1
    assert float(painted) == pytest.approx(covered, abs=0.01)


def test_gdals_own_command_reads_a_tile(
    api: Api, whole: str, ogrinfo: str, cells: str, tmp_path: Path
) -> None:
    path = tmp_path / "tile.mvt"
    path.write_bytes(api.follow(whole).body)
    level, row, column = whole.rsplit("/", 3)[1:]
    at = ["-oo", f"X={column}", "-oo", f"Y={row}", "-oo", f"Z={level}", "-oo", "CLIP=NO"]
    done = subprocess.run(
        [ogrinfo, "-ro", "-so", "-al", *at, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    matched = api.get(f"/collections/{cells}/items?limit=1")["numberMatched"]
    assert f"Layer name: {cells}" in done.stdout
    assert f"Feature Count: {matched}" in done.stdout
    assert re.search(r"^incidents: Integer", done.stdout, re.MULTILINE)
    assert re.search(r"^z: Real", done.stdout, re.MULTILINE)
    assert re.search(r"^district_name: String", done.stdout, re.MULTILINE)
