"""A table as a chart: one SVG that needs nothing else, the same bytes for the same table.

Matplotlib is imported when a chart is made, never with this module. What it
writes is made fit for a strict page: no style sheet, no style in a tag, no
address, all letters as outlines, and a title and description for who cannot see it.
"""

from __future__ import annotations

import io
import math
import os
import sys
import tempfile
import textwrap
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from hotspot.outputs.strict_svg import made_fit
from hotspot.words import DAYS, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from hotspot.analysis.methods import Field
    from hotspot.analysis.tables import Table

WIDTH: Final = 5.6
"""Inches; at 390 px of a phone a letter of 10 points is still 8 px high."""
_INK, _SOFT, _GRID = "#1d2733", "#55606c", "#dfe4e8"
_LINES: Final = (
    ("#0b5fa5", "-"),
    ("#c4301f", "--"),
    ("#3b7d23", "-."),
    ("#8a6100", ":"),
    ("#7b3f98", "-"),
    ("#00707a", "--"),
    ("#a3195b", "-."),
    ("#4a4f57", ":"),
)
"""Colour and stroke of each line: told apart without colours, too."""
_MOST_LABELS: Final = 24
_DAYS: Final = tuple(day[:3] for day in DAYS)
_STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "hotspot",
    "svg.fonttype": "path",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    # A dollar sign in the name of an offence is a dollar sign.
    "text.parse_math": False,
    "text.color": _INK,
    "axes.edgecolor": _SOFT,
    "axes.labelcolor": _INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": _GRID,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "legend.frameon": False,
}


def svg(table: Table) -> str:
    """Return the chart of a table as SVG, or nothing if it has no chart or no rows."""
    if table.chart is None or not table.rows:
        return ""
    draw = {"line": _line, "bars": _bars, "week": _week}[table.chart.kind]
    with _matplotlib(), warnings.catch_warnings():
        # A letter that the font lacks becomes a box; there is nobody to tell.
        warnings.simplefilter("ignore")
        from matplotlib import rc_context
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        with rc_context(_STYLE):
            figure = Figure(figsize=(WIDTH, 3.4), layout="constrained", facecolor="white")
            canvas = FigureCanvasSVG(figure)
            draw(table, figure, figure.add_subplot())
            drawn = io.StringIO()
            canvas.print_svg(  # type: ignore[no-untyped-call]
                drawn, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
            )
    return made_fit(drawn.getvalue(), table.chart.title or table.title, described(table))


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


@contextmanager
def _matplotlib() -> Iterator[None]:
    """Import Matplotlib without leaving its list of fonts on the disk of whoever runs this."""
    if "matplotlib.font_manager" in sys.modules:
        yield
        return
    before = os.environ.get("MPLCONFIGDIR")
    with tempfile.TemporaryDirectory(prefix="hotspot-") as folder:
        os.environ["MPLCONFIGDIR"] = folder
        try:
            import matplotlib.font_manager  # noqa: F401  writes the list while it is imported

            yield
        finally:
            if before is None:
                del os.environ["MPLCONFIGDIR"]
            else:
                os.environ["MPLCONFIGDIR"] = before


def _line(table: Table, figure: Figure, axes: Axes) -> None:
    chart = table.chart
    assert chart is not None  # noqa: S101
    x = table.column(chart.x)
    along = x if _field(table, chart.x).type != "string" else tuple(range(len(x)))
    for name, (colour, stroke) in zip(chart.y, _LINES * (1 + len(chart.y) // len(_LINES)), strict=False):
        up = [math.nan if value is None else value for value in table.column(name)]
        marker = "o" if len(x) <= _MOST_LABELS else ""
        title = _legend_words(_field(table, name))
        axes.plot(along, up, stroke, color=colour, marker=marker, markersize=3.5, linewidth=1.8, label=title)
    if chart.diagonal:
        # From corner to corner, whatever the ends: the line of equality.
        ends = [min(along), max(along)]
        axes.plot(ends, ends, color=_SOFT, linewidth=1, linestyle=(0, (1, 2)), label="equality")
    if along is not x:
        _label_places(axes, x)
    if 0 <= axes.dataLim.ymin < axes.dataLim.ymax / 2:
        axes.set_ylim(bottom=0)
    _axes_words(table, axes)
    if len(chart.y) > 1 or chart.diagonal:
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)


def _bars(table: Table, figure: Figure, axes: Axes) -> None:
    chart = table.chart
    assert chart is not None  # noqa: S101
    x = [str(_number(value)) for value in table.column(chart.x)]
    lying = max(map(len, x)) > 5 and len(x) <= _MOST_LABELS
    thick = 0.8 / len(chart.y)
    for i, (name, (colour, _stroke)) in enumerate(zip(chart.y, _LINES, strict=False)):
        up = [value or 0 for value in table.column(name)]
        places = [place - 0.4 + thick * (i + 0.5) for place in range(len(x))]
        title = _legend_words(_field(table, name))
        (axes.barh if lying else axes.bar)(places, up, thick, color=colour, label=title)
    if lying:
        figure.set_figheight(max(2.2, 0.9 + 0.26 * len(x) * max(1, len(chart.y) * 0.7)))
        axes.set_yticks(range(len(x)), [textwrap.shorten(text, 28, placeholder="…") for text in x])
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
    else:
        _label_places(axes, x)
        axes.grid(visible=False, axis="x")
    _axes_words(table, axes, lying=lying)
    if len(chart.y) > 1:
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)


