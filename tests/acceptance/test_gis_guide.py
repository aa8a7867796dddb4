"""Everything that docs/gis.md tells a reader to type, run or paste works, on the sample data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.guide import SERVICE, Block, blocks, pasted, typed
from tests.acceptance.pictures import over, points_of

if TYPE_CHECKING:
    from tests.acceptance.conftest import Qgis, Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

BLOCKS = blocks()
SETTING_UP = [b for b in BLOCKS if b.language == "sh" and b.text.startswith("hotspot ")]
ROBBERIES, CRIME = "latest-robberies", "latest-crime"
LAND = "#f8f7f3"
RAMP = ("#fee89a", "#fdb44f", "#ef7430", "#c4301f", "#78061f")


def of(language: str) -> list[Block]:
    return [b for b in BLOCKS if b.language == language and b not in SETTING_UP]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader types."""
    return tmp_path_factory.mktemp("reader")


@pytest.fixture(scope="module")
def guided(site: Site, folder: Path) -> Site:
    """The service after every question that the guide asks."""
    assert len(SETTING_UP) == 3
    for block in SETTING_UP:
        done = typed(["bash", "-euo", "pipefail"], block.text, service=site.url, env=site.env, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "robberies-today.gpkg").stat().st_size > 1000
    for name in (ROBBERIES, CRIME):
        assert site.ask(f"/ogc/collections/{name}").status == 200
    return site


def test_the_guide_has_each_kind_of_block() -> None:
    found = {block.language: 0 for block in BLOCKS}
    for block in BLOCKS:
        found[block.language] += 1
    assert found == {"sh": 8, "python": 2, "r": 1, "html": 3}


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_a_command_does_what_it_says(block: Block, guided: Site, ogrinfo: str, folder: Path) -> None:
    done = typed(["bash", "-euo", "pipefail"], block.text, service=guided.url, env=guided.env, folder=folder)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    for name in re.findall(r"^ogr2ogr (\S+)", block.text, re.MULTILINE):
        assert (folder / name).stat().st_size > 1000, name
    for count in re.findall(r"^Feature Count: (\d+)", done.stdout, re.MULTILINE):
        assert int(count) > 0, done.stdout
    answers = documents(done.stdout) if "curl" in block.text else []
    assert len(answers) == block.text.count("curl ")
    assert all(answer["numberReturned"] > 0 for answer in answers)


