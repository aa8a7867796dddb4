"""A table as a chart: one SVG that needs nothing else, the same bytes for the same table."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from hotspot.outputs.chart_frame import GAP, HEIGHT, Entry, Frame, turned
from hotspot.outputs.drawing import FAINT, LETTER, SOFT, WIDTH, Axis, Drawing, blend, breadth, room
from hotspot.words import DAYS, counted

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field
    from hotspot.analysis.tables import Chart, Table

_LINES: Final = (
    ("#0b5fa5", ""),
    ("#c4301f", "6 3"),
    ("#3b7d23", "8 2 2 2"),
    ("#8a6100", "2 2"),
    ("#7b3f98", ""),
    ("#00707a", "6 3"),
    ("#a3195b", "8 2 2 2"),
    ("#4a4f57", "2 2"),
)
"""Colour and dashes of each line: told apart without colours, too."""
_HEAT: Final = ("#ffffff", "#fdd08a", "#ef7430", "#78061f")
_EQUALITY: Final = (SOFT, "1 2", "equality")
_MOST_LABELS: Final = 24
_DAYS: Final = tuple(day[:3] for day in DAYS)


def svg(table: Table) -> str:
    """Return the chart of a table as SVG, or nothing if it has no chart or no rows."""
    if table.chart is None or not table.rows:
        return ""
    draw = {"line": _line, "bars": _bars, "week": _week}[table.chart.kind]
    drawn = draw(table, table.chart)
    return drawn.document(table.chart.title or table.title, described(table))


def described(table: Table) -> str:
    """Return what a chart shows in a sentence, for who cannot see it.

    >>> from hotspot.analysis.tables import Chart, Field, Table
    >>> fields = (Field("day", "string", "Day"), Field("n", "integer", "Thefts", "incidents"))
    >>> described(Table("days", "Days", fields, (("Mon", 3), ("Tue", 9)), chart=Chart("bars", "day", ("n",))))
    'Thefts by day, 2 values: from 3 (Mon) to 9 (Tue).'
    """
    chart = table.chart
    if chart is None:
        return table.note
    by, said = _field(table, chart.x), []
    for name in chart.y:
        known = [
            (value, at)
            for value, at in zip(table.column(name), table.column(chart.x), strict=True)
            if value is not None
        ]
        if known:
            low, high = min(known, key=lambda each: each[0]), max(known, key=lambda each: each[0])
            said.append(
                f"{_field(table, name).title} by {by.title.lower()}, {counted(len(known), 'value')}: "
                f"from {_number(low[0])} ({_place(low[1], chart.kind)}) "
                f"to {_number(high[0])} ({_place(high[1], chart.kind)})."
            )
    return " ".join(said)


def _line(table: Table, chart: Chart) -> Drawing:
    x = table.column(chart.x)
    named = _field(table, chart.x).type == "string"
    along = [float(place) for place in (range(len(x)) if named else x)]
    lines = [(*_LINES[number % len(_LINES)], name, table.column(name)) for number, name in enumerate(chart.y)]
    known = [value for *_, values in lines for value in values if value is not None] or [0.0]
    ends = [min(along), max(along)]
    reach = [*known, *ends] if chart.diagonal else known
    low, high = min(reach), max(reach)
    up = Axis(*room(low, high, from_nothing=0 <= low < high / 2), 1, 0)
    legend = [(colour, dashes, _legend_words(_field(table, name))) for colour, dashes, name, _ in lines]
    legend += [_EQUALITY] * chart.diagonal
    names = [textwrap.shorten(str(name), 12, placeholder="…") for name in x] if named else []
    frame, up = _framed(table, chart, up, names, legend if len(legend) > 1 else [])
    span = room(*ends, from_nothing=False) if ends[0] == ends[1] or named else (ends[0], ends[1])
    across = Axis(*span, frame.left, frame.right)
    if named:
        frame.names_along(names, across)
    else:
        ticks = across.ticks()
        frame.marks_along(across, _tick_words(ticks, share=_field(table, chart.x).unit == "share"))
    frame.edges()
    if chart.diagonal:
        corner = [(across.at(end), up.at(end)) for end in ends]
        frame.drawing.line(corner, _EQUALITY[0], dashes=_EQUALITY[1])
    for colour, dashes, _, values in lines:
        points = [
            None if value is None else (across.at(place), up.at(value))
            for place, value in zip(along, values, strict=True)
        ]
        frame.drawing.line(points, colour, width=1.8, dashes=dashes)
        if len(x) <= _MOST_LABELS:
            frame.drawing.dots(points, colour)
    return frame.drawing


def _framed(
    table: Table, chart: Chart, up: Axis, names: Sequence[str], legend: Sequence[Entry]
) -> tuple[Frame, Axis]:
    """Return the paper with the marks of the numbers up, and these laid out on it."""
    shares = all(_field(table, name).unit == "share" for name in chart.y)
    words = _tick_words(up.ticks(), share=shares)
    below = 18 + max(map(breadth, names)) * math.sin(math.radians(35)) if turned(names) else 12 + GAP
    frame = Frame.of(
        up=_up_words(table, chart),
        along=_axis_words(_field(table, chart.x)),
        beside=max(map(breadth, words)),
        below=below,
        legend=legend,
    )
    axis = Axis(up.low, up.high, frame.bottom, frame.top)
    frame.marks_up(axis, words)
    return frame, axis


def _bars(table: Table, chart: Chart) -> Drawing:
    x = [str(_number(value)) for value in table.column(chart.x)]
    if max(map(len, x)) > 5 and len(x) <= _MOST_LABELS:
        return _lying_bars(table, chart, x)
    names = [textwrap.shorten(name, 12, placeholder="…") for name in x]
    frame, up = _framed(table, chart, _axis_of_bars(table, chart), names, _legend_of_bars(table, chart))
    across = Axis(-0.6, len(x) - 0.4, frame.left, frame.right)
    frame.names_along(names, across)
    thick = 0.8 / len(chart.y)
    for place, number, value, colour in _bars_of(table, chart):
        begin, end = (across.at(place - 0.4 + thick * (number + more)) for more in (0, 1))
        top, foot = sorted((up.at(value), up.at(0)))
        frame.drawing.box((begin, top), end - begin, foot - top, colour)
    frame.edges()
    return frame.drawing


def _lying_bars(table: Table, chart: Chart, x: Sequence[str]) -> Drawing:
    """Draw bars that lie, as their names are too long to stand below them."""
    names = [textwrap.shorten(name, 28, placeholder="…") for name in x]
    frame = Frame.of(
        up="",
        along=_up_words(table, chart),
        beside=min(max(map(breadth, names)), WIDTH * 0.45),
        below=12 + GAP,
        legend=_legend_of_bars(table, chart),
        height=max(150.0, 60 + 19 * len(x) * max(1.0, len(chart.y) * 0.7)),
    )
    ends = _axis_of_bars(table, chart)
    across = Axis(ends.low, ends.high, frame.left, frame.right)
    shares = all(_field(table, name).unit == "share" for name in chart.y)
    frame.marks_along(across, _tick_words(across.ticks(), share=shares))
    down = Axis(-0.6, len(x) - 0.4, frame.top, frame.bottom)
    for place, name in enumerate(names):
        frame.drawing.text((frame.left - GAP, down.at(place) + LETTER / 3), name, anchor="end")
    thick = 0.8 / len(chart.y)
    for place, number, value, colour in _bars_of(table, chart):
        top, foot = (down.at(place - 0.4 + thick * (number + more)) for more in (0, 1))
        begin, end = sorted((across.at(value), across.at(0)))
        frame.drawing.box((begin, top), end - begin, foot - top, colour)
    frame.edges()
    return frame.drawing


def _bars_of(table: Table, chart: Chart) -> list[tuple[int, int, float, str]]:
    """Return place, number within it, value and colour of each bar that is something."""
    return [
        (place, number, float(value), colour)
        for number, (name, (colour, _)) in enumerate(zip(chart.y, _LINES, strict=False))
        for place, value in enumerate(table.column(name))
        if value
    ]


def _axis_of_bars(table: Table, chart: Chart) -> Axis:
    values = [0.0, *(value for _, _, value, _ in _bars_of(table, chart))]
    return Axis(*room(min(values), max(values), from_nothing=True), 0, 1)


def _legend_of_bars(table: Table, chart: Chart) -> list[Entry]:
    lines = zip(chart.y, _LINES, strict=False)
    entries = [(colour, "", _legend_words(_field(table, name))) for name, (colour, _) in lines]
    return entries if len(entries) > 1 else []


def _week(table: Table, chart: Chart) -> Drawing:
    """Draw seven rows of 24 hours, Monday first, as dark as there are many."""
    grid = [[0.0] * 24 for _ in range(7)]
    for hour, value in zip(table.column(chart.x), table.column(chart.y[0]), strict=True):
        grid[int(hour) // 24 % 7][int(hour) % 24] = value or 0.0
    top = max(max(row) for row in grid) or 1.0
    drawing, left, side, high = Drawing(HEIGHT), 34.0, 14.5, 19.0
    for day, row in enumerate(grid):
        drawing.text((left - GAP, 8 + (day + 0.5) * high + LETTER / 3), _DAYS[day], anchor="end")
        for hour, value in enumerate(row):
            corner = (left + hour * side, 8 + day * high)
            drawing.box(corner, side, high, blend(_HEAT, value / top), edge=FAINT)
    for hour in range(0, 25, 3):
        drawing.text((left + hour * side, 8 + 7 * high + LETTER + 3), str(hour))
    drawing.text((left + 12 * side, 8 + 7 * high + 2 * LETTER + 7), "hour of the local day")
    scale = Axis(0, top, left + 3 * side, left + 21 * side)
    for step in range(40):
        begin, end = (scale.at(top * place / 40) for place in (step, step + 1))
        # Each reaches below the next, so that no seam shows.
        drawing.box((begin, 190), end - begin + (step < 39), 9, blend(_HEAT, (step + 0.5) / 40))
    ticks = scale.ticks()
    for tick, said in zip(ticks, _tick_words(ticks, share=False), strict=True):
        drawing.text((scale.at(tick), 211), said)
    drawing.text((left + 12 * side, 227), _axis_words(_field(table, chart.y[0])))
    return drawing


def _up_words(table: Table, chart: Chart) -> str:
    fields = [_field(table, name) for name in chart.y]
    units = {field.unit for field in fields}
    return _axis_words(fields[0]) if len(fields) == 1 else _unit(units.pop()) if len(units) == 1 else ""


def _tick_words(ticks: Sequence[float], *, share: bool) -> list[str]:
    """Return the numbers along an axis, all with as many decimals as the most exact of them needs.

    >>> _tick_words([0, 0.025, 0.05], share=True), _tick_words([0, 500, 1000], share=False)
    (['0.0 %', '2.5 %', '5.0 %'], ['0', '500', '1,000'])
    """
    shown = [100 * tick for tick in ticks] if share else list(ticks)
    exact = (p for p in range(8) if all(abs(round(tick, p) - tick) < 10.0**-p / 50 for tick in shown))
    places = next(exact, 8)
    return [f"{tick + 0.0:,.{places}f}{' %' if share else ''}".replace("-", "\u2212") for tick in shown]


def _axis_words(field: Field) -> str:
    unit = _unit(field.unit)
    return f"{field.title} ({unit})" if unit and unit.lower() != field.title.lower() else field.title


def _legend_words(field: Field) -> str:
    return textwrap.shorten(field.title, 36, placeholder="…")


def _unit(unit: str) -> str:
    return "" if unit == "share" else unit


def _field(table: Table, name: str) -> Field:
    return next(field for field in table.fields if field.name == name)


def _number(value: Any) -> Any:
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def _place(value: Any, kind: str) -> str:
    if kind == "week":
        return f"{_DAYS[int(value) // 24 % 7]} {int(value) % 24:02d}:00"
    return str(_number(value))