def _week(table: Table, figure: Figure, axes: Axes) -> None:
    """Draw seven rows of 24 hours, Monday first, as dark as there are many."""
    from matplotlib.colors import LinearSegmentedColormap

    chart = table.chart
    assert chart is not None  # noqa: S101
    grid = [[0.0] * 24 for _ in range(7)]
    for hour, value in zip(table.column(chart.x), table.column(chart.y[0]), strict=True):
        grid[int(hour) // 24 % 7][int(hour) % 24] = value or 0.0
    # More steps than that and Matplotlib would draw the scale as a picture.
    colours = LinearSegmentedColormap.from_list("hotspot", ("#ffffff", "#fdd08a", "#ef7430", "#78061f"), N=40)
    top = max(max(row) for row in grid) or 1.0
    drawn = axes.pcolormesh(range(25), range(8), grid, cmap=colours, vmin=0, vmax=top, edgecolors=_GRID)
    axes.grid(visible=False)
    axes.invert_yaxis()
    axes.set_yticks([row + 0.5 for row in range(7)], _DAYS)
    axes.set_xticks(range(0, 25, 3))
    axes.set_xlabel("hour of the local day")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    scale = figure.colorbar(drawn, ax=axes, location="bottom", shrink=0.7, aspect=34, pad=0.04)
    scale.outline.set_visible(False)
    if scale.solids is not None:
        # Without seams between its steps.
        scale.solids.set_edgecolor("face")
    scale.set_label(_axis_words(_field(table, chart.y[0])))


def _label_places(axes: Axes, x: Any) -> None:
    """Name places along an axis, as many as there is room for."""
    longest = min(12, max((len(str(name)) for name in x), default=0))
    turned = longest > 5
    room = 12 if turned else max(2, 56 // (longest + 2))
    step = max(1, math.ceil(len(x) / room))
    names = [textwrap.shorten(str(name), 12, placeholder="…") for name in x[::step]]
    manner: dict[str, Any] = {"rotation": 35, "ha": "right"} if turned else {}
    axes.set_xticks(range(0, len(x), step), names, **manner)


def _axes_words(table: Table, axes: Axes, *, lying: bool = False) -> None:
    chart = table.chart
    assert chart is not None  # noqa: S101
    fields = [_field(table, name) for name in chart.y]
    along = _axis_words(_field(table, chart.x))
    units = {field.unit for field in fields}
    up = _axis_words(fields[0]) if len(fields) == 1 else _unit(units.pop()) if len(units) == 1 else ""
    values = axes.xaxis if lying else axes.yaxis
    if all(field.unit == "share" for field in fields):
        values.set_major_formatter(_percent_of(values))
    if not lying and _field(table, chart.x).unit == "share":
        axes.xaxis.set_major_formatter(_percent_of(axes.xaxis))
    axes.set_xlabel(up if lying else along)
    axes.set_ylabel("" if lying else up)


def _percent_of(axis: Axis) -> Callable[[float, float], str]:
    """Return how shares are written along an axis: with as many decimals as its ticks have."""

    def words(value: float, _place: float | None = None) -> str:
        ticks = [100 * float(tick) for tick in axis.get_majorticklocs()]
        exact = (p for p in range(4) if all(abs(round(tick, p) - tick) < 10.0**-p / 50 for tick in ticks))
        return f"{100 * value:.{next(exact, 4)}f} %"

    return words


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
