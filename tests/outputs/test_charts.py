from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.methods import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.outputs import charts
from hotspot.outputs.drawing import Axis

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
    assert set(re.findall(r"https?://[^\"'<> ]*", drawn)) == {"http://www.w3.org/2000/svg"}
    assert "href" not in drawn


def test_a_chart_says_what_it_shows_to_who_cannot_see_it():
    assert text_of(charts.svg(LINE), "title") == "How few places hold how many"
    assert text_of(charts.svg(BARS), "title") == "Methods"
    assert text_of(charts.svg(WEEK), "desc") == (
        "Incidents by hour of the week, 168 values: from 0 (Mon 00:00) to 23 (Mon 23:00)."
    )
    assert "from 3.5 (Getis-Ord Gi*)" in text_of(charts.svg(BARS), "desc")


def test_letters_are_text_in_whatever_font_there_is(table):
    drawn = charts.svg(table)
    words = {each.text for each in ET.fromstring(drawn).iter(f"{SVG}text")}  # noqa: S314 - our own
    field = next(field for field in table.fields if field.name == table.chart.y[0])
    assert any(word.startswith(field.title) for word in words)
    assert drawn.count("font-family") == 1
    assert "url(" not in drawn


def test_nothing_is_drawn_outside_the_paper(table):
    root = ET.fromstring(charts.svg(table))  # noqa: S314 - our own
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    places = [(float(each.attrib["x"]), float(each.attrib["y"])) for each in root.iter(f"{SVG}text")]
    for path in root.iter(f"{SVG}path"):
        numbers = [float(text) for text in re.findall(r"-?[\d.]+", path.attrib["d"])]
        places += zip(numbers[::2], numbers[1::2], strict=True)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)


def test_a_value_is_drawn_where_the_marks_say():
    drawn = charts.svg(TREND)
    marks = {each.text: each.attrib for each in ET.fromstring(drawn).iter(f"{SVG}text")}  # noqa: S314 - our own
    dots = [each.attrib for each in ET.fromstring(drawn).iter(f"{SVG}circle")]  # noqa: S314 - our own
    assert len(dots) == 12
    ten, zero = float(marks["10"]["y"]), float(marks["0"]["y"])
    assert float(dots[4]["cy"]) - float(dots[9]["cy"]) == pytest.approx((zero - ten) / 2, abs=0.02)


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


def test_a_chart_needs_no_library_that_draws():
    code = (
        "import sys; from tests.outputs.test_charts import BARS; from hotspot.outputs import charts; "
        "charts.svg(BARS); assert not {'matplotlib', 'PIL', 'numpy.ma'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


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
    assert charts._tick_words(ticks, share=True) == said


def test_a_number_below_nothing_has_a_minus() -> None:
    assert charts._tick_words([-1.5, 0], share=False) == ["\u22121.5", "0.0"]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e9), st.integers(4, 9))
def test_marks_are_round_and_neither_too_many_nor_too_few(low, apart, most):
    axis = Axis(low, low + apart, 0, 100)
    ticks = axis.ticks(most)
    assert 1 <= len(ticks) <= most + 1
    assert all(-0.01 <= axis.at(tick) <= 100.01 for tick in ticks)
