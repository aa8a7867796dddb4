from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from hotspot.analysis.methods import METHODS
from hotspot.ogc import documents as ogc
from hotspot.ogc.collection import CRS84, Collection

BASE = "http://127.0.0.1:8000/ogc"
RECORD = Collection(
    id="thefts-0123456789",
    title="Thefts",
    description="Thefts at night.",
    bbox=(-89.2, 15.9, -87.8, 18.5),
    interval=("2026-01-01T06:00:00Z", None),
    fields=METHODS["gi_star"].fields,
    n_features=5,
    licence="Open Government Licence",
    attribution="Town Police, Open Government Licence",
    keywords=("hotspots",),
    downloads=("gpkg", "csv"),
)
FEATURES = [f'{{"type":"Feature","id":{i},"geometry":null,"properties":{{}}}}'.encode() for i in range(1, 4)]


def links(document: dict, rel: str) -> list[dict]:
    return [each for each in document["links"] if each["rel"] == rel]


def page(**more) -> dict:
    given = {"number_matched": 10, "offset": 0, "limit": 3, "time_stamp": "2026-11-22T16:00:00Z"} | more
    return json.loads(ogc.items_page(RECORD, BASE, FEATURES, **given))


def test_the_landing_page_leads_everywhere():
    found = {(each["rel"], each["type"]) for each in ogc.landing(BASE)["links"]}
    assert {
        ("self", "application/json"),
        ("alternate", "text/html"),
        ("service-desc", "application/vnd.oai.openapi+json;version=3.0"),
        ("service-doc", "text/html"),
        ("conformance", "application/json"),
        ("data", "application/json"),
    } <= found


def test_only_what_is_done_is_claimed():
    claimed: dict[str, set[str]] = {}
    for uri in ogc.conformance()["conformsTo"]:
        standard, _, name = uri.partition("/conf/")
        claimed.setdefault(standard.rpartition("/spec/")[2], set()).add(name)
    assert claimed["ogcapi-features-1/1.0"] == {"core", "geojson", "html", "oas30"}
    assert claimed["ogcapi-tiles-1/1.0"] == {
        "core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30",
    }  # fmt: skip


def test_the_items_link_has_no_query_string():
    # GDAL appends "/7" to it.
    (found,) = [each for each in links(ogc.collection(RECORD, BASE), "items") if each["type"] == ogc.GEOJSON]
    assert found["href"] == f"{BASE}/collections/thefts-0123456789/items"


def test_every_link_is_typed():
    documents = [
        ogc.landing(BASE),
        ogc.collections([RECORD], BASE),
        ogc.collection(RECORD, BASE),
        page(offset=3),
    ]
    for document in documents:
        assert all(
            each["href"].startswith(BASE) and each["rel"] and each["type"] for each in document["links"]
        )


def test_a_collection_says_where_when_and_what():
    document = ogc.collection(RECORD, BASE)
    assert document["extent"]["spatial"]["bbox"] == [[-89.2, 15.9, -87.8, 18.5]]
    assert document["extent"]["temporal"]["interval"] == [["2026-01-01T06:00:00Z", None]]
    assert document["itemType"] == "feature"
    assert {"name": "neighbours", "unit": "cells"}.items() <= document["fields"][3].items()
    assert [each["href"].rsplit(".", 1)[1] for each in links(document, "enclosure")] == ["gpkg", "csv"]


def test_a_collection_says_its_reference_systems_its_licence_and_how_many_it_holds():
    own = "http://www.opengis.net/def/crs/EPSG/0/32616"
    record = replace(
        RECORD, crs=(CRS84, own), licence_url="https://example.org/ogl", updated="2026-11-22T16:00:00Z"
    )
    document = ogc.collection(record, BASE)
    assert (document["crs"], document["storageCrs"]) == ([CRS84, own], CRS84)
    assert (document["itemCount"], document["updated"]) == (5, "2026-11-22T16:00:00Z")
    assert document["attribution"] == "Town Police, Open Government Licence"
    (licence,) = [each for each in document["links"] if each["rel"] == "license"]
    assert (licence["href"], licence["title"]) == ("https://example.org/ogl", "Open Government Licence")
    assert links(ogc.collection(RECORD, BASE), "license") == []
    assert "itemCount" not in ogc.collection(replace(RECORD, n_features=None), BASE)
    assert ogc.collection(replace(RECORD, n_features=0), BASE)["itemCount"] == 0


def test_an_alias_and_its_layer_lead_to_each_other():
    layer = ogc.collection(replace(RECORD, standing=("night", "thefts")), BASE)
    assert [each["href"] for each in links(layer, "latest-version")] == [
        f"{BASE}/collections/latest-night",
        f"{BASE}/collections/latest-thefts",
    ]
    alias = replace(RECORD, id="latest-thefts", latest_of=RECORD.id, standing=("thefts",))
    (found,) = links(ogc.collection(alias, BASE), "canonical")
    assert found["href"] == f"{BASE}/collections/{RECORD.id}"
    assert links(ogc.collection(alias, BASE), "latest-version") == []
    assert (alias.layer_id, RECORD.layer_id) == (RECORD.id, RECORD.id)


def test_a_collection_without_features_has_no_place():
    document = ogc.collection(Collection(id="a", title="A"), BASE)
    assert "extent" not in document


def test_an_odd_id_is_quoted_in_addresses():
    (found,) = links(ogc.collection(Collection(id="a/b c", title="A"), BASE), "self")
    assert found["href"] == f"{BASE}/collections/a%2Fb%20c"


def test_text_stays_literal(hostile):
    record = Collection(id="a", title=hostile, description=hostile)
    document = json.loads(json.dumps(ogc.collections([record], BASE)))["collections"][0]
    assert (document["title"], document["description"]) == (hostile, hostile)


def test_a_page_counts_what_it_holds():
    document = page()
    assert (document["numberMatched"], document["numberReturned"], document["timeStamp"]) == (
        10,
        3,
        "2026-11-22T16:00:00Z",
    )
    assert len(document["features"]) == 3


def test_next_leads_on_with_the_same_question():
    (found,) = links(page(offset=3, query=[("bbox", "-89,15,-88,18")]), "next")
    assert dict(parse_qsl(urlsplit(found["href"]).query)) == {
        "bbox": "-89,15,-88,18",
        "limit": "3",
        "offset": "6",
    }


@pytest.mark.parametrize("more", [{"offset": 7}, {"number_matched": 3}])
def test_the_last_page_has_no_next(more):
    assert not links(page(**more), "next")


def test_following_next_meets_every_feature_once():
    met, offset = [], 0
    while True:
        chosen = FEATURES[offset : offset + 2]
        document = json.loads(
            ogc.items_page(RECORD, BASE, chosen, number_matched=3, offset=offset, limit=2, time_stamp="")
        )
        met += [each["id"] for each in document["features"]]
        if not links(document, "next"):
            break
        offset = int(dict(parse_qsl(urlsplit(links(document, "next")[0]["href"]).query))["offset"])
    assert met == [1, 2, 3]


def test_no_feature_at_all_is_a_page_too():
    document = json.loads(ogc.items_page(RECORD, BASE, [], number_matched=0, time_stamp=""))
    assert (document["features"], document["numberReturned"]) == ([], 0)
    assert not links(document, "next")


def test_a_feature_links_to_itself_and_its_collection():
    document = json.loads(ogc.item(RECORD, BASE, FEATURES[1], feature_id=2))
    assert {each["rel"] for each in document["links"]} == {"self", "alternate", "collection"}
    assert document["id"] == 2