def test_the_answers_to_the_requests_are_what_was_asked_for(guided: Site, folder: Path) -> None:
    block = next(b for b in BLOCKS if "sortby" in b.text)
    done = typed(["bash", "-euo", "pipefail"], block.text, service=guided.url, env=guided.env, folder=folder)
    most, box, hottest, middling, inside, metres = documents(done.stdout)
    counts = [feature["properties"]["incidents"] for feature in most["features"]]
    assert counts == sorted(counts, reverse=True) and len(counts) == 3
    assert set(most["features"][0]["properties"]) == {"incidents", "class", "district_name"}
    assert all(feature.get("geometry") is None for feature in box["features"])
    assert {feature["properties"]["class"] for feature in hottest["features"]} == {3}
    assert all(5 <= feature["properties"]["incidents"] <= 20 for feature in middling["features"])
    assert {f["id"] for f in inside["features"]} == {f["id"] for f in box["features"]}
    assert abs(metres["features"][0]["geometry"]["coordinates"][0][0][0]) > 1_000_000


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_a_script_runs(block: Block, guided: Site, folder: Path) -> None:
    done = typed(["python", "-"], block.text, service=guided.url, env=guided.env, folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("block", of("r"), ids=str)
def test_a_script_in_r_runs(block: Block, guided: Site, folder: Path) -> None:
    rscript = shutil.which("Rscript")
    lacking = 'quit(status = !nzchar(system.file(package = "sf")))'
    if rscript is None or subprocess.run([rscript, "--vanilla", "-e", lacking], check=False).returncode:
        pytest.skip("R with sf is not installed (Debian: r-cran-sf): the guide's script in R is NOT tested")
    done = typed([rscript, "--vanilla", "-"], block.text, service=guided.url, env=guided.env, folder=folder)
    assert done.returncode == 0, done.stderr
    assert "incidents" in done.stdout


class Paste:
    """A page of another site, opened in a browser, and all that it did."""

    def __init__(self, browser: Any, address: str, *, width: int = 1000, height: int = 640) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(address, wait_until="networkidle")

    def _heard(self, message: Any) -> None:
        # A machine without a graphics card draws in software, and Chromium says so.
        if message.type in {"error", "warning"} and "GPU stall" not in message.text:
            self.said.append(f"{message.type}: {message.text}")

    @property
    def hosts(self) -> set[str]:
        addresses = [url for url in self.asked if not url.startswith(("data:", "blob:"))]
        return {urlsplit(url).netloc for url in addresses}

    def close(self) -> None:
        self.page.context.close()


@pytest.fixture(scope="module")
def painter(browser: Any) -> Iterator[Any]:
    """A Chromium that draws with WebGL, in software where there is no graphics card."""
    options = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    opened = browser.browser_type.launch(
        executable_path=found, args=[*options, "--disable-background-networking"]
    )
    yield opened
    opened.close()


def seen(painter: Any, page: Any, path: Path) -> list[int]:
    """Points of a page in each colour of the hotspots: of its last picture, when they have been drawn."""
    drawn: list[int] = []
    for _ in range(100):
        picture = page.screenshot(path=str(path))
        drawn = points_of(painter, picture, [over(colour, LAND, 0.82) for colour in RAMP])
        # A busy machine draws some time after the last answer.
        if sum(drawn) > 100:
            break
    return drawn


@pytest.mark.parametrize("name", ["embed", "leaflet", "maplibre"])
def test_a_pasted_page_draws_the_hotspots_and_asks_nobody_else(
    name: str, guided: Site, painter: Any, screenshots: Path
) -> None:
    block = next(b for b in BLOCKS if b.name == name)
    with pasted(block.text, service=guided.url) as address:
        paste = Paste(painter, address)
        if name == "embed":
            paste.page.frames[1].wait_for_selector("[data-ready=true]")
        drawn = seen(painter, paste.page, screenshots / f"{name}.png")
        assert paste.said == []
        assert paste.hosts == {urlsplit(address).netloc, urlsplit(guided.url).netloc}
        paste.close()
    assert sum(drawn) > 100, drawn
    assert sum(1 for count in drawn if count) >= 2, drawn


def test_an_embedded_map_has_its_words_its_list_and_its_keyboard(guided: Site, browser: Any) -> None:
    block = next(b for b in BLOCKS if b.name == "embed")
    with pasted(block.text, service=guided.url) as address:
        paste = Paste(browser, address)
        frame = paste.page.frames[1]
        frame.wait_for_selector("[data-ready=true]")
        assert frame.evaluate("document.documentElement.lang") == "en"
        assert frame.locator("h1").is_visible()
        assert frame.locator(".hs-list .hs-go").first.is_visible()
        assert frame.locator("nav").count() == 0
        scrolls = "Boolean(map_hotspot.scrollWheelZoom.enabled())"
        assert frame.evaluate(scrolls) is False
        frame.locator(".hs-list .hs-go").first.focus()
        paste.page.keyboard.press("Enter")
        assert "Hotspot 1 of" in frame.locator(".leaflet-popup").inner_text()
        frame.locator(".folium-map").focus()
        assert frame.evaluate(scrolls) is True
        # The link leads out of the frame, to where the layer is from.
        with paste.page.context.expect_page() as opened:
            frame.locator(".hs-head a").click()
        assert opened.value.url.startswith(f"{guided.url}/layers/")
        assert paste.said == []
        paste.close()


def test_the_page_of_a_layer_has_every_address_ready_to_copy(
    guided: Site, browser: Any, screenshots: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(f"{guided.url}/layers/latest/robberies", wait_until="networkidle")
    box = page.locator("section[aria-labelledby=use-title]")
    box.locator("summary").first.click()
    for field in box.locator(".copy").all():
        text = field.locator("input, textarea").input_value()
        field.get_by_role("button").click()
        assert page.evaluate("navigator.clipboard.readText()") == text
        assert guided.url in text
    assert f"{guided.url}/layers/{ROBBERIES}/embed" in page.input_value("#embed-code")
    # A reader's service has the address of the guide.
    shown = [guided.url, SERVICE]
    page.evaluate(
        "([a, b]) => document.querySelectorAll('.copy :is(input, textarea)')"
        ".forEach((field) => { field.value = field.value.replaceAll(a, b); })",
        shown,
    )
    box.locator("summary").first.click()
    page.mouse.move(0, 0)
    page.wait_for_function("() => !document.body.innerText.includes('Copied')")
    box.screenshot(path=str(screenshots / "elsewhere.png"))
    context.close()


def test_pages_of_others_get_nothing_of_a_local_layer(guided: Site, browser: Any) -> None:
    local = next(e["id"] for e in guided.layers() if e["id"].startswith("robbery-in-belize"))
    block = next(b for b in BLOCKS if b.name == "embed")
    with pasted(block.text.replace(CRIME, local), service=guided.url) as address:
        paste = Paste(browser, address)
        assert paste.page.frames[1].url.startswith("chrome-error:")
        assert any("frame-ancestors" in said for said in paste.said)
        paste.page.goto(address)
        read = "url => fetch(url).then(() => 'read', () => 'refused')"
        items = f"{guided.url}/ogc/collections/{{}}/items"
        assert paste.page.evaluate(read, items.format(local)) == "refused"
        assert paste.page.evaluate(read, items.format(CRIME)) == "read"
        paste.close()


def documents(text: str) -> list[dict[str, Any]]:
    """JSON documents that follow each other."""
    found, read = [], json.JSONDecoder()
    while text := text.lstrip():
        document, end = read.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def test_qgis_prints_the_layer_in_its_colours(
    guided: Site, qgis: Qgis, browser: Any, folder: Path, screenshots: Path
) -> None:
    style = folder / "robberies.qml"
    layer = guided.ask(f"/ogc/collections/{ROBBERIES}").json
    link = next(each["href"] for each in layer["links"] if each["href"].endswith(".qml"))
    style.write_bytes(guided.ask(link.removeprefix(guided.url)).body)
    words = (f"{guided.url}/ogc", str(screenshots), "districts-bz", f"{ROBBERIES}={style}")
    assert json.loads(qgis.run("qgis_picture.py", *words)) == [6, layer["itemCount"]]
    colours = [over("#a50f15", LAND, 0.85), over("#de4c3a", LAND, 0.8), (220, 232, 238)]
    drawn = points_of(browser, (screenshots / "qgis.png").read_bytes(), colours)
    assert all(count > 500 for count in drawn), drawn
