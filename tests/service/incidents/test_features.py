"""Pages of incidents: what is shown of each, and which are found."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from hotspot.errors import NotFoundError, ParameterError
from hotspot.service.incidents.properties import PROPERTIES
from tests.service.conftest import clean_table
from tests.service.incidents.conftest import asked, ids


def features_of(found: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found.lines]


def test_an_incident_is_a_point_with_its_allowed_properties(town) -> None:
    first = features_of(town().found(asked()))[0]
    assert first == {
        "type": "Feature",
        "id": 1,
        "geometry": {"type": "Point", "coordinates": [-88.19, 17.5]},
        "properties": {
            "occurred": "2026-02-28T18:30:00-06:00",
            "uncertain_h": 0.0,
            "reported_after_h": 1.5,
            "offence": "Theft",
            "iccs": None,
            "district": None,
            "recorded_district": None,
            "place": "Queen St",
            "location_precision": "exact",
            "agency": None,
            "weapon": None,
            "outcome": None,
        },
    }


def test_nothing_about_persons_or_files_is_a_property() -> None:
    told = {"case_number", "source_id", "victim_sex", "victim_age", "key", "row", "fingerprint", "import_id"}
    assert not told & set(PROPERTIES)


def test_only_one_property_tells_a_moment() -> None:
    # GDAL turns a comparison on any of several into datetime (serving.md, trap 4).
    assert [name for name, each in PROPERTIES.items() if each.kind == "moment"] == ["occurred"]


def test_an_incident_without_coordinates_has_no_geometry(town) -> None:
    assert features_of(town().found(asked()))[1]["geometry"] is None


def test_words_that_could_do_harm_come_out_as_they_are(town) -> None:
    shown = [each["properties"] for each in features_of(town().found(asked()))]
    assert [p["place"] for p in shown] == ["Queen St", "<script>", 'Say "hi"\n', None, "{{7*7}}", "100%"]


def test_ids_are_those_of_the_store_and_stay_when_more_comes(town, store, staged) -> None:
    features = town()
    before = features_of(features.found(asked()))
    town(clean_table(["x", "y"]), name="other")
    after = town(clean_table(["z"], offence="Robbery"))
    assert features_of(after.found(asked()))[:6] == before
    assert ids(after) == [1, 2, 3, 4, 5, 6, 9]


def test_each_incident_is_found_by_its_id_and_no_other_datasets_is(town) -> None:
    features, other = town(), town(clean_table(["x"]), name="other")
    assert [json.loads(features.get(n)) for n in range(1, 7)] == features_of(features.found(asked()))
    assert json.loads(other.get(7))["id"] == 7
    for number in (0, 7, 2**63, 10**18):
        with pytest.raises(NotFoundError, match=str(number)):
            features.get(number)


def test_pages_hold_everything_once(town) -> None:
    features = town()
    found = [features.found(asked(limit="4", offset=str(offset))) for offset in (0, 4, 8)]
    assert [f["id"] for page in found for f in features_of(page)] == [1, 2, 3, 4, 5, 6]
    assert {page.matched for page in found} == {6}


def test_an_offset_beyond_everything_is_an_empty_page(town) -> None:
    found = town().found(asked(offset="999999999999999999"))
    assert (list(found.lines), found.matched) == ([], 6)


def test_a_box_finds_its_points_and_those_without_a_place(town) -> None:
    features = town()
    assert ids(features, bbox="-88.195,17.495,-88.18,17.505") == [1, 2, 6]
    assert ids(features, bbox="-88.19,17.5,-88.19,17.5") == [1, 2, 6]
    assert ids(features, bbox="177,-10,-88.195,89") == [2, 3, 5]


@pytest.mark.parametrize("crs", ["3857", "32616"])
def test_a_box_in_metres_finds_the_same_points(town, crs: str) -> None:
    from hotspot.crs import project

    x, y = project([-88.195, -88.185], [17.495, 17.505], f"EPSG:{crs}")
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{crs}"
    from hotspot.ogc import query
    from hotspot.service.incidents.properties import FIELDS

    box = ",".join(f"{v:.3f}" for v in (x[0], y[0], x[1], y[1]))
    wanted = query.read([("bbox", box), ("bbox-crs", uri)], FIELDS, crs=(uri,))
    assert [f["id"] for f in features_of(town().found(wanted))] == [1, 2, 6]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("2026-03-01T00:30:00Z", [1, 2, 6]),
        ("2026-03-03T12:00:00Z", [3, 6]),
        ("2026-03-04T12:00:00Z/..", [3, 6]),
        ("2026-03-04T12:00:01Z/..", [6]),
        ("../2026-02-28T18:30:00-06:00", [1, 2, 6]),
        ("../2026-03-01T00:29:59Z", [6]),
        ("/2026-03-02T12:00:00Z", [1, 2, 3, 4, 6]),
        ("2026-03-02T12:00:00Z/9999-12-31T00:00:00Z", [3, 4, 5, 6]),
    ],
)
def test_datetime_finds_what_may_have_happened_then_and_what_has_no_time(
    town, when: str, found: list[int]
) -> None:
    frame = town()
    assert ids(frame, datetime=when) == found


def test_a_property_with_a_value(town) -> None:
    features = town()
    assert ids(features, offence="Theft") == [1]
    assert ids(features, uncertain_h="48") == [3]
    assert ids(features, reported_after_h="1.5", location_precision="exact") == [1, 2, 3, 4, 5]
    assert ids(features, offence="' OR 1=1 --") == []
    assert ids(features, occurred="2026-02-28T18:30:00-06:00") == [1, 2]
    with pytest.raises(ParameterError, match="occurred takes a moment"):
        ids(features, occurred="yesterday")


def test_sorting_puts_what_is_missing_last(town) -> None:
    features = town()
    assert ids(features, sortby="offence") == [5, 3, 4, 1, 6, 2]
    assert ids(features, sortby="-offence") == [6, 1, 4, 3, 5, 2]
    assert ids(features, sortby="-occurred,offence") == [5, 3, 4, 1, 2, 6]
    assert ids(features, sortby="-occurred,offence", limit="2", offset="1") == [3, 4]


def test_only_the_properties_asked_for_and_no_geometry(town) -> None:
    found = features_of(town().found(asked(properties="place,offence", skipGeometry="true", limit="1")))
    assert found == [
        {
            "type": "Feature",
            "id": 1,
            "geometry": None,
            "properties": {"offence": "Theft", "place": "Queen St"},
        }
    ]


def test_coordinates_in_metres_east_before_north(town) -> None:
    from hotspot.crs import project
    from hotspot.ogc import query
    from hotspot.service.incidents.properties import FIELDS

    uri = "http://www.opengis.net/def/crs/EPSG/0/32616"
    features = town()
    found = features_of(features.found(query.read([("crs", uri)], FIELDS, crs=(uri,))))
    x, y = project([-88.19], [17.5], "EPSG:32616")
    np.testing.assert_allclose(found[0]["geometry"]["coordinates"], [x[0], y[0]], atol=0.006)
    assert found[1]["geometry"] is None
    assert json.loads(features.get(1, crs=uri)) == found[0]


def test_an_etag_changes_with_the_store(town) -> None:
    assert town().etag != town(clean_table(["z"])).etag


def test_a_dataset_without_incidents_has_an_empty_page(town) -> None:
    found = town(clean_table([])).found(asked(bbox="-180,-90,180,90", sortby="occurred"))
    assert (list(found.lines), found.matched) == ([], 0)
