"""The ranked table: the first ten hotspots, and every other one without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from hotspot.analysis.methods import METHODS
from hotspot.web.pages.layers import _columns

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.parametrize(("number", "folded"), [(10, False), (11, True), (60, True)])
def test_hotspots_past_the_tenth_are_folded_and_none_is_lost(app: Flask, number: int, folded: bool) -> None:
    columns = _columns(METHODS["dbscan"])
    rows = [
        {
            "rank": rank,
            "incidents": 70,
            "share": 0.123456,
            "area_km2": 1.2345678,
            "density": 5.4321,
            "pai": 78.414,
            "district_name": "Cayo",
            "lon": -88.123456,
            "lat": 17.654321,
            "top_offences": "Theft 70",
            "last_incident": "2026-10-31",
        }
        for rank in range(1, number + 1)
    ]
    text = str(app.jinja_env.get_template("ranked.html").module.ranked(rows, columns))
    assert (f"<summary>Show all {number}</summary>" in text) is folded
    shown = text.split("<summary>Show all")[0]
    assert re.findall(r'<th scope="row">(\d+)</th>', shown) == [str(rank) for rank in range(1, 11)]
    assert re.findall(r'<th scope="row">(\d+)</th>', text) == [str(rank) for rank in range(1, number + 1)]
    assert re.findall(r"<strong>(\d+)\.", text) == [str(rank) for rank in range(1, number + 1)]
    assert "12.3 %" in text
    assert "1.23 km²" in text
    assert "78.4 ×" in text
    assert "17.6543, -88.1235" in text


def test_without_boundaries_there_is_no_empty_column_of_districts() -> None:
    for method in METHODS.values():
        names = [column["name"] for column in _columns(method, placed=False)]
        assert names == [c["name"] for c in _columns(method) if c["name"] != "district_name"]
        assert len(names) < len(_columns(method))
