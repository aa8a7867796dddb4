"""OGC API - Features, Part 3: filtering (OGC 19-079r2), a test for each requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyproj import Transformer

from tests.acceptance.oapif import CRS84, GEOJSON, linked

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site
    from tests.acceptance.filtering import Filtered

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

PART3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_JSON = "application/schema+json"
NOT_A_FILTER = "THIS IS NOT A FILTER"


# Requirements class "Queryables"


def test_the_classes_are_declared(service: Filtered) -> None:
    names = ("queryables", "queryables-query-parameters", "filter", "features-filter")
    assert {f"{PART3}/{name}" for name in names} <= set(service.api.get("/conformance")["conformsTo"])


def test_req_queryables_get_queryables_op(site: Site, service: Filtered) -> None:
    for collection in service.listed:
        answer = site.ask(f"/ogc/collections/{collection['id']}/queryables", Accept=SCHEMA_JSON)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == SCHEMA_JSON


def test_req_queryables_get_queryables_response(site: Site, service: Filtered) -> None:
    for name, properties in service.asked_of.items():
        document = service.api.get(f"/collections/{name}/queryables")
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["$id"] == f"{site.url}/ogc/collections/{name}/queryables"
        assert document["type"] == "object"
        assert document["additionalProperties"] is False
        for queryable in properties.values():
            assert queryable["title"]
            spatial = queryable.get("format", "").startswith("geometry-")
            assert spatial == ("type" not in queryable)
            assert "$ref" not in queryable
        assert [n for n, q in properties.items() if q.get("x-ogc-role") == "primary-geometry"] == ["geometry"]


def test_req_queryables_queryables_link(site: Site, service: Filtered) -> None:
    for collection in service.listed:
        (link,) = linked(collection, QUERYABLES, SCHEMA_JSON)
        assert link["href"] == f"{site.url}/ogc/collections/{collection['id']}/queryables"
        for path in ("", "/items?limit=1"):
            header = site.ask(f"/ogc/collections/{collection['id']}{path}").headers["Link"]
            assert f'<{link["href"]}>; rel="{QUERYABLES}"' in header


def test_req_queryables_expression_construction(service: Filtered) -> None:
    for collection in service.kinds:
        service.refused(collection, filter="this_is_not_a_queryable IS NULL")


def test_queryables_and_schema_are_pages_too(site: Site, clusters: str) -> None:
    for word in ("queryables", "schema"):
        page = site.ask(f"/ogc/collections/{clusters}/{word}", Accept="text/html")
        assert page.headers["Content-Type"].startswith("text/html")
        assert b"last_incident" in page.body


def test_the_schema_says_what_features_have(service: Filtered) -> None:
    for collection in service.kinds:
        told = service.api.get(f"/collections/{collection}/schema")["properties"]
        for feature in service.api.get(f"/collections/{collection}/items", limit=5)["features"]:
            assert set(feature["properties"]) == set(told) - {"id", "geometry"}


def test_nothing_but_the_form_is_asked_of_queryables(clusters: str, service: Filtered) -> None:
    assert service.api.ask(f"/collections/{clusters}/queryables", limit=1).status == 400
    assert service.api.ask("/collections/nothing-here/queryables").status == 404


# Requirements class "Queryables as Query Parameters"


def test_req_queryables_query_parameters_parameters(service: Filtered) -> None:
    definition = service.api.definition()
    for collection in service.kinds:
        parameters = definition.parameters(f"/collections/{collection}/items")
        some = service.api.get(f"/collections/{collection}/items", limit=3)["features"]
        for name, queryable in service.asked_of[collection].items():
            if "type" not in queryable:
                continue
            assert parameters[name]["schema"]["type"] == queryable["type"]
            for value in {f["properties"][name] for f in some} - {None}:
                page = service.api.get(f"/collections/{collection}/items", limit=50, **{name: value})
                assert page["numberMatched"] >= 1
                assert {f["properties"][name] for f in page["features"]} == {value}


# Requirements class "Filter", and "Features Filter": the same at /items


def test_req_filter_filter_param(service: Filtered) -> None:
    definition = service.api.definition()
    for collection in service.kinds:
        parameter = definition.parameters(f"/collections/{collection}/items")["filter"]
        assert (parameter["schema"]["type"], parameter["style"], parameter["explode"]) == (
            "string",
            "form",
            False,
        )
        name = next(iter(service.asked_of[collection]))
        answer = service.api.ask(
            f"/collections/{collection}/items", **{"filter": f"{name} IS NULL", "filter-lang": "cql2-text"}
        )
        assert (answer.status, answer.headers["Content-Type"]) == (200, GEOJSON)
        service.refused(collection, **{"filter": NOT_A_FILTER, "filter-lang": "cql2-text"})


def test_req_filter_filter_lang_param(service: Filtered) -> None:
    definition = service.api.definition()
    for collection in service.kinds:
        schema = definition.parameters(f"/collections/{collection}/items")["filter-lang"]["schema"]
        assert (schema["enum"], schema["default"]) == (["cql2-text", "cql-text"], "cql2-text")
        for language in ({}, *({"filter-lang": name} for name in schema["enum"])):
            assert (
                service.api.ask(
                    f"/collections/{collection}/items", filter="geometry IS NULL", **language
                ).status
                == 200
            )
            service.refused(collection, filter=NOT_A_FILTER, **language)
        service.refused(collection, "filter-lang", **{"filter": "true", "filter-lang": "cql2-json"})


def test_req_filter_filter_crs_wgs84(service: Filtered) -> None:
    for collection in service.listed:
        if "spatial" not in collection.get("extent", {}):
            continue
        (box,) = collection["extent"]["spatial"]["bbox"]
        name, west_to_north = collection["id"], ",".join(map(str, box))
        for word in ("BBOX", "ENVELOPE"):
            found = service.ids(name, filter=f"S_INTERSECTS(geometry,{word}({west_to_north}))")
            assert found == service.ids(name, filter="geometry IS NOT NULL")
        service.refused(name, filter="S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))")


def test_req_filter_filter_crs_param(service: Filtered) -> None:
    definition = service.api.definition()
    for collection in service.listed:
        if "spatial" not in collection.get("extent", {}):
            continue
        name = collection["id"]
        schema = definition.parameters(f"/collections/{name}/items")["filter-crs"]["schema"]
        assert schema["enum"] == collection["crs"]
        (box,) = collection["extent"]["spatial"]["bbox"]
        everything = service.ids(name, filter="geometry IS NOT NULL")
        for uri in collection["crs"]:
            if uri == CRS84:
                moved = box
            elif box[2] - box[0] > 12:
                # Beyond the reach of a zone, as where an incident has no place on land.
                continue
            else:
                code = f"EPSG:{uri.rpartition('/')[2]}"
                moved = Transformer.from_crs("OGC:CRS84", code, always_xy=True).transform_bounds(*box)
            # A metre more: the extent is rounded to whole centimetres or so.
            slack = 1e-5 if uri == CRS84 else 1.0
            wider = (moved[0] - slack, moved[1] - slack, moved[2] + slack, moved[3] + slack)
            asked = f"S_INTERSECTS(geometry,BBOX({','.join(map(str, wider))}))"
            assert service.ids(name, **{"filter": asked, "filter-crs": uri}) == everything, (name, uri)
        for uri in ("http://www.opengis.net/def/crs/OGC/0/does_not_exist", "EPSG:4326", ""):
            service.refused(name, "filter-crs", **{"filter": "true", "filter-crs": uri})


def test_req_filter_mixing_expressions(clusters: str, service: Filtered) -> None:
    (box,) = next(c for c in service.api.collections() if c["id"] == clusters)["extent"]["spatial"]["bbox"]
    middle = (box[0] + box[2]) / 2
    everywhere = f"S_INTERSECTS(geometry,BBOX({','.join(map(str, box))}))"
    everything = service.ids(clusters)
    assert service.ids(clusters, filter=everywhere, bbox=",".join(map(str, box))) == everything
    west = service.ids(clusters, bbox=f"{box[0]},{box[1]},{middle},{box[3]}")
    assert service.ids(clusters, filter=everywhere, bbox=f"{box[0]},{box[1]},{middle},{box[3]}") == west
    assert (
        service.ids(clusters, filter=everywhere, bbox=f"{box[2] + 1},{box[1]},{box[2] + 2},{box[3]}") == set()
    )
    assert service.ids(clusters, filter="rank > 1", rank=1) == set()
    days = sorted(f["properties"]["last_incident"] for f in service.api.features(clusters))
    late = service.ids(clusters, datetime=f"{days[-1]}/..")
    assert service.ids(clusters, filter="rank >= 1", datetime=f"{days[-1]}/..") == late != set()


def test_req_filter_response(clusters: str, service: Filtered) -> None:
    features = {f["id"]: f["properties"] for f in service.api.features(clusters)}
    few = min(p["incidents"] for p in features.values())
    found = service.ids(clusters, filter=f"incidents > {few}")
    assert found == {number for number, p in features.items() if p["incidents"] > few}
    assert service.ids(clusters, filter=f"NOT incidents > {few}") == set(features) - found


def test_a_filter_goes_along_to_the_next_page(clusters: str, service: Filtered) -> None:
    found, page = [], service.api.get(f"/collections/{clusters}/items", limit=1, filter="rank <= 3")
    assert page["numberMatched"] == len(service.ids(clusters, filter="rank <= 3"))
    while True:
        found += page["features"]
        following = linked(page, "next")
        if not following:
            break
        page = service.api.follow(following[0]["href"]).json
    assert [f["properties"]["rank"] for f in found] == sorted(f["properties"]["rank"] for f in found)[:3]
    assert len(found) == page["numberMatched"]
