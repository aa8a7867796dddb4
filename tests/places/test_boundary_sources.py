from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
import shapely

from hotspot.crs import project_shapes
from hotspot.errors import BoundaryError, LimitError
from hotspot.places import boundary_sources
from hotspot.places.boundary_files import read_boundaries
from hotspot.places.boundary_sources import read_features

Write = Callable[..., Path]
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
TOWN = shapely.box(-88.2, 17.4, -88.1, 17.5)


def refused(path: Path) -> str:
    with pytest.raises(BoundaryError) as error:
        read_features(path)
    return str(error.value)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("", "is not JSON (line 1, column 1"),
        ("code,name\n1,2\n", "is not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "is not a GeoJSON FeatureCollection"),
        ('{"type":"FeatureCollection"}', "is not a GeoJSON FeatureCollection"),
        ('{"type":"FeatureCollection","features":[7]}', "entry 1 is not a GeoJSON Feature"),
        ('{"a":NaN}', "number that is none"),
        ('{"a":' + "9" * 5000 + "}", "too many digits"),
        ("[" * 100_000, "nested too deeply"),
        ('<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "is not JSON"),
    ],
)
def test_what_is_no_geojson_is_refused_with_the_reason(geojson_file: Write, document: str, why: str) -> None:
    assert why in refused(geojson_file(document=document))


@pytest.mark.parametrize(
    "geometry",
    [
        '{"type":"Polygon"}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1e400,1],[1,0],[0,0]]]}',
        '{"type":"Polygon","coordinates":"x"}',
        '{"type":"Circle","coordinates":[0,0]}',
        '{"type":"FeatureCollection","features":[]}',
        "7",
    ],
)
def test_a_geometry_that_cannot_be_read_names_its_feature(geojson_file: Write, geometry: str) -> None:
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{geometry}}}'
    text = f'{{"type":"FeatureCollection","features":[{feature}]}}'
    assert "the geometry of feature 1 cannot be read" in refused(geojson_file(document=text))


def test_other_encodings_are_refused_and_a_byte_order_mark_is_not(
    tmp_path: Path, geojson_file: Write
) -> None:
    path = geojson_file([({"code": "É"}, WEST)])
    text = path.read_text(encoding="utf-8")
    marked = tmp_path / "marked.geojson"
    marked.write_text(text, encoding="utf-8-sig")
    assert read_features(marked).properties == [{"code": "É"}]
    marked.write_text(text, encoding="utf-16")
    assert "is not UTF-8 text" in refused(marked)


def test_a_file_without_features_holds_no_district(geojson_file: Write) -> None:
    with pytest.raises(BoundaryError, match="holds no features"):
        read_boundaries(geojson_file([]), name="beats")


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    assert "no readable file 'none.geojson'" in refused(tmp_path / "none.geojson")
    assert "no readable file" in refused(tmp_path)


def test_a_file_too_large_or_too_full_is_refused(
    geojson_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = geojson_file([({"code": "1"}, WEST), ({"code": "2"}, EAST)])
    monkeypatch.setattr(boundary_sources, "MOST_FEATURES", 1)
    with pytest.raises(LimitError, match="holds 2 features"):
        read_features(path)
    monkeypatch.setattr(boundary_sources, "LARGEST", 10)
    with pytest.raises(LimitError, match="boundaries may have 10"):
        read_features(path)


@pytest.mark.parametrize(
    "urn",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
        "urn:ogc:def:crs:EPSG:6.6:4326",
    ],
)
def test_the_ways_to_write_wgs_84_are_known(geojson_file: Write, urn: str) -> None:
    crs = {"type": "name", "properties": {"name": urn}}
    assert read_features(geojson_file([({"code": "1"}, WEST)], crs=crs)).epsg == 4326


def test_geojson_in_metres_is_brought_to_degrees(geojson_file: Write) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32616"}}
    metres = project_shapes([TOWN], "EPSG:32616")[0]
    found = read_boundaries(geojson_file([({"code": "1"}, metres)], crs=crs), name="beats")
    assert found.geometry[0].equals_exact(TOWN, 1e-9)
    assert "Coordinates were changed from EPSG:32616 to WGS 84." in found.notes


