"""A real browser sees whole pages: no error, no request to another host, nothing wider than a phone."""

from __future__ import annotations

import json
import shutil
import urllib.request

import pytest

pytestmark = pytest.mark.acceptance

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_whole_in_a_browser(server: str, width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with urllib.request.urlopen(f"{server}/api/v1/layers") as answer:  # noqa: S310 - our own server
        layers = [layer["id"] for layer in json.load(answer)]
    pages = ["/", "/datasets", "/datasets/testville", "/imports/new", "/imports/1", "/boundaries", "/about"]
    pages += ["/ogc/?f=html", "/ogc/collections?f=html", "/ogc/api.html", *(f"/layers/{i}" for i in layers)]
    wrong: list[tuple[str, str]] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda said: wrong.append((page.url, said.text)) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append((page.url, str(error))))
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((server, "data:", "blob:"))
                else wrong.append((page.url, asked.url))
            ),
        )
        for address in pages:
            page.goto(server + address)
            page.wait_for_load_state("networkidle")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((address, "wider than the screen"))
        browser.close()
    assert wrong == []
