from __future__ import annotations

import csv
import io
import sqlite3
import warnings
import zipfile
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio
import pytest
import shapely

from hotspot.analysis.layer import Layer
from hotspot.analysis.methods import METHODS
from hotspot.errors import InputError
from hotspot.outputs import files
from hotspot.outputs.formats import FILES, FORMATS
from hotspot.outputs.gdal import LAYER_NAME
from hotspot.places.boundaries import load

from .conftest import with_text, without_features

READ_BY_GDAL = ("geojson", "gpkg", "kml", "shp.zip", "fgb")


def read(content: bytes, suffix: str, tmp_path):
    path = tmp_path / f"layer.{suffix}"
    path.write_bytes(content)
    return pyogrio.read_dataframe(path, layer=LAYER_NAME if suffix == "gpkg" else None)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize("name", ["gi_star_layer", "dbscan_layer"])
def test_the_same_layer_gives_the_same_bytes(name, suffix, request):
    layer = request.getfixturevalue(name)
    assert files.encode(layer, suffix) == files.encode(layer, suffix)


@pytest.mark.parametrize("suffix", READ_BY_GDAL)
def test_gdal_reads_every_feature_and_shape(gi_star_layer, suffix, tmp_path):
    back = read(files.encode(gi_star_layer, suffix), suffix, tmp_path)
    # FlatGeobuf keeps features in the order of its index.
    back = back.assign(incidents=back["incidents"].astype(int)).sort_values("incidents", ascending=False)
    assert back["incidents"].tolist() == [14, 6, 1, 0]
    ours = gi_star_layer.features.geometry.to_numpy()
    assert shapely.equals(shapely.normalize(shapely.force_2d(back.geometry.to_numpy())), ours).all()
    assert back.crs.to_epsg() == 4326


def test_parquet_holds_the_whole_layer(dbscan_layer):
    back = Layer.from_parquet(files.encode(dbscan_layer, "parquet"))
    assert back.title == "Burglary"
    assert back.hotspot_records == dbscan_layer.hotspot_records


def test_a_geopackage_carries_the_title_and_no_time_of_day(gi_star_layer, tmp_path):
    path = files.write(gi_star_layer, tmp_path / "layer.gpkg")
    with closing(sqlite3.connect(path)) as base:
        row = base.execute("select table_name, identifier, last_change from gpkg_contents").fetchone()
    assert row == ("hotspots", "Thefts at night", "2000-01-01T00:00:00.000Z")


