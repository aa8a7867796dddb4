"""Audiences and caches as a real browser takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.guide import pasted

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


def test_a_map_that_is_kept_is_drawn_again_under_the_policy_it_came_with(site: Site, browser: Any) -> None:
    layer = next(e["id"] for e in site.layers() if e["id"].startswith("robbery-in-belize"))
    page = browser.new_page()
    statuses: list[int] = []
    said: list[str] = []
    address = f"{site.url}/layers/{layer}/map"
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    # What is taken from what is kept looks like an answer of 200: the server is asked what it sent.
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.responseReceivedExtraInfo", lambda event: statuses.append(event["statusCode"]))
    for _ in range(2):
        page.goto(address)
        page.wait_for_selector("canvas")
        page.wait_for_load_state("networkidle")
    assert 304 in statuses
    assert said == []
    page.close()


def test_a_page_of_another_site_may_say_what_it_has_and_is_told_that_nothing_changed(
    site: Site, browser: Any
) -> None:
    layer = next(e["id"] for e in site.layers() if e["id"].startswith("robbery-in-belize"))
    ask = """async url => {
      const first = await fetch(url, {cache: 'no-store'});
      const name = first.headers.get('ETag');
      const again = await fetch(url, {cache: 'no-store', headers: {'If-None-Match': name}});
      return [first.status, again.status, first.headers.get('Content-Crs')];
    }"""
    with pasted("<!doctype html><title>Another site</title>", service=site.url) as address:
        page = browser.new_page()
        page.goto(address)
        districts = f"{site.url}/ogc/collections/districts-bz/items?limit=1"
        first, again, crs = page.evaluate(ask, districts)
        assert (first, again) == (200, 304)
        assert "CRS84" in crs
        for local in (f"/ogc/collections/{layer}/items", "/ogc/collections", "/api/v1/layers", "/layers"):
            refused = page.evaluate("url => fetch(url).then(() => 'read', () => 'refused')", site.url + local)
            assert refused == "refused", local
        page.close()
