from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from hotspot.analysis.methods import METHODS
from hotspot.outputs import map_words, maps

from .conftest import HOSTILE, filled, with_text, without_features

DISTRICTS = b'{"type":"FeatureCollection","features":[]}'


def page_of(layer, **more) -> str:
    return maps.layer_map(
        layer, data_url="/layers/x/features.geojson", districts_url="/boundaries/BZ.geojson", **more
    )


def index_of(layer, **more) -> str:
    return maps.index_map([maps.IndexEntry.of(layer, url="/layers/x")], districts_urls=["/b.geojson"], **more)


@pytest.mark.parametrize("make", [page_of, index_of])
@pytest.mark.parametrize("name", ["gi_star_layer", "dbscan_layer"])
def test_the_page_names_no_other_host(make, name, request):
    page = make(request.getfixturevalue(name))
    assert not re.findall(r"https?:|//[a-z]", page)


@pytest.mark.parametrize("make", [page_of, index_of])
def test_every_script_carries_the_nonce_of_the_answer(make, gi_star_layer):
    page = maps.with_nonce(make(gi_star_layer).encode(), "r4nd0m").decode()
    assert len(re.findall(r"<script\b", page)) == page.count('<script nonce="r4nd0m"') == 3
    assert "HOTSPOT-NONCE" not in page


def test_no_style_or_handler_stands_inside_a_tag(gi_star_layer):
    for page in (page_of(gi_star_layer), index_of(gi_star_layer)):
        assert not re.findall(r"<[^>]+\s(style|on[a-z]+)=", page)
        assert "<style" not in page


def test_the_page_has_language_title_heading_and_a_word_without_script(gi_star_layer):
    page = page_of(gi_star_layer)
    assert '<html lang="en">' in page
    assert "<title>Thefts at night</title>" in page
    assert "<h1>Thefts at night</h1>" in page
    assert "<noscript>" in page
    assert page.index("<meta charset") < page.index("<title>")


def test_the_heading_says_how_much_since_when_and_how(gi_star_layer, dbscan_layer):
    assert "21 incidents · 1 Jan 2026 to 30 Jun 2026 · Getis-Ord Gi* · cells are squares of 500 m" in page_of(
        gi_star_layer
    )
    assert "60 incidents · since 1 Jan 2026 · DBSCAN · at least 5 incidents within 120 m" in page_of(
        dbscan_layer
    )


def test_the_ranked_hotspots_are_in_the_page_as_text(gi_star_layer):
    assert "<strong>Belize</strong><small>20 incidents · 95 % · 0.59 km²</small>" in page_of(gi_star_layer)


def test_thin_data_are_said_before_anything_else(gi_star_layer):
    thin = {"class": "thin", "incidents": 40, "forced": False}
    assert "Thin data, 40 incidents: read with care." in page_of(
        replace(gi_star_layer, summary={"thinness": thin})
    )
    forced = replace(gi_star_layer, summary={"thinness": {**thin, "forced": True}})
    assert "do not act on this map alone" in page_of(forced)


def test_warnings_unfold_below_the_heading(dbscan_layer):
    page = page_of(dbscan_layer)
    assert "Read with care: 1 warning</summary><p>The study area is only a hull.</p>" in page


def test_the_same_layer_gives_the_same_page(gi_star_layer):
    assert page_of(gi_star_layer) == page_of(gi_star_layer)
    assert index_of(gi_star_layer) == index_of(gi_star_layer)


def test_the_map_draws_on_a_canvas(gi_star_layer):
    assert '"preferCanvas": true' in page_of(gi_star_layer)


def test_assets_may_stand_below_another_path(gi_star_layer):
    assert 'src="/police/static/vendor/leaflet/leaflet.js?v=' in page_of(
        gi_star_layer, static="/police/static/"
    )


def test_text_comes_out_literal_everywhere(gi_star_layer, hostile):
    layer = with_text(gi_star_layer, hostile)
    for page in (
        page_of(layer),
        index_of(layer),
        maps.notebook_view(layer, districts=DISTRICTS).get_root().render(),
    ):
        check_literal(page, hostile)


def check_literal(page: str, text: str) -> None:
    assert f"<strong>{html.escape(text)}</strong>" in page
    assert not re.findall(r"<img|<script>|<!--", page)
    if "49" not in text:
        assert not re.findall(
            r"(?<![\d.])49(?![\d.])", re.sub(r"(?s)<script nonce[^>]*>.*?</script>", "", page)
        )


def test_the_nonce_cannot_be_asked_for_by_text(gi_star_layer):
    page = page_of(with_text(gi_star_layer, '<script nonce="HOTSPOT-NONCE">'))
    assert b"secret" in maps.with_nonce(page.encode(), "secret")
    assert maps.with_nonce(page.encode(), "secret").count(b"secret") == 3


def test_text_of_a_title_or_credit_cannot_leave_its_script(gi_star_layer):
    for text in HOSTILE:
        page = page_of(gi_star_layer, credit=text)
        script = page.rsplit(maps.NONCE, 1)[1]
        assert script.count("</script>") == 1
        settings = re.search(r"HotspotMap\.begin\(map_hotspot, (.*)\);", script)
        assert json.loads(settings[1])["credit"] == text


