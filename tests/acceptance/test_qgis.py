"""QGIS itself, without a screen, reads every feature of our layers through OGC API - Features."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.recorder import Recorder, recording

if TYPE_CHECKING:
    from tests.acceptance.conftest import Qgis, Site
    from tests.acceptance.oapif import Api

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


def ask(qgis: Qgis, address: str, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(qgis.run("qgis_client.py", f"{address}/ogc", json.dumps(jobs)))
    return found


def pages(door: Recorder) -> list[str]:
    return [asked.target for asked in door.items()]


def test_qgis_reads_every_feature_of_every_collection(site: Site, api: Api, qgis: Qgis) -> None:
    names = [collection["id"] for collection in api.collections()]
    found = ask(qgis, site.url, *({"collection": name} for name in names))
    for name, seen in zip(names, found, strict=True):
        assert seen["valid"], (name, seen)
        expected = api.get(f"/collections/{name}/items", limit=1)["numberMatched"]
        assert seen["count"] == seen["read"] == expected, name


def test_qgis_takes_the_pages_it_is_offered(site: Site, qgis: Qgis, biggest: dict[str, Any]) -> None:
    """Trap 2: a definition it cannot read makes QGIS ask for a hundred at a time."""
    with recording(site) as door:
        (seen,) = ask(qgis, door.url, {"collection": biggest["id"]})
    assert seen["read"] == biggest["n_features"]
    sizes = {int(asked.query["limit"]) for asked in door.items()}
    assert max(sizes) >= 1_000, pages(door)
    # One page to see what there is, one to count, then all of them.
    assert len(door.items()) <= 3 + biggest["n_features"] // max(sizes), pages(door)
    assert {asked.status for asked in door.asked} <= {200, 304}


def test_qgis_asks_for_a_box_and_gets_what_lies_in_it(
    site: Site, api: Api, qgis: Qgis, biggest: dict[str, Any]
) -> None:
    west, south, east, north = biggest["bbox"]
    box = [west, south, (west + east) / 2, (south + north) / 2]
    job = {"collection": biggest["id"], "box": box, "options": {"restrictToRequestBBOX": "1"}}
    with recording(site) as door:
        (seen,) = ask(qgis, door.url, job)
    expected = len(api.features(biggest["id"], bbox=",".join(map(str, box))))
    assert 0 < seen["read"] <= expected < biggest["n_features"]
    assert [asked for asked in door.items() if "bbox" in asked.query], pages(door)


def test_qgis_filters_on_a_property(site: Site, api: Api, qgis: Qgis, biggest: dict[str, Any]) -> None:
    """From 3.32 on QGIS lets the service filter, in CQL2; before, it filters by itself."""
    counts = sorted(feature["properties"]["incidents"] for feature in api.features(biggest["id"]))
    most = counts[-1] // 2
    expected = sum(count >= most for count in counts)
    with recording(site) as door:
        (seen,) = ask(qgis, door.url, {"collection": biggest["id"], "subset": f'"incidents" >= {most}'})
    assert seen["subset_accepted"]
    assert 0 < seen["read"] == expected < len(counts)
    if version(seen) >= (3, 32):
        filtered = [asked.query["filter"] for asked in door.items() if "filter" in asked.query]
        assert filtered, pages(door)
        assert "incidents" in filtered[0]


def test_qgis_keeps_what_it_has_read(site: Site, qgis: Qgis, biggest: dict[str, Any]) -> None:
    """Trap 8: what QGIS has kept it asks for with If-None-Match, and is answered 304."""
    with recording(site) as door:
        for _ in range(2):
            ask(qgis, door.url, {"collection": biggest["id"]})
    again = [asked for asked in door.asked if "If-None-Match" in asked.headers]
    assert again, [asked.target for asked in door.asked]
    assert {asked.status for asked in again} == {304}


def version(seen: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(part) for part in seen["version"].partition("-")[0].split("."))


Judged = Callable[[dict[str, Any], int], bool]


WRITTEN: dict[str, Judged] = {
    "(incidents >= {n})": lambda one, n: one["incidents"] >= n,
    '("incidents" > {n} AND (NOT ("incidents" = {m})))': lambda one, n: one["incidents"] > n + 1,
    '((incidents < {n}) OR ("incidents" <> {m}))': lambda one, n: one["incidents"] != n + 1,
    "(incidents >= -5)": lambda one, _: one["incidents"] >= -5,
    '("last_incident" IS NOT NULL)': lambda one, _: one["last_incident"] is not None,
    '("last_incident" IS NULL)': lambda one, _: one["last_incident"] is None,
    "(incidents IN ({n},{m}))": lambda one, n: one["incidents"] in (n, n + 1),
    "(incidents NOT IN ({n},{m}))": lambda one, n: one["incidents"] not in (n, n + 1),
    "(incidents BETWEEN {n} AND {m})": lambda one, n: n <= one["incidents"] <= n + 1,
    "(incidents NOT BETWEEN {n} AND {m})": lambda one, n: not n <= one["incidents"] <= n + 1,
}
"""What QGIS 3.32 and later write: everything in brackets, a name with ``_`` in quotes."""


@pytest.mark.parametrize("text", WRITTEN)
def test_what_newer_qgis_writes_is_understood(text: str, site: Site, api: Api) -> None:
    named = [e["id"] for e in site.layers() if e["method"] == "dbscan" and e["n_features"]]
    features = [feature["properties"] for feature in api.features(named[0])]
    middle = sorted(each["incidents"] for each in features)[len(features) // 2]
    expected = [each for each in features if WRITTEN[text](each, middle)]
    asked = {"filter": text.format(n=middle, m=middle + 1), "filter-lang": "cql2-text"}
    assert [feature["properties"] for feature in api.features(named[0], **asked)] == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(\"name\" LIKE 'C%')", {"Cayo", "Corozal"}),
        ("(CASEI(\"name\") LIKE CASEI('c%'))", {"Cayo", "Corozal"}),
        ("(\"name\" LIKE 'c%')", set()),
        ("(\"name\" LIKE '%e')", {"Belize"}),
        ("((\"name\" NOT LIKE 'C%') AND (\"name\" NOT LIKE '%k'))", {"Belize", "Toledo"}),
        ("(\"name\" IN ('Toledo','Cayo'))", {"Cayo", "Toledo"}),
    ],
)
def test_what_newer_qgis_writes_of_names_is_understood(text: str, found: set[str], api: Api) -> None:
    districts = api.features("districts-bz", **{"filter": text, "filter-lang": "cql2-text"})
    assert {feature["properties"]["name"] for feature in districts} == found


def test_what_newer_qgis_writes_of_places_is_understood(site: Site, api: Api) -> None:
    layer = next(e for e in site.layers() if e["method"] == "gi_star" and e["n_features"])
    properties = api.get(f"/collections/{layer['id']}/queryables")["properties"]
    column = next(
        name for name, each in properties.items() if "geometry" in each.get("format", each.get("$ref", ""))
    )
    west, south, east, north = layer["bbox"]
    box = f"{west},{south},{(west + east) / 2},{(south + north) / 2}"
    whole = api.features(layer["id"], bbox=box)
    for name in (column, f'"{column}"'):
        asked = {"filter": f"S_INTERSECTS({name},BBOX({box}))", "filter-lang": "cql2-text"}
        assert api.features(layer["id"], **asked) == whole
    x, y = (west + east) / 2, (south + north) / 2
    asked = {"filter": f"S_INTERSECTS({column},POINT({x} {y}))", "filter-lang": "cql2-text"}
    assert api.features(layer["id"], **asked) == api.features(layer["id"], bbox=f"{x},{y},{x},{y}")
