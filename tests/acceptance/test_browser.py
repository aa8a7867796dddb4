"""Every page in a real browser, on a phone and on a desk: finished, silent and alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


@pytest.fixture(scope="module")
def site(open_site: Site) -> Site:
    """The server that may be written to."""
    return open_site


FAULTS = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8")
"""Contrast of at least 4.5, headings in order, a name for everything; a list of what is wrong."""

WIDTHS = {390: 844, 1280: 900}

PAGES = {
    "layers": "/",
    "datasets": "/datasets",
    "dataset": "/datasets/belize-synthetic",
    "reports": "/reports",
    "report-new": "/reports/evaluate?dataset=belize-synthetic",
    "report": "/reports/profile?dataset=belize-synthetic&run=yes&profile.by=district",
    "changes": "/layers/{gi_star}/changes",
    "import-new": "/imports/new",
    "import": "/imports/1",
    "boundaries": "/boundaries",
    "about": "/about",
    "layer-gi-star": "/layers/{gi_star}",
    "layer-dbscan": "/layers/{dbscan}",
    "layer-hull": "/layers/{hull}",
    "map": "/layers/{gi_star}/map",
    "embed": "/layers/{gi_star}/embed",
    "ogc": "/ogc?f=html",
    "ogc-api": "/ogc/api.html",
    "ogc-conformance": "/ogc/conformance?f=html",
    "ogc-collections": "/ogc/collections?f=html",
    "ogc-collection": "/ogc/collections/{gi_star}?f=html",
    "ogc-items": "/ogc/collections/{gi_star}/items?f=html",
    "ogc-item": "/ogc/collections/{gi_star}/items/1?f=html",
    "not-found": "/layers/nothing-here",
}


@pytest.fixture(scope="module")
def names(site: Site) -> dict[str, str]:
    """One layer of each kind."""
    layers = site.layers()
    return {
        "gi_star": next(e["id"] for e in layers if e["id"].startswith("robbery-in-belize")),
        "dbscan": next(e["id"] for e in layers if e["id"].startswith("theft-clusters")),
        "hull": next(e["id"] for e in layers if e["id"].startswith("burglary-in-west-yorkshire")),
    }


class Visit:
    """A page opened at one width, and everything it did meanwhile."""

    def __init__(self, browser: Any, site: Site, path: str, width: int, scheme: str = "light") -> None:
        self.asked: list[str] = []
        self.failed: list[str] = []
        self.said: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
        self.page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("response", self._seen)
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.status = self.page.goto(site.url + path, wait_until="networkidle").status

    def _seen(self, response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.failed.append(f"{response.status} {response.url}")

    def _heard(self, kind: str, text: str) -> None:
        # Chromium writes the status of the document itself as an error of the console.
        if kind in {"error", "warning"} and "404 (NOT FOUND)" not in text:
            self.said.append(f"{kind}: {text}")

    def close(self) -> None:
        self.page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_finished(
    name: str, width: int, site: Site, browser: Any, names: dict[str, str], screenshots: Path
) -> None:
    visit = Visit(browser, site, PAGES[name].format(**names), width)
    visit.page.screenshot(
        path=str(screenshots / f"{name}-{width}.png"), full_page=name not in {"map", "embed"}
    )
    assert visit.status == (404 if name == "not-found" else 200)
    hosts = {urlsplit(url).netloc for url in visit.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(site.url).netloc}, "a page asked another host"
    assert visit.failed == []
    assert visit.said == []
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{name} is {wide} px wide on a screen of {width}"
    assert visit.page.title().strip()
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    visit.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_and_used_by_everybody(
    name: str, width: int, scheme: str, site: Site, browser: Any, names: dict[str, str]
) -> None:
    visit = Visit(browser, site, PAGES[name].format(**names), width, scheme)
    assert visit.page.evaluate(FAULTS) == []
    visit.close()


def test_what_hinders_somebody_is_found(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(
        "<h2>Late</h2><h4>Deep</h4><p style='color: #999'>pale</p><input name=a><button></button><img src=x>"
        "<iframe></iframe><table><tr><th>x</th></tr></table><p id=a>one</p><p id=a aria-labelledby=b>two</p>"
        "<p style='opacity: 0.5'>faded</p><div style='background: #123'><b>dark on dark</b></div>"
    )
    found = page.evaluate(FAULTS)
    page.close()
    for fault in (
        "contrast 2.85 of text: <p> pale", "contrast 3.98 of text: <p> faded", "<b> dark on dark",
        "not one h1", "heading h4 after h2", "no label: <input>", "no name: <button>", "no alt: <img",
        "a frame without a title", "th without scope", "id twice: a", "aria-labelledby leads nowhere: b",
        "the language is not said", "no main part",
    ):  # fmt: skip
        assert any(fault in line for line in found), (fault, found)


def test_the_map_draws_its_cells_and_answers_a_tap(site: Site, browser: Any, names: dict[str, str]) -> None:
    visit = Visit(browser, site, f"/layers/{names['gi_star']}/map", 1280)
    # A busy machine draws some time after the last answer.
    visit.page.wait_for_function(
        """() => [...document.querySelectorAll('canvas')].some(c => {
            const pixels = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            return pixels.some((value, i) => i % 4 === 3 && value > 0);
        })"""
    )
    assert visit.page.locator(".leaflet-container").count() == 1
    visit.close()


def test_text_can_be_read_without_the_map(site: Site, browser: Any, names: dict[str, str]) -> None:
    visit = Visit(browser, site, f"/layers/{names['gi_star']}", 390)
    assert visit.page.locator("h1").count() == 1
    assert visit.page.locator("table").count() >= 1
    frames = visit.page.locator("iframe")
    assert all(frames.nth(i).get_attribute("title") for i in range(frames.count()))
    visit.close()


def test_only_the_chosen_method_shows_its_parameters_also_without_a_script(site: Site, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + PAGES["dataset"])
    for summary in page.locator(".ways summary").all()[1:]:
        summary.click()
    for way in page.locator(".way").all():
        way.locator("input[name=method]").check()
        shown = [each for each in page.locator(".way > fieldset").all() if each.is_visible()]
        assert len(shown) == 1
        assert way.locator("fieldset").is_visible()
    context.close()


def test_a_report_is_made_from_its_form_and_has_a_short_address(site: Site, browser: Any) -> None:
    visit = Visit(browser, site, "/reports/profile?dataset=belize-synthetic", 390)
    page = visit.page
    page.check("input[name=offences][value=Robbery]")
    page.select_option("[id='profile.by']", "district")
    page.click("#ask button[type=submit]", no_wait_after=True)
    page.wait_for_url(re.compile(r"run=yes"))
    assert page.locator("h1").inner_text().startswith("Robbery")
    assert "harm=" not in page.url and "start=" not in page.url
    drawn = page.eval_on_selector_all(".chart img", "all => all.map(image => image.naturalWidth)")
    assert drawn and all(drawn)
    assert not page.locator("#ask form").is_visible()
    page.click("#ask summary")
    assert page.is_checked("input[name=offences][value=Robbery]")
    assert visit.said == []
    visit.close()


def test_charts_of_a_layer_are_drawn(site: Site, browser: Any, names: dict[str, str]) -> None:
    visit = Visit(browser, site, f"/layers/{names['gi_star']}", 390)
    drawn = visit.page.eval_on_selector_all(".chart img", "all => all.map(image => image.naturalWidth)")
    assert drawn and all(drawn)
    # Opened alone, under the same policy, it is drawn too.
    address = visit.page.locator(".chart img").first.get_attribute("src")
    visit.page.goto(site.url + address)
    assert visit.page.evaluate("document.documentElement.getBoundingClientRect().width") > 100
    assert visit.said == []
    visit.close()


def test_every_link_on_a_page_leads_somewhere(site: Site, browser: Any, names: dict[str, str]) -> None:
    found: set[str] = set()
    for name in (
        "layers",
        "datasets",
        "dataset",
        "reports",
        "report",
        "import",
        "layer-gi-star",
        "ogc-collection",
        "about",
    ):
        visit = Visit(browser, site, PAGES[name].format(**names), 1280)
        found |= set(visit.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"))
        visit.close()
    ours = sorted({url.split("#")[0] for url in found if url.startswith(site.url)})
    assert len(ours) > 20
    broken = {url: site.ask(url.removeprefix(site.url)).status for url in ours}
    assert {url: status for url, status in broken.items() if status != 200} == {}


def test_a_file_goes_through_the_upload_page(site: Site, browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "synthetic.csv"
    rows = "".join(f"SYNTHETIC-{i},Theft,2026-09-{1 + i % 28:02d} 21:00,17.25,-88.77\n" for i in range(40))
    path.write_text("Incident ID,Offence,Occurred from,Latitude,Longitude\n" + rows, encoding="utf-8")
    visit = Visit(browser, site, "/imports/new", 390)
    visit.page.set_input_files("input[type=file]", str(path))
    visit.page.fill("input[name=dataset]", "by-browser")
    visit.page.click("form [type=submit]")
    visit.page.wait_for_url(re.compile(r"/imports/\d+$"))
    assert "40" in visit.page.inner_text("main")
    assert visit.said == []
    visit.close()


def test_a_layer_is_asked_for_withdrawn_and_brought_back(site: Site, browser: Any) -> None:
    visit = Visit(browser, site, PAGES["dataset"], 390)
    page = visit.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("summary:has-text('DBSCAN')")
    page.check("input[name=method][value=dbscan]")
    assert page.locator("[id='dbscan.eps']").is_visible()
    assert not page.locator("[id='gi_star.cell_size']").is_visible()
    page.check("input[name=offences][value=Robbery]")
    page.fill("input[name=title]", "Asked in a browser")
    assert not page.locator("[data-working]").is_visible()
    # A page that is being left answers no questions: it notes down itself what it shows.
    page.evaluate(
        """() => {
            const box = document.querySelector("[data-working]");
            const note = () => sessionStorage.setItem("shown", box.innerText);
            new MutationObserver(note).observe(box, { attributes: true });
        }"""
    )
    page.click("#ask button[type=submit]", no_wait_after=True)
    page.wait_for_url(re.compile(r"/layers/asked-in-a-browser-"))
    assert "finding where they concentrate" in page.evaluate("sessionStorage.getItem('shown')")
    page.click("text=Withdraw this layer")
    page.wait_for_url(site.url + "/")
    assert page.evaluate(FAULTS) == []
    own = next(r["id"] for r in json.loads(site.cli("layers", "--json").stdout) if r["withdrawn"])
    assert page.goto(f"{site.url}/layers/{own}").status == 410
    assert page.evaluate(FAULTS) == []
    page.goto(site.url)
    page.click("#withdrawn summary")
    page.click("text=Publish again")
    page.wait_for_url(f"{site.url}/layers/{own}")
    page.click("text=Withdraw this layer")
    page.click("[role=status] >> text=Undo")
    page.wait_for_url(f"{site.url}/layers/{own}")
    assert "Published again" in page.inner_text("main")
    visit.close()