def test_a_saved_map_is_one_file_that_needs_nothing(gi_star_layer, tmp_path):
    page = maps.save(gi_star_layer, tmp_path / "map.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=", re.sub(r"(?s)<script.*?</script>", "", page))
    assert not re.findall(r"<script[^>]+src=", page)
    assert "url(images" not in page
    assert "sourceMappingURL" not in page
    assert "Made with Natural Earth" in page
    inside = re.search(r'(?s)id="hs-districts-data">(.*?)</script>', page)
    assert len(json.loads(inside[1])["features"]) == 6


def test_a_map_over_a_hull_has_no_districts(dbscan_layer, tmp_path):
    page = maps.save(dbscan_layer, tmp_path / "map.html").read_text(encoding="utf-8")
    assert "hs-districts-data" not in page


def test_a_notebook_shows_the_map_in_a_frame(gi_star_layer):
    shown = maps.notebook_view(gi_star_layer)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")


def test_an_empty_layer_says_why(gi_star_layer):
    page = page_of(without_features(gi_star_layer))
    assert "No hotspot: no cell is significantly hot." in page
    assert '"fit":null' in page


def with_method(layer, name, **columns):
    """The layer as another method would have made it, with what its features have in some fields."""
    known = METHODS[name]
    features = layer.features.drop(columns=[c for c in columns if c in layer.features])
    features = filled(features.assign(**columns), known.fields)
    return replace(layer, method=name, features=features[[f.name for f in known.fields] + ["geometry"]])


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_a_map_also_without_features(name, gi_star_layer, tmp_path):
    method = METHODS[name]
    values = {
        "classes": [3, 2, 0, -1],
        "categories": ["not a known word", "none", "high-high", "more than before"],
        "diverging": [-2.0, -0.1, 0.3, 4.0],
        "ramp": [1.0, 2.0, 3.0, np.nan],
    }[method.style]
    layer = with_method(gi_star_layer, name, **{method.colour_by: values})
    settings = map_words.settings(layer, at_most=20)
    json.dumps(settings, allow_nan=False)
    assert sum(entry["count"] for entry in settings["legend"]["entries"]) == (4 - (method.style == "ramp"))
    names = [field["name"] for field in settings["fields"]]
    assert method.colour_by in names
    assert page_of(layer).count("HotspotMap.") > 3
    assert "No hotspot" in page_of(without_features(layer))


def test_features_of_districts_are_called_so(gi_star_layer):
    used = {"parameters": {"cell_shape": "district", "cell_size": 2000.0}}
    layer = replace(gi_star_layer, provenance={**gi_star_layer.provenance, **used})
    assert "Getis-Ord Gi* · cells are districts" in page_of(layer)
    assert map_words.settings(layer, at_most=1)["noun"] == "districts"
    assert map_words.drawn(layer)[0] == ("restcells", "Districts like chance")


def test_bands_between_contours_are_called_areas(gi_star_layer):
    used = {"parameters": {"cell_shape": "square", "cell_size": 200.0, "output": "contours"}}
    layer = replace(gi_star_layer, provenance={**gi_star_layer.provenance, **used})
    settings = map_words.settings(layer, at_most=1)
    assert settings["noun"] == settings["legend"]["noun"] == "areas"


def test_no_layer_yet_is_said(gi_star_layer):
    page = maps.index_map([])
    assert "No layer is published yet." in page


def test_an_entry_without_places_is_drawn_as_a_box():
    entry = maps.IndexEntry("a", "Thefts", "/layers/a", bbox=(-88.6, 17.9, -88.4, 18.2))
    page = maps.index_map([entry])
    assert "HotspotMap.boxes(" in page
    assert '"fit":[-88.6,17.9,-88.4,18.2]' in page


def test_own_tiles_lie_below_the_outlines(gi_star_layer):
    page = page_of(gi_star_layer, tiles=maps.Tiles("/tiles/{z}/{x}/{y}.png", "Survey & Lands"))
    assert '"url":"/tiles/{z}/{x}/{y}.png"' in page
    assert '"outline_only":true' in page


def test_asking_for_words_and_nonces_needs_no_folium():
    code = (
        "import sys; from hotspot.outputs import geojson, maps, style, files; "
        "maps.with_nonce(b'', ''); "
        "print({'folium', 'pandas', 'geopandas', 'pyogrio', 'jinja2', 'shapely'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
    )


def test_the_map_of_all_layers_opens_on_the_region_of_most_and_can_show_the_others():
    belize = [maps.IndexEntry(name, name, "/", bbox=(-89.0, 16.0, -88.0, 18.0)) for name in "ab"]
    leeds = maps.IndexEntry("c", "c", "/", bbox=(-2.2, 53.5, -1.2, 54.0))
    page = maps.index_map([leeds, *belize])
    assert '"fit":[-89.0,16.0,-88.0,18.0]' in page
    assert '"all":[-89.0,16.0,-1.2,54.0]' in page
