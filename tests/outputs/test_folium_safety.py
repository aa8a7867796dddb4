from __future__ import annotations

import itertools
import pickle
from concurrent.futures import ThreadPoolExecutor

import folium
import pytest
from branca.element import Element, Figure
from folium.utilities import JsCode

from hotspot.outputs.folium_safety import literal_text


@pytest.fixture
def same_ids(monkeypatch):
    """Numbers elements from nought, so that two maps made alike have equal names."""

    def restart():
        numbers = itertools.count()
        monkeypatch.setattr(Element, "_generate_id", classmethod(lambda _: f"{next(numbers):032x}"))

    return restart


def plain_map() -> folium.Map:
    return folium.Map(location=(17.5, -88.2), tiles="https://tiles.test/{z}/{x}/{y}.png", attr="Tiles & more")


def marked_map() -> folium.Map:
    chart = plain_map()
    folium.Marker(
        (17.5, -88.2), popup="Belize City\n", tooltip="14 incidents", icon=folium.Icon("red")
    ).add_to(chart)
    folium.CircleMarker((17.4, -88.3), popup=folium.Popup("<b>Cayo</b>\r\n", max_width=200)).add_to(chart)
    folium.GeoJson({"type": "FeatureCollection", "features": []}, name="Districts").add_to(chart)
    folium.LayerControl().add_to(chart)
    return chart


def scripted_map() -> folium.Map:
    chart = marked_map()
    chart.on(click=JsCode("(e) => { let a = {b: {c: 1}}; }"))
    chart.get_root().html.add_child(Element("<h1>Thefts</h1>\n"))
    folium.FeatureGroup("Heat").add_to(chart)
    folium.FitBounds([[17, -89], [18, -88]]).add_to(chart)
    return chart


@pytest.mark.parametrize("make", [plain_map, marked_map, scripted_map])
def test_benign_maps_come_out_byte_for_byte(make, same_ids):
    same_ids()
    usual = make().get_root().render()
    same_ids()
    with literal_text():
        literal = make().get_root().render()
    assert literal.encode() == usual.encode()
    assert len(usual) > 2000


def test_folium_runs_text_as_a_template_without_us():
    chart = plain_map()
    folium.Marker((17.5, -88.2), popup="{{ 7 * 7 }}").add_to(chart)
    # If this ever fails, Folium has mended it and literal_text can go.
    assert "{{ 7 * 7 }}" not in chart.get_root().render()


def test_text_is_literal_in_popups_and_names(hostile):
    with literal_text():
        chart = plain_map()
        folium.Marker(
            (17.5, -88.2), tooltip=folium.Tooltip("x"), popup=folium.Popup(hostile, parse_html=True)
        ).add_to(chart)
        folium.FeatureGroup(name=hostile).add_to(chart)
        folium.LayerControl().add_to(chart)
        page = chart.get_root().render()
    if "{" in hostile:
        assert hostile.replace("`", "\\`") in page or hostile in page


def test_others_keep_their_templates():
    with literal_text():
        assert Element("{{ 7 * 7 }}").render() == "{{ 7 * 7 }}"
    assert Element("{{ 7 * 7 }}").render() == "49"


def test_other_threads_keep_their_templates():
    with literal_text(), ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: Element("{{ 7 * 7 }}").render()).result() == "49"


def test_text_that_is_no_template_at_all_is_taken():
    with literal_text():
        assert Element("{% raw %}").render() == "{% raw %}"


@pytest.mark.parametrize("text", ["a\n", "a\n\n", "\r\n", "a\rb\r\n", "", "\n"])
def test_line_ends_are_those_of_jinja(text):
    usual = Element(text).render()
    with literal_text():
        assert Element(text).render() == usual


def test_named_templates_still_work(tmp_path):
    with literal_text():
        figure = Figure()
        figure.html.add_child(Element("<p>{{ x }}</p>"))
        assert "<p>{{ x }}</p>" in figure.render()


def test_a_figure_without_text_can_be_kept():
    with literal_text():
        figure = Figure()
    assert "<html>" in pickle.loads(pickle.dumps(figure)).render()  # noqa: S301 - our own bytes
