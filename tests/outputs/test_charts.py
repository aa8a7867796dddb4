from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from hotspot.analysis.methods import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.outputs import charts

SVG = "{http://www.w3.org/2000/svg}"
HOUR = Field("hour", "integer", "Hour of the week", "hours")
COUNT = Field("count", "number", "Incidents", "incidents")
SHARE = Field("share", "number", "Share of incidents", "share")
NAME = Field("name", "string", "Method")

WEEK = Table(
    "week",
    "Week",
    (HOUR, COUNT),
    tuple((h, h % 24) for h in range(168)),
    "",
    Chart("week", "hour", ("count",)),
)
BARS = Table(
    "compare",
    "Methods",
    (NAME, COUNT, SHARE),
    (("Getis-Ord Gi*", 3.5, 0.5), ("Kernel density", None, 0.25)),
    "",
    Chart("bars", "name", ("count", "share")),
)
LINE = Table(
    "lorenz",
    "Concentration",
    (Field("area", "number", "Share of area", "share"), SHARE),
    tuple((i / 10, (i / 10) ** 0.5) for i in range(11)),
    "",
    Chart("line", "area", ("share",), title="How few places hold how many", diagonal=True),
)
TREND = Table(
    "trend",
    "Trend",
    (NAME, COUNT),
    tuple((f"2026-{m:02}", m) for m in range(1, 13)),
    "",
    Chart("line", "name", ("count",)),
)
ALL = {table.name: table for table in (WEEK, BARS, LINE, TREND)}


@pytest.fixture(params=ALL)
def table(request: pytest.FixtureRequest) -> Table:
    return ALL[request.param]


def text_of(drawn: str, tag: str) -> str:
    return ET.fromstring(drawn).find(f"{SVG}{tag}").text  # noqa: S314 - our own


def test_the_same_table_gives_the_same_bytes_in_another_process(table):
    code = (
        "import sys; from tests.outputs.test_charts import ALL; from hotspot.outputs import charts; "
        "sys.stdout.write(charts.svg(ALL[sys.argv[1]]))"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, table.name], capture_output=True, text=True, check=True
    )
    assert again.stdout == charts.svg(table) == charts.svg(table)


def test_a_chart_is_one_valid_file_that_a_strict_page_shows(table):
    drawn = charts.svg(table)
    ET.fromstring(drawn)  # noqa: S314 - our own
    assert not re.search(r'style=|<style|<script|<!--|<metadata|\bon\w+="', drawn)
    assert set(re.findall(r"https?://[^\"'<> ]*", drawn)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', drawn))


def test_a_chart_says_what_it_shows_to_who_cannot_see_it():
    assert text_of(charts.svg(LINE), "title") == "How few places hold how many"
    assert text_of(charts.svg(BARS), "title") == "Methods"
    assert text_of(charts.svg(WEEK), "desc") == (
        "Incidents by hour of the week, 168 values: from 0 (Mon 00:00) to 23 (Mon 23:00)."
    )
    assert "from 3.5 (Getis-Ord Gi*)" in text_of(charts.svg(BARS), "desc")


def test_letters_are_outlines_so_that_no_font_is_asked_for(table):
    assert "<text" not in charts.svg(table)
    assert "font-family" not in charts.svg(table)


@pytest.mark.parametrize("rows", [(), ((0, None),), ((0, 0.0),), ((0, 5.0),)])
@pytest.mark.parametrize("kind", ["line", "bars", "week"])
def test_nothing_missing_values_zero_and_one_value_are_drawn_or_left_out(kind, rows):
    table = Table("few", "Few", (HOUR, COUNT), rows, "", Chart(kind, "hour", ("count",)))
    drawn = charts.svg(table)
    assert bool(drawn) is bool(rows)
    if drawn:
        ET.fromstring(drawn)  # noqa: S314 - our own


def test_a_table_without_a_chart_has_none():
    assert charts.svg(Table("plain", "Plain", (NAME,), (("a",),))) == ""


def test_text_is_drawn_letter_by_letter(hostile):
    table = Table(
        hostile,
        hostile,
        (Field("n", "string", hostile), COUNT),
        ((hostile, 1.0),),
        "",
        Chart("bars", "n", ("count",)),
    )
    drawn = charts.svg(table)
    assert not re.search(r"<script|<img|style=", drawn)
    kept = "".join(sign for sign in hostile if sign >= " ")
    assert text_of(drawn, "title") == kept


def test_dollar_signs_are_no_formula():
    table = Table(
        "d",
        "$x_2$ \\frac",
        (Field("n", "string", "$\\bad{"), COUNT),
        (("$\\q{", 1.0),),
        "",
        Chart("bars", "n", ("count",)),
    )
    assert charts.svg(table)


def test_matplotlib_is_imported_when_a_chart_is_made_and_leaves_nothing_behind(tmp_path):
    code = (
        "import os, sys; from tests.outputs.test_charts import BARS; from hotspot.outputs import charts; "
        "assert 'matplotlib' not in sys.modules; charts.svg(BARS); print(os.environ.get('MPLCONFIGDIR'))"
    )
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    env = {
        name: value
        for name, value in env.items()
        if name not in ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    }
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["tmp"]


@pytest.mark.parametrize(
    ("ticks", "said"),
    [
        ([0, 0.025, 0.05, 0.075], ["0.0 %", "2.5 %", "5.0 %", "7.5 %"]),
        ([0, 0.2, 0.4], ["0 %", "20 %", "40 %"]),
        ([0, 0.0005, 0.001], ["0.00 %", "0.05 %", "0.10 %"]),
        ([0.1, 0.1 + 1e-9], ["10 %", "10 %"]),
    ],
)
def test_ticks_say_the_shares_they_stand_at(ticks: list[float], said: list[str]) -> None:
    class Axis:
        def get_majorticklocs(self) -> list[float]:
            return ticks

    words = charts._percent_of(Axis())
    assert [words(tick) for tick in ticks] == said
