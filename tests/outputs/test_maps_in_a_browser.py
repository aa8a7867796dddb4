"""The maps as a browser shows them: nothing asked of others, no error, words with units, keys."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotspot.analysis import layer as layer_module
from hotspot.analysis.methods import METHODS, Field
from hotspot.outputs import geojson, map_words, maps, style

if TYPE_CHECKING:
    from playwright.sync_api import Page

from .conftest import HOSTILE, with_text, without_features

pytestmark = pytest.mark.acceptance

WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-t0ken'; style-src 'self' 'nonce-t0ken'; "
    "img-src 'self' data:; connect-src 'self'; frame-src 'self'"
)
KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".png": "image/png",
    ".html": "text/html; charset=utf-8",
}


@dataclass
class Site:
    """A loopback server of a few pages and the real static files."""

    static: Path
    pages: dict[str, bytes] = field(default_factory=dict)
    address: str = ""

    def answer(self, path: str) -> tuple[bytes, str] | None:
        if path in self.pages:
            kind = KINDS[".html"] if path.endswith(".html") else "application/geo+json"
            return maps.with_nonce(self.pages[path], "t0ken"), kind
        file = self.static / path.removeprefix("/static/")
        if path.startswith("/static/") and file.is_file():
            return file.read_bytes(), KINDS[file.suffix]
        return (b"", "image/png") if path == "/favicon.ico" else None


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            found = site.answer(self.path.split("?")[0])
            body, kind = found or (b"", "text/plain")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

    return Handler


@pytest.fixture
def site(repository) -> Iterator[Site]:
    made = Site(repository / "hotspot" / "web" / "static")
    made.pages["/bz.geojson"] = (repository / "boundaries" / "BZ" / "districts.geojson").read_bytes()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Shown:
    """A page that is drawn, and what was heard meanwhile."""

    page: Page
    said: list[str]
    foreign: list[str]


@pytest.fixture
def show(browser, site) -> Iterator[Callable[..., Shown]]:
    contexts = []

    def shown(address: str, *, width: str = "desktop") -> Shown:
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        context = browser.new_context(viewport=size, has_touch=width == "phone", is_mobile=width == "phone")
        contexts.append(context)
        page, said, foreign = context.new_page(), [], []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append("a dialog"), dialog.dismiss()))
        ours = (site.address, "data:", "file:")
        page.on("request", lambda r: None if r.url.startswith(ours) else foreign.append(r.url))
        page.goto(address if "://" in address else site.address + address)
        page.wait_for_selector('[data-ready="true"]')
        return Shown(page, said, foreign)

    yield shown
    for context in contexts:
        context.close()


def put(site: Site, layer, *, name: str = "map") -> str:
    site.pages[f"/{name}.geojson"] = geojson.encode_layer(layer)
    page = maps.layer_map(
        layer, data_url=f"/{name}.geojson", districts_url="/bz.geojson", credit="Natural Earth"
    )
    site.pages[f"/{name}.html"] = page.encode()
    return f"/{name}.html"


def put_index(site: Site, *layers) -> str:
    entries = [maps.IndexEntry.of(each, url=f"/layers/{each.id}") for each in layers]
    site.pages["/index.html"] = maps.index_map(entries, districts_urls=["/bz.geojson"]).encode()
    return "/index.html"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["gi_star_layer", "dbscan_layer"])
def test_a_map_is_drawn_in_silence(name, width, site, show, request):
    shown = show(put(site, request.getfixturevalue(name)), width=width)
    assert (shown.said, shown.foreign) == ([], [])
    assert shown.page.locator("canvas").count() >= 2
    width_needed = shown.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width_needed <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_of_all_layers_is_drawn_in_silence(width, site, show, gi_star_layer, dbscan_layer):
    shown = show(put_index(site, gi_star_layer, dbscan_layer), width=width)
    assert (shown.said, shown.foreign) == ([], [])
    shown.page.locator(".hs-badge").first.click()
    assert shown.page.locator(".hs-popup a").get_attribute("href").startswith("/layers/")


def test_a_press_on_the_list_goes_there_and_tells(site, show, gi_star_layer):
    page = show(put(site, gi_star_layer)).page
    page.click(".hs-go[data-rank='1']")
    words = page.locator(".hs-popup").inner_text()
    assert "20 incidents" in words
    assert "Hotspot 1 of 1, 99 % confidence" in words
    assert "33.9 incidents per km²" in words
    assert "0.59 km²" in words
    assert "2 cells" in words
    assert "Theft (12), Burglary (8)" in words


def test_a_press_on_a_cell_says_what_chance_would_give(site, show, gi_star_layer):
    page = show(put(site, gi_star_layer)).page
    page.evaluate("layer_hotcells.getLayers()[0].openPopup()")
    words = page.locator(".hs-popup").inner_text()
    assert "14 incidents in this cell" in words
    assert "Hotspot with 99 % confidence" in words
    assert "20 incidents in 2 cells" in words
    assert "10.5 incidents expected there" in words
    assert "less than 0.001" in words


def test_the_legend_counts_and_the_scale_is_metric(site, show, gi_star_layer):
    page = show(put(site, gi_star_layer)).page
    legend = page.locator(".hs-legend").inner_text()
    assert "Hot, 99 % confidence" in legend
    assert "1 cell" in legend
    assert "Cells are squares of 500 m" in legend
    assert page.locator(".leaflet-control-scale").inner_text().endswith("m")
    assert "mi" not in page.locator(".leaflet-control-scale").inner_text()


def test_the_legend_of_densities_has_its_unit(site, show, dbscan_layer):
    legend = show(put(site, dbscan_layer)).page.locator(".hs-legend").inner_text()
    assert "Density, incidents per km²" in legend
    assert "1 hotspot" in legend


def test_a_hotspot_is_reached_and_opened_by_keyboard(site, show, gi_star_layer):
    page = show(put(site, gi_star_layer)).page
    badge = page.locator(".hs-badge").first
    assert badge.get_attribute("aria-label") == "Hotspot 1: 20 incidents, Belize"
    badge.focus()
    page.keyboard.press("Enter")
    assert page.locator(".hs-popup").count() == 1
    page.keyboard.press("Escape")
    page.locator(".hs-popup").wait_for(state="detached")


def test_the_focus_is_seen(site, show, gi_star_layer):
    page = show(put(site, gi_star_layer)).page
    page.keyboard.press("Tab")
    seen = "(s => s.outlineStyle + ' ' + s.outlineWidth)(getComputedStyle(document.activeElement))"
    assert page.evaluate(seen) == "solid 3px"


def test_layers_can_be_switched_off(site, show, gi_star_layer):
    page = show(put(site, gi_star_layer)).page
    page.locator(".leaflet-control-layers").hover()
    labels = page.locator(".leaflet-control-layers-overlays label").all_inner_texts()
    assert [each.strip() for each in labels] == [
        "Districts",
        "District names",
        "Cells like chance",
        "Hot and cold cells",
        "Ranks",
    ]


def test_nothing_found_is_said_over_the_districts(site, show, gi_star_layer):
    shown = show(put(site, without_features(gi_star_layer)))
    assert shown.page.locator(".hs-message").inner_text() == "No hotspot: no cell is significantly hot."
    assert shown.page.evaluate("map_hotspot.getZoom()") > 5
    assert shown.said == []


def test_data_that_do_not_come_are_said(site, show, gi_star_layer):
    address = put(site, gi_star_layer)
    del site.pages["/map.geojson"]
    message = show(address).page.locator(".hs-message")
    assert "could not be loaded" in message.inner_text()
    assert message.get_attribute("role") == "alert"


def test_a_page_within_a_page_shows_the_map_alone(site, show, gi_star_layer):
    inner = put(site, gi_star_layer)
    site.pages["/outer.html"] = f'<!doctype html><title>x</title><iframe src="{inner}"></iframe>'.encode()
    site.pages["/outer.html"] += b'<p data-ready="true">.</p>'
    frame = show("/outer.html").page.frame_locator("iframe")
    frame.locator('[data-ready="true"]').wait_for()
    assert not frame.locator(".hs-head").is_visible()
    assert not frame.locator(".hs-list").is_visible()


def test_text_is_shown_letter_by_letter(site, show, gi_star_layer):
    hostile = " ".join(HOSTILE)
    shown = show(put(site, with_text(gi_star_layer, hostile)))
    page = shown.page
    page.click(".hs-go[data-rank='1']")
    assert hostile in page.locator(".hs-popup dd").all_text_contents()
    # A carriage return in HTML is a line feed.
    assert page.locator("h1").text_content() == hostile.replace("\r", "\n")
    assert page.locator(".hs-go strong").text_content() == hostile.replace("\r", "\n")
    assert page.locator(".hs-name, .hs-badge").count() > 0
    assert (shown.said, shown.foreign) == ([], [])


def test_text_in_the_map_of_all_layers_is_shown_letter_by_letter(site, show, gi_star_layer):
    hostile = " ".join(HOSTILE)
    shown = show(put_index(site, with_text(gi_star_layer, hostile)))
    shown.page.locator(".hs-badge").first.click()
    assert shown.page.locator(".hs-popup h2").text_content() == hostile
    assert (shown.said, shown.foreign) == ([], [])


def test_a_saved_map_works_from_a_disk_without_any_server(show, gi_star_layer, tmp_path):
    path = maps.save(gi_star_layer, tmp_path / "map.html")
    shown = show(path.as_uri())
    shown.page.click(".hs-go[data-rank='1']")
    assert "20 incidents" in shown.page.locator(".hs-popup").inner_text()
    assert (shown.said, shown.foreign) == ([], [])


def test_a_map_stored_by_an_earlier_version_is_still_drawn(site, show, gi_star_layer):
    old = {
        "method": "gi_star",
        "fit": [-88.2, 17.5, -88.18, 17.505],
        "notes": [],
        "empty": "",
        "total": 1,
        "hotspots": {"1": {"rank": 1, "incidents": 20, "share": 0.95, "confidence": "99 %"}},
        "classes": {
            str(c.value): {"colour": c.colour, "opacity": c.opacity, "label": c.label, "sentence": c.sentence}
            for c in style.CLASSES
        },
        "mean_per_cell": 5.25,
        "features": {"url": "/map.geojson"},
        "legend": {"title": "x", "unit": "", "noun": "cells", "entries": []},
        "credit": "",
    }
    address = put(site, gi_star_layer)
    page = site.pages[address].decode()
    settings = re.search(r"HotspotMap\.begin\(map_hotspot, (.*)\);", page)
    site.pages[address] = page.replace(settings[1], json.dumps(old)).encode()
    shown = show(address)
    shown.page.evaluate("layer_hotcells.getLayers()[0].openPopup()")
    words = shown.page.locator(".hs-popup").inner_text()
    assert "Hotspot with 99 % confidence" in words
    assert "20 incidents in 2 cells" in words
    shown.page.click(".hs-go[data-rank='1']")
    assert "Hotspot 1 of 1, 99 % confidence" in shown.page.locator(".hs-popup").last.inner_text()
    assert shown.said == []


def test_where_hotspots_overlap_the_first_one_answers(site, show, dbscan_layer):
    over = dbscan_layer.features.assign(geometry=[dbscan_layer.features.geometry.iloc[0]] * 2)
    shown = show(put(site, replace(dbscan_layer, features=over)))
    drawn = shown.page.evaluate("layer_clusters.getLayers().map(shape => shape.feature.properties.rank)")
    assert drawn == [2, 1]
    assert shown.said == []


def test_a_category_is_said_in_words_in_tooltip_popup_and_legend(site, show, gi_star_layer, monkeypatch):
    method = replace(
        METHODS["gi_star"],
        style="categories",
        colour_by="pattern",
        fields=(*METHODS["gi_star"].fields, Field("pattern", "string", "Pattern")),
    )
    for module in (map_words, layer_module):
        monkeypatch.setattr(module, "METHODS", {"gi_star": method})
    words = ["new hot", "sporadic hot", "none", "persistent cold"]
    shown = show(put(site, replace(gi_star_layer, features=gi_star_layer.features.assign(pattern=words))))
    page = shown.page
    for label in ("New hot", "Sporadic hot", "No pattern", "Persistent cold"):
        assert label in page.locator(".hs-legend").inner_text()
    page.evaluate("layer_hotcells.getLayers()[0].openPopup()")
    assert "Hot in the last step, for the first time" in page.locator(".hs-popup").inner_text()
    page.evaluate("map_hotspot.closePopup(); layer_hotcells.getLayers()[0].openTooltip()")
    assert "New hot" in page.locator(".hs-brief").inner_text()
    assert page.evaluate("layer_restcells.getLayers().length") == 1
    assert shown.said == []
