"""OGC API - Features, Part 1: the rest of Core (one feature, counts), and what it recommends, as tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.oapif import GEOJSON, MOMENT, Api, linked

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


def test_req_core_fc_time_stamp(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        said = api.get(f"/collections/{collection['id']}/items", limit=1)["timeStamp"]
        assert MOMENT.fullmatch(said)
        # A page that is kept says when it was made: within the life of this server.
        made = datetime.fromisoformat(said)
        assert datetime.now(UTC) - timedelta(days=1) < made <= datetime.now(UTC) + timedelta(seconds=1)


def test_req_core_fc_number_matched(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        page = api.get(f"/collections/{collection['id']}/items", limit=1)
        assert page["numberMatched"] == len(api.features(collection["id"]))
        nowhere = api.get(f"/collections/{collection['id']}/items", bbox="0,0,1,1")
        assert nowhere["numberMatched"] == len(nowhere["features"])


def test_req_core_fc_number_returned(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        page = api.get(f"/collections/{collection['id']}/items", limit=7)
        assert page["numberReturned"] == len(page["features"]) == min(7, page["numberMatched"])


def test_req_core_f_op(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        for feature in api.get(here, limit=3)["features"]:
            assert api.ask(f"{here}/{feature['id']}").status == 200


def test_req_core_f_success(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        for feature in api.get(here, limit=3)["features"]:
            alone = api.get(f"{here}/{feature['id']}")
            assert {name: alone[name] for name in feature} == feature
        for unknown in (10**15, 0, "x"):
            answer = api.ask(f"{here}/{unknown}")
            assert (answer.status, answer.json["status"]) == (404, 404)


def test_req_core_f_links(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        number = api.get(here, limit=1)["features"][0]["id"]
        feature = api.get(f"{here}/{number}")
        assert all(link["rel"] and link["type"] for link in feature["links"])
        assert [link["type"] for link in linked(feature, "self")] == [GEOJSON]
        assert "text/html" in [link["type"] for link in linked(feature, "alternate")]
        (parent,) = linked(feature, "collection")
        assert api.follow(parent["href"]).json["id"] == collection["id"]


def test_rec_core_fc_next_1(api: Api, filled: list[dict[str, Any]]) -> None:
    """A page that is not the last leads to the next; together they are every feature once."""
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        whole = [feature["id"] for feature in api.features(collection["id"])]
        size = max(1, len(whole) // 3)
        walked, page = [], api.get(here, limit=size)
        while True:
            walked += [feature["id"] for feature in page["features"]]
            following = linked(page, "next", GEOJSON)
            if not following or len(walked) >= len(whole):
                break
            page = api.follow(following[0]["href"]).json
        assert walked == whole


def test_rec_core_fc_next_2(api: Api, filled: list[dict[str, Any]]) -> None:
    """The last page leads nowhere."""
    for collection in filled:
        page = api.get(f"/collections/{collection['id']}/items", limit=10_000)
        assert bool(linked(page, "next")) == (page["numberMatched"] > 10_000)


def test_rec_core_etag(api: Api, site: Site, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        here = f"/ogc/collections/{collection['id']}"
        if collection.get("itemType") != "feature" or collection["id"].startswith("incidents-"):
            continue
        number = api.get(f"/collections/{collection['id']}/items", limit=1)["features"][0]["id"]
        for path in (here, f"{here}/items?limit=3", f"{here}/items/{number}"):
            etag = site.ask(path).headers["ETag"]
            again = site.ask(path, If_None_Match=etag)
            assert (again.status, again.body) == (304, b""), path
            assert site.ask(path, If_None_Match='"another"').status == 200


def test_rec_core_html(api: Api, filled: list[dict[str, Any]]) -> None:
    for path in ("/", "/conformance", "/collections", "/api", f"/collections/{filled[0]['id']}"):
        assert api.ask(path, f="html").headers["Content-Type"].startswith("text/html")


def test_rec_core_fc_md_descriptions(filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        assert collection["title"]
        assert collection["description"]
        assert len(collection["title"]) < 200
        assert collection["keywords"], collection["id"]


def test_rec_core_fc_md_license(api: Api, filled: list[dict[str, Any]]) -> None:
    """Where the licence is known by an address, a link leads there; else the attribution says it."""
    for collection in filled:
        for link in linked(collection, "license"):
            assert link["href"].startswith(("http://", "https://"))


def test_rec_core_fc_md_extent_single(filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        assert len(collection["extent"]["spatial"]["bbox"]) == 1
        assert len(collection["extent"].get("temporal", {"interval": [1]})["interval"]) == 1


def test_rec_core_fc_filters(api: Api, filled: list[dict[str, Any]]) -> None:
    """Each simple property is a parameter; only the features with that value come."""
    for collection in filled:
        features = api.get(f"/collections/{collection['id']}/items", limit=10_000)["features"]
        asked = set(api.definition().parameters(f"/collections/{collection['id']}/items"))
        for name, value in features[0]["properties"].items():
            if name not in asked or value is None or isinstance(value, (list, dict, float)):
                continue
            text = str(value).lower() if isinstance(value, bool) else value
            found = api.get(f"/collections/{collection['id']}/items", **{name: text, "limit": 10_000})
            expected = [f["id"] for f in features if f["properties"].get(name) == value]
            if found["numberMatched"] <= 10_000 and not collection["id"].startswith("incidents-"):
                assert [f["id"] for f in found["features"]] == expected, (collection["id"], name, value)
