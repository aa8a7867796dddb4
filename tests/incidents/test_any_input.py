"""Whatever a file holds, it is read, set aside or refused in words; nothing else ever happens."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotspot.errors import HotspotError
from hotspot.incidents.columns import guess
from hotspot.incidents.read import read_raw
from hotspot.incidents.rejects import rejects_csv
from tests.incidents.whole import clean, report

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)

HEADERS = [
    "id",
    "date",
    "time",
    "offence",
    "lat",
    "lon",
    "location",
    "date to",
    "reported",
    "victim age",
    "victim sex",
]
HEADERS += ["district", "", "name", "x", "y"]
CELLS = [
    "",
    "2024-03-01",
    "12:30",
    "1/2/2024",
    "13/02/2024",
    "2/13/2024",
    "0001-01-01",
    "0000-00-00",
    "9999-12",
]
CELLS += [
    "2024-03-10 02:30",
    "2024-03-01T00:00:00+99:99",
    "2024-03-01T24:61:61.9999999999Z",
    "31/12/9999 23:59",
]
CELLS += [
    "NaN",
    "inf",
    "1e400",
    "9" * 400,
    "99999",
    "9999999999999",
    "0",
    "999",
    "17.5",
    "-88.2",
    "88,2",
    "17°N",
]
CELLS += [
    "(1, 2)",
    "(a, b)",
    "abc",
    "=cmd()",
    "{{7*7}}",
    '"',
    '"x',
    "a\nb",
    "\x00",
    "\ufeff",
    "\u202e",
    "٣",
    "𝔘",
]

cells = st.sampled_from(CELLS) | st.text(max_size=12)
headers = st.lists(st.sampled_from(HEADERS), max_size=7).map(lambda names: ["date", *names])


@st.composite
def tables(draw) -> bytes:
    """CSV files in all the ways that agencies get them wrong."""
    names = draw(headers)
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    quoted = draw(st.booleans())
    lines = [separator.join(names)]
    for _ in range(draw(st.integers(0, 6))):
        width = max(0, len(names) + draw(st.sampled_from([0, 0, 0, 0, 1, -1])))
        row = draw(st.lists(cells, min_size=width, max_size=width))
        lines.append(separator.join('"' + c.replace('"', '""') + '"' if quoted else c for c in row))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])), errors="replace")


def account_for(data: bytes, order: str | None) -> None:
    """Bring a file in; every row must be accepted, set aside or a duplicate."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents"
        path.write_bytes(data)
        try:
            raw = read_raw(path)
            mapping = guess(raw.frame)
            result = clean(raw, mapping, timezone="America/New_York", date_order=order, now=NOW)
        except HotspotError as error:
            assert str(error)
            assert "Traceback" not in str(error)
            return
    found = report(raw, result, result.table, mapping=mapping)
    json.dumps(found, allow_nan=False)
    assert rejects_csv(raw, result.set_aside, refused=mapping.refused)
    every = [*raw.row, *raw.set_aside["row"]]
    accounted = [*result.table["row"], *result.set_aside["row"], *result.duplicates["row"]]
    assert sorted(accounted) == sorted(every)
    assert result.table["fingerprint"][result.table["source_id"].isna()].is_unique
    assert (result.table["occurred_from"] <= result.table["occurred_to"]).all()


@given(tables(), st.sampled_from([None, "dmy", "mdy", "ymd"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_is_accounted_for(data, order):
    account_for(data, order)


@given(st.binary(max_size=300))
@example(b"\x1f\x8b")
@example(b"PK\x03\x04")
@example(
    b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[{},[]]}}]}'
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_refused_in_words_or_read(data):
    account_for(data, None)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "geometry", "coordinates", "properties", "date", "id"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
@settings(max_examples=50, deadline=None)
def test_any_feature_is_accounted_for(value):
    document = {
        "type": "FeatureCollection",
        "features": [value, {"type": "Feature", "geometry": value, "properties": value}],
    }
    account_for(json.dumps(document).encode(), None)
