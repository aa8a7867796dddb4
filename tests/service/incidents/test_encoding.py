"""Moments of incidents as RFC 3339, and texts as they are."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.service.incidents.encoding import GeoJSON, Moments
from hotspot.service.incidents.properties import PROPERTIES, microseconds

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ZONES = ("UTC", "America/Belize", "Europe/London", "Asia/Kathmandu", "Pacific/Kiritimati")


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_a_moment_is_told_in_the_zone_and_stays_the_same(moment: datetime, zone: str) -> None:
    told = Moments(ZoneInfo(zone))(microseconds(moment))
    assert RFC_3339.fullmatch(told), told
    if moment.year < 9999:
        assert datetime.fromisoformat(told) == moment


@pytest.mark.parametrize(
    ("moment", "zone", "told"),
    [
        # Local mean time was 5 h 52 min 48 s behind: no offset of RFC 3339.
        (datetime(1900, 1, 1, tzinfo=UTC), "America/Belize", "1900-01-01T00:00:00Z"),
        (datetime.max.replace(tzinfo=UTC), "Pacific/Kiritimati", "9999-12-31T23:59:59.999999Z"),
        (datetime(2026, 7, 1, tzinfo=UTC), "Europe/London", "2026-07-01T01:00:00+01:00"),
        (datetime(2026, 7, 1, tzinfo=UTC), "UTC", "2026-07-01T00:00:00+00:00"),
    ],
)
def test_moments_that_are_odd(moment: datetime, zone: str, told: str) -> None:
    assert Moments(ZoneInfo(zone))(microseconds(moment)) == told


@given(st.none() | st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_comes_back_as_it_was(text: str | None) -> None:
    (line,) = GeoJSON([PROPERTIES["place"]], zone=ZoneInfo("UTC")).lines([(1, None, None, text)])
    assert b"\n" not in line
    assert json.loads(line)["properties"] == {"place": text}