def test_the_clock_of_others_is_left_alone(gi_star_layer):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        files.encode(gi_star_layer, "gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_csv_has_the_centre_of_each_feature(gi_star_layer):
    first = rows_of(files.encode(gi_star_layer, "csv"))[0]
    assert (float(first["lon"]), float(first["lat"])) == (-88.1975, 17.5025)
    assert first["incidents"] == "14"


def test_csv_numbers_below_zero_stay_numbers(gi_star_layer):
    assert rows_of(files.encode(gi_star_layer, "csv"))[3]["z"] == "-2.0"


def test_csv_missing_values_are_empty(gi_star_layer):
    rows = rows_of(files.encode(gi_star_layer, "csv"))
    assert rows[2]["density"] == ""
    assert rows[3]["district_name"] == ""


def test_csv_text_is_literal_and_never_a_formula(gi_star_layer, hostile):
    (text,) = {
        each["district_name"] for each in rows_of(files.encode(with_text(gi_star_layer, hostile), "csv"))
    }
    assert text.removeprefix("'") == hostile
    assert text[0] not in "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("suffix", READ_BY_GDAL)
def test_text_comes_out_of_every_file_literal(gi_star_layer, hostile, suffix, tmp_path):
    layer = with_text(gi_star_layer, hostile)
    back = read(files.encode(layer, suffix), suffix, tmp_path)
    column = "dist_name" if suffix == "shp.zip" else "district_name"
    (text,) = set(back[column])
    # XML turns a carriage return into a line feed, and KML's reader trims.
    assert text.strip() == hostile.strip()


def test_kml_text_never_becomes_markup(gi_star_layer):
    content = files.encode(with_text(gi_star_layer, "<script>\x00\x1f]]>"), "kml").decode()
    assert "<script>" not in content
    assert "\x1f" not in content


def test_a_shapefile_has_short_names_and_no_warning(dbscan_layer):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        content = files.encode(with_text(dbscan_layer, "é" * 300), "shp.zip")
    assert not said
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == [
            f"hotspots.{part}" for part in ("cpg", "dbf", "prj", "qml", "shp", "shx")
        ]


@pytest.mark.parametrize("name", METHODS)
def test_a_shapefile_has_a_short_name_for_every_field_of_every_method(name):
    names = [field.name for field in METHODS[name].fields]
    short = {**dict(zip(names, names, strict=True)), **files.short_names(names)}
    assert all(len(each) <= 10 for each in short.values())
    assert len(set(short.values())) == len(names)


@pytest.mark.parametrize("suffix", FILES)
def test_an_empty_layer_is_an_empty_file_of_its_kind(gi_star_layer, suffix, tmp_path):
    content = files.encode(without_features(gi_star_layer), suffix)
    if suffix in READ_BY_GDAL:
        assert len(read(content, suffix, tmp_path)) == 0
    else:
        assert content


def test_the_suffix_says_the_format(gi_star_layer, tmp_path):
    path = files.write(gi_star_layer, tmp_path / "Thefts.SHP.ZIP")
    assert zipfile.is_zipfile(path)


@pytest.mark.parametrize("name", ["layer.exe", "layer", "gpkg"])
def test_another_suffix_is_refused_with_the_known_ones(gi_star_layer, name, tmp_path):
    with pytest.raises(InputError, match="gpkg, csv"):
        files.write(gi_star_layer, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_encode_refuses_what_it_cannot_write(gi_star_layer):
    with pytest.raises(InputError, match="'docx'"):
        files.encode(gi_star_layer, "docx")


def test_writing_leaves_the_layer_as_it_was(gi_star_layer):
    before = gi_star_layer.features.copy(deep=True)
    for suffix in FILES:
        files.encode(gi_star_layer, suffix)
    assert before.equals(gi_star_layer.features)
    assert np.array_equal(before.columns, gi_star_layer.features.columns)


KML = {"kml": "http://www.opengis.net/kml/2.2"}


def places_of(content: bytes) -> tuple[ET.Element, list[str]]:
    root = ET.fromstring(content)  # noqa: S314 - what we wrote ourselves
    return root, [each.findtext("kml:styleUrl", "", KML) for each in root.iterfind(".//kml:Placemark", KML)]


def test_each_place_of_a_kml_has_the_colour_of_its_map(gi_star_layer):
    root, links = places_of(files.encode(gi_star_layer, "kml"))
    styles = {each.get("id"): each for each in root.iterfind("kml:Document/kml:Style", KML)}
    fills = [styles[link[1:]].findtext("kml:PolyStyle/kml:color", "", KML) for link in links]
    # Opacity, blue, green, red.
    assert fills == ["d9150fa5", "cc3a4cde", "389b928c", "cce4cba3"]
    assert root.findtext("kml:Document/kml:name", "", KML) == "Thefts at night"
    assert "Hot, 99 % confidence: 1" in root.findtext("kml:Document/kml:description", "", KML)
    assert root.find(".//kml:Placemark/kml:Style", KML) is None


def test_a_place_of_a_kml_without_a_value_is_grey(gi_star_layer):
    features = gi_star_layer.features.assign(**{"class": [3, 2, None, -1]})
    _, links = places_of(files.encode(replace(gi_star_layer, features=features), "kml"))
    assert links == ["#look-0", "#look-1", "#look-unknown", "#look-4"]


def test_a_kml_of_hostile_text_is_well_formed_and_says_it(gi_star_layer, hostile):
    root, _ = places_of(files.encode(with_text(gi_star_layer, hostile), "kml"))
    said = root.findtext("kml:Document/kml:name", "", KML)
    assert said.replace("\n", "\r") == hostile.replace("\n", "\r")


def test_every_format_is_made_and_no_other():
    assert set(FILES) | {"qlr"} == set(FORMATS)
    assert set(files._MAKERS) == set(FILES)


def test_a_shapefile_brings_a_style_with_its_short_names(gi_star_layer):
    with zipfile.ZipFile(io.BytesIO(files.encode(gi_star_layer, "shp.zip"))) as archive:
        said = archive.read("hotspots.qml").decode()
    assert 'field="nbr_incid"' in said
    assert 'attr="class"' in said


def test_districts_are_a_geopackage(tmp_path):
    content = files.districts_geopackage(load("BZ"))
    assert content == files.districts_geopackage(load("BZ"))
    path = tmp_path / "districts.gpkg"
    path.write_bytes(content)
    back = pyogrio.read_dataframe(path, layer="districts")
    assert sorted(back["code"]) == sorted(load("BZ").codes)
