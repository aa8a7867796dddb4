"""OGC API - Features, Part 2: reference systems by reference (OGC 18-058r1), a test for each requirement."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tests.acceptance.oapif import CRS84, WEB_MERCATOR, Api, corners

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

UTM = re.compile(r"http://www\.opengis\.net/def/crs/EPSG/0/32[67]\d\d")
UNKNOWN = (
    "", "x", "EPSG:3857", "http://www.opengis.net/def/crs/EPSG/0/4326", "http://www.opengis.net/def/crs/EPSG/0/99999",
    "http://www.opengis.net/def/crs/EPSG/0/32760",
)  # fmt: skip


@pytest.fixture(scope="module")
def layer(site: Site, filled: list[dict[str, Any]]) -> dict[str, Any]:
    """A layer with polygons."""
    name = next(e["id"] for e in site.layers() if e["method"] == "gi_star" and e["n_features"])
    return next(each for each in filled if each["id"] == name)


def moved(positions: list[tuple[float, float]], target: str) -> np.ndarray:
    """The positions in another reference system, by PROJ, x before y."""
    code = int(target.rpartition("/")[2])
    to = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True)
    return np.column_stack(to.transform(*np.array(positions).T))


def utm(collection: dict[str, Any]) -> str:
    return next(uri for uri in collection["crs"] if UTM.fullmatch(uri))


def test_the_class_is_declared(api: Api) -> None:
    assert (
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in api.get("/conformance")["conformsTo"]
    )


def test_req_crs_crs_uri(filled: list[dict[str, Any]]) -> None:
    form = re.compile(r"http://www\.opengis\.net/def/crs/[A-Za-z]+/[0-9.]+/[A-Za-z0-9]+")
    assert all(form.fullmatch(uri) for collection in filled for uri in collection["crs"])


def test_req_crs_fc_md_crs_list(filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        assert collection["crs"][0] == CRS84
        assert WEB_MERCATOR in collection["crs"]
        assert len(set(collection["crs"])) == len(collection["crs"])


def test_req_crs_fc_md_crs_list_global(api: Api, filled: list[dict[str, Any]]) -> None:
    """Nothing refers to a list of the whole service, and none is needed to read one collection."""
    for collection in filled:
        assert not [uri for uri in collection["crs"] if uri.startswith("#")]


def test_req_crs_fc_md_storage_crs(filled: list[dict[str, Any]]) -> None:
    assert all(collection["storageCrs"] for collection in filled)


def test_req_crs_fc_md_storage_crs_valid_value(filled: list[dict[str, Any]]) -> None:
    assert all(collection["storageCrs"] in collection["crs"] for collection in filled)


@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_req_crs_fc_crs_definition_and_fc_bbox_crs_definition(
    name: str, api: Api, filled: list[dict[str, Any]]
) -> None:
    definition = api.definition()
    for collection in filled:
        asked = definition.parameters(f"/collections/{collection['id']}/items")[name]
        assert (asked["in"], asked.get("required", False)) == ("query", False)
        assert (asked["style"], asked["explode"]) == ("form", False)
        assert definition.resolved(asked["schema"])["type"] == "string"


def test_req_crs_fc_crs_valid_value(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        for uri in collection["crs"]:
            assert api.ask(f"/collections/{collection['id']}/items", crs=uri, limit=1).status == 200, uri
            feature = api.get(f"/collections/{collection['id']}/items", limit=1)["features"][0]["id"]
            assert api.ask(f"/collections/{collection['id']}/items/{feature}", crs=uri).status == 200, uri


@pytest.mark.parametrize("uri", UNKNOWN)
def test_req_crs_crs_exception(uri: str, api: Api, layer: dict[str, Any]) -> None:
    number = api.get(f"/collections/{layer['id']}/items", limit=1)["features"][0]["id"]
    for path in ("items", f"items/{number}"):
        answer = api.ask(f"/collections/{layer['id']}/{path}", crs=uri)
        assert answer.status == 400, path
        assert CRS84 in answer.json["detail"]


def test_req_crs_fc_crs_default_value(api: Api, layer: dict[str, Any]) -> None:
    here = f"/collections/{layer['id']}/items"
    assert api.get(here, crs=CRS84)["features"] == api.get(here)["features"]


def test_req_crs_fc_crs_action(api: Api, filled: list[dict[str, Any]]) -> None:
    """Every position is where PROJ puts it, to a centimetre, east before north."""
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        original = api.get(here, limit=200)["features"]
        positions = [position for feature in original for position in corners(feature)]
        for uri in collection["crs"][1:]:
            features = api.get(here, limit=200, crs=uri)["features"]
            assert [f["id"] for f in features] == [f["id"] for f in original]
            assert [f["properties"] for f in features] == [f["properties"] for f in original]
            found = np.array([position for feature in features for position in corners(feature)])
            assert found.shape == (len(positions), 2)
            if len(found):
                assert np.abs(found - moved(positions, uri)).max() < 0.011, (collection["id"], uri)


def test_req_crs_fc_bbox_crs_valid_value(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        for uri in collection["crs"]:
            asked = {"bbox": "0,0,1,1", "bbox-crs": uri}
            assert api.ask(f"/collections/{collection['id']}/items", **asked).status == 200, uri


@pytest.mark.parametrize("uri", UNKNOWN)
def test_req_crs_bbox_crs_exception(uri: str, api: Api, layer: dict[str, Any]) -> None:
    answer = api.ask(f"/collections/{layer['id']}/items", **{"bbox": "0,0,1,1", "bbox-crs": uri})
    assert answer.status == 400
    assert CRS84 in answer.json["detail"]


def test_req_crs_fc_bbox_crs_default_value(api: Api, layer: dict[str, Any]) -> None:
    here, box = f"/collections/{layer['id']}/items", ",".join(map(str, layer["extent"]["spatial"]["bbox"][0]))
    default = api.get(here, bbox=box)["features"]
    assert default
    assert api.get(here, **{"bbox": box, "bbox-crs": CRS84})["features"] == default
    # The box is in degrees whatever the answer is in.
    assert len(api.get(here, bbox=box, crs=WEB_MERCATOR)["features"]) == len(default)


@pytest.mark.parametrize("which", ["mercator", "utm"])
def test_req_crs_fc_bbox_crs_action(which: str, api: Api, layer: dict[str, Any]) -> None:
    """A box in metres gives what it touches in metres, but for what its very edge touches."""
    uri = WEB_MERCATOR if which == "mercator" else utm(layer)
    features = api.features(layer["id"], crs=uri)
    shapes = shapely.from_geojson([json.dumps(each["geometry"]) for each in features])
    middle = shapes[len(shapes) // 2].centroid
    box = shapely.box(middle.x - 1400, middle.y - 900, middle.x + 1400, middle.y + 900)
    asked = {"bbox": ",".join(map(str, box.bounds)), "bbox-crs": uri}
    found = {feature["id"] for feature in api.features(layer["id"], **asked)}
    surely = {f["id"] for f, s in zip(features, shapes, strict=True) if s.intersects(box.buffer(-1))}
    perhaps = {f["id"] for f, s in zip(features, shapes, strict=True) if s.intersects(box.buffer(1))}
    assert surely <= found <= perhaps
    assert 0 < len(found) < len(features)


def test_req_crs_ogc_crs_header(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        number = api.get(here, limit=1)["features"][0]["id"]
        for path in (here, f"{here}/{number}"):
            assert "Content-Crs" in api.ask(path).headers
            assert "Content-Crs" in api.ask(path, crs=WEB_MERCATOR).headers


def test_req_crs_ogc_crs_header_value(api: Api, filled: list[dict[str, Any]]) -> None:
    for collection in filled:
        here = f"/collections/{collection['id']}/items"
        assert api.ask(here, limit=1).headers["Content-Crs"] == f"<{CRS84}>"
        for uri in collection["crs"]:
            assert api.ask(here, limit=1, crs=uri).headers["Content-Crs"] == f"<{uri}>"


def test_req_crs_geojson(api: Api, layer: dict[str, Any]) -> None:
    """GeoJSON comes in the system asked for, and links to pages keep asking for it."""
    page = api.get(f"/collections/{layer['id']}/items", crs=utm(layer), limit=2)
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    answer = api.follow(following)
    assert answer.headers["Content-Crs"] == f"<{utm(layer)}>"
    assert all(x > 100_000 for feature in answer.json["features"] for x, _ in corners(feature))
