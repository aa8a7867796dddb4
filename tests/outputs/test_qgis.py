"""Styles and layer definitions for QGIS; what QGIS itself makes of them is an acceptance test."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.methods import METHODS
from hotspot.outputs import files, looks, style
from hotspot.outputs.qgis_layer import Source, qlr
from hotspot.outputs.qgis_style import QgisStyle, qml
from hotspot.outputs.qgis_symbols import districts_qml

from .conftest import with_text, without_features

SOURCE = Source(service="http://127.0.0.1:8000/ogc", collection="thefts-1", title="Thefts")


def style_of(method: str, values: list[object], **more: object) -> QgisStyle:
    return QgisStyle.fitting(METHODS[method], values, parameters={}, **more)


def tree(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - what we wrote ourselves


def labels(text: str) -> list[str]:
    """The words of the legend, in order."""
    root = tree(text)
    shown = [*root.iter("category"), *root.iter("range"), *root.iter("rule")]
    return [each.get("label", "") for each in shown]


def colour(symbol: ET.Element) -> str:
    return next(each.get("v", "") for each in symbol.iter("prop") if each.get("k") == "color")


def test_a_style_has_the_legend_of_the_map(gi_star_layer):
    text = qml(QgisStyle.of(gi_star_layer))
    assert labels(text) == [
        "Hot, 99 % confidence",
        "Hot, 95 % confidence",
        "Not significant",
        "Cold, 90 % confidence",
    ]
    root = tree(text)
    assert root.find("renderer-v2").get("attr") == "class"
    assert [each.get("value") for each in root.iter("category")] == ["3", "2", "0", "-1"]
    assert colour(next(root.iter("symbol"))) == "165,15,21,217"


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_a_style_whose_symbols_are_all_there(name):
    method = METHODS[name]
    known = looks.looks_of(method.colour_by)
    values = [look.value for look in known] or [0.0, 1.0, 2.5, 7.0, 30.0, 3.0]
    for every in (False, True):
        root = tree(qml(style_of(name, values, every=every)))
        shown = [*root.iter("category"), *root.iter("range"), *root.iter("rule")]
        symbols = [each.get("name") for each in root.iter("symbol")]
        assert [each.get("symbol") for each in shown] == symbols
        assert len(set(symbols)) == len(symbols) > 1


@given(st.lists(st.floats(0, 1e6) | st.none(), min_size=1, max_size=40))
def test_ranges_hold_every_number_once_and_as_the_map_does(values):
    given_style = style_of("kde", values)
    root = tree(qml(given_style))
    scale = given_style.scale
    numbers = [value for value in values if value is not None]
    if given_style.missing:
        rules = [each for each in root.iter("rule") if each.get("filter") != "ELSE"]
        assert len(rules) == len(scale.looks) - _unused(scale)
        return
    ranges = [(float(each.get("lower")), float(each.get("upper"))) for each in root.iter("range")]
    for value, place in zip(numbers, style.looks_at(scale, numbers), strict=True):
        holding = [number for number, (low, high) in enumerate(ranges) if low <= value <= high]
        assert len(holding) == 1
        shown = [entry.label for entry in scale.legend.entries]
        assert shown[holding[0]] == scale.looks[place].label


def _unused(scale: style.Scale) -> int:
    return len(scale.looks) - len(scale.legend.entries)


def test_a_number_on_a_break_is_in_the_upper_range():
    values = [10.0, 20.0, 30.0, 40.0, 51.234, 18.0, 26.0]
    made = style_of("kde", values)
    assert 18.0 in made.scale.breaks
    place = made.scale.breaks.index(18.0)
    assert made.ends(place)[1] < 18.0 == made.ends(place + 1)[0]


def test_missing_numbers_are_drawn_as_on_the_map():
    text = qml(style_of("dual_kde", [0.5, -0.5, None, 2.0]))
    root = tree(text)
    assert root.find("renderer-v2").get("type") == "RuleRenderer"
    assert labels(text)[-1] == "Not known"
    assert [*root.iter("rule")][-1].get("filter") == "ELSE"


def test_missing_words_are_drawn_as_on_the_map():
    text = qml(style_of("emerging", ["new hot", None, "a word of tomorrow"]))
    assert labels(text) == ["New hot", "A word of tomorrow", "Not known"]
    assert [*tree(text).iter("category")][-1].get("value") == ""


def test_a_layer_that_will_change_has_all_looks():
    now = style_of("gi_star", [0, 3])
    later = style_of("gi_star", [0, 3], every=True)
    assert labels(qml(now)) == ["Hot, 99 % confidence", "Not significant"]
    assert labels(qml(later)) == [*(look.label for look in looks.CLASSES), "Not known"]


def test_hotspots_are_drawn_the_first_above_the_others_with_their_rank(dbscan_layer):
    root = tree(qml(QgisStyle.of(dbscan_layer)))
    assert root.find(".//orderByClause").text == '"rank"'
    assert root.find(".//orderByClause").get("asc") == "0"
    assert root.get("labelsEnabled") == "1"
    assert root.find(".//text-style").get("fieldName") == "rank"


def test_cells_have_no_labels_and_no_order(gi_star_layer):
    root = tree(qml(QgisStyle.of(gi_star_layer)))
    assert root.get("labelsEnabled") == "0"
    assert root.find("labeling") is None
    assert root.find("renderer-v2").get("enableorderby") == "0"


def test_fields_have_titles_with_units_under_the_names_of_the_file(gi_star_layer):
    names = files.short_names(gi_star_layer.features.columns)
    root = tree(qml(QgisStyle.of(gi_star_layer, names=names)))
    titles = {each.get("field"): each.get("name") for each in root.iter("alias")}
    assert titles["nbr_incid"] == "Incidents around"
    assert titles["density"] == "Density (incidents per km²)"
    assert not any(len(name) > 10 for name in titles)


def test_the_colours_that_map_js_has_of_its_own_are_these():
    script = (Path(files.__file__).parents[1] / "web" / "static" / "map" / "map.js").read_text("utf-8")
    edge, opacity, width = looks.EDGE_OF_HOTSPOTS
    assert f'color: "{edge}", opacity: {opacity:g}, weight: {width:g}' in script
    assert f'color: "{looks.OUTLINE}"' in script
    assert f'INK = "{looks.INK}"' in script
    grey = looks.NOT_KNOWN
    assert f'colour: "{grey.colour}", opacity: {grey.opacity}, label: "{grey.label}"' in script


def test_text_of_others_stays_text_in_styles_and_definitions(dbscan_layer, hostile):
    layer = with_text(dbscan_layer, hostile)
    tree(qml(QgisStyle.of(layer)))
    source = replace(SOURCE, title=hostile, abstract=hostile)
    root = tree(qlr(source, QgisStyle.of(layer)))
    said = root.find(".//layername").text or ""
    # XML turns a carriage return into a line feed.
    assert said.replace("\n", "\r") == hostile.replace("\n", "\r")


def test_control_characters_that_xml_cannot_hold_are_left_out(dbscan_layer):
    source = replace(SOURCE, title="a\x00b\x1fc\ufffe")
    assert tree(qlr(source, QgisStyle.of(dbscan_layer))).find(".//layername").text == "abc"


def test_a_definition_leads_to_the_collection_of_the_service(gi_star_layer):
    root = tree(qlr(SOURCE, QgisStyle.of(gi_star_layer)))
    assert root.find(".//provider").text == "OAPIF"
    uri = root.find(".//datasource").text
    assert "typename='thefts-1'" in uri
    assert "url='http://127.0.0.1:8000/ogc'" in uri
    assert root.find(".//layer-tree-layer").get("source") == uri
    assert root.find(".//layer-tree-layer").get("id") == root.find(".//maplayer/id").text
    assert root.find(".//maplayer/renderer-v2").get("attr") == "class"


def test_a_quote_in_an_address_does_not_end_it():
    source = replace(SOURCE, service="http://a/'b\\")
    assert source.uri.endswith(r"url='http://a/\'b\\'")


@pytest.mark.parametrize("name", ["gi_star_layer", "dbscan_layer"])
def test_a_geopackage_has_the_style_where_qgis_looks_for_it(name, request, tmp_path):
    layer = request.getfixturevalue(name)
    path = files.write(layer, tmp_path / "layer.gpkg")
    with closing(sqlite3.connect(path)) as base:
        asked = "SELECT f_table_schema, f_table_name, f_geometry_column, useAsDefault FROM layer_styles"
        assert base.execute(asked).fetchall() == [("", "hotspots", "geom", 1)]
        assert base.execute("SELECT styleQML FROM layer_styles").fetchone()[0] == qml(QgisStyle.of(layer))
        kinds = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert kinds == {"hotspots": "features", "layer_styles": "attributes"}
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_layer_without_features_has_a_style_too(gi_star_layer, dbscan_layer):
    for layer in (gi_star_layer, dbscan_layer):
        tree(qml(QgisStyle.of(without_features(layer))))


def test_districts_are_land_with_names():
    root = tree(districts_qml())
    assert colour(next(root.iter("symbol"))) == "248,247,243,255"
    assert root.find(".//text-style").get("fieldName") == "name"


def test_places_of_looks_are_those_that_the_legend_counts():
    rng = np.random.default_rng(5)
    values = [*rng.gamma(2, 20, 200).tolist(), None, float("nan")]
    scale = style.scale(METHODS["kde"], values)
    places = style.looks_at(scale, values)
    counted = {entry.value: entry.count for entry in scale.legend.entries}
    assert {i: int((places == i).sum()) for i in counted} == counted
    assert (places == -1).sum() == 2