@pytest.mark.parametrize("urn", ["local", "+proj=utm +zone=16", "EPSG:999999"])
def test_an_unknown_reference_system_is_refused(geojson_file: Write, urn: str) -> None:
    crs = {"type": "name", "properties": {"name": urn}}
    with pytest.raises(BoundaryError, match="which is unknown"):
        read_boundaries(geojson_file([({"code": "1"}, WEST)], crs=crs), name="beats")


def test_a_geopackage_is_read_without_gdal(geopackage_file: Write) -> None:
    found = read_boundaries(geopackage_file({"beats": [("7", WEST), ("8", EAST)]}), name="beats")
    assert found.codes == ("7", "8")
    assert found.geometry[1].equals(EAST)


@pytest.mark.parametrize("epsg", [4326, 32616])
def test_a_geopackage_by_gdal_is_read_alike(tmp_path: Path, epsg: int) -> None:
    path = tmp_path / "gdal.gpkg"
    frame = geopandas.GeoDataFrame({"beat": ["A"], "name": ["Town"]}, geometry=[TOWN], crs="EPSG:4326")
    frame.to_crs(epsg).to_file(path, driver="GPKG", layer='odd " name', engine="pyogrio")
    found = read_boundaries(path, name="beats", code_column="beat")
    assert (found.codes, found.names) == (("A",), ("Town",))
    assert found.geometry[0].equals_exact(TOWN, 1e-8)


def test_one_layer_of_several_must_be_named(geopackage_file: Write) -> None:
    path = geopackage_file({"beats": [("7", WEST)], "zones": [("1", EAST)]})
    assert "must hold one layer, or you name one. Its layers: beats, zones" in refused(path)
    assert read_features(path, layer="zones").properties[0]["beat"] == "1"
    with pytest.raises(BoundaryError, match="has no layer 'x'"):
        read_features(path, layer="x")


def test_a_view_is_no_layer(geopackage_file: Write) -> None:
    path = geopackage_file({"beats": [("7", WEST)]})
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW trap AS SELECT * FROM beats")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'trap'")
    database.close()
    assert "Its layers: none" in refused(path)


def test_an_endless_layer_is_stopped(geopackage_file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = geopackage_file({"beats": [(str(n), WEST) for n in range(2_000)]})
    monkeypatch.setattr(boundary_sources, "_MOST_STEPS", 0)
    monkeypatch.setattr(boundary_sources, "_STEPS_AT_ONCE", 10)
    assert "interrupted" in refused(path)


def test_a_broken_geopackage_is_refused(geopackage_file: Write, tmp_path: Path) -> None:
    whole = geopackage_file({"beats": [("7", WEST)]}).read_bytes()
    torn = tmp_path / "torn.gpkg"
    torn.write_bytes(whole[:6000])
    assert "is not a readable GeoPackage" in refused(torn)
    plain = tmp_path / "plain.gpkg"
    with sqlite3.connect(plain) as database:
        database.execute("CREATE TABLE t (a)")
    database.close()
    assert "is not a readable GeoPackage" in refused(plain)


@pytest.mark.parametrize("blob", [b"", b"XX", b"GP\x00\x01\x00\x00\x00\x00rubbish", "text", 7])
def test_a_geometry_of_a_geopackage_that_cannot_be_read_names_its_row(
    geopackage_file: Write, blob: object
) -> None:
    path = geopackage_file({"beats": [("7", WEST)]})
    with sqlite3.connect(path) as database:
        database.execute("UPDATE beats SET geom = ?", (blob,))
    database.close()
    assert "the geometry of row 1 cannot be read" in refused(path)


def test_reading_a_geopackage_leaves_it_as_it_was(geopackage_file: Write, tmp_path: Path) -> None:
    path = geopackage_file({"beats": [("7", WEST)]})
    before = path.read_bytes()
    read_features(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
