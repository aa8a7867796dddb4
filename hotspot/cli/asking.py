"""What every command that asks a question shares: the options that say which incidents, and where."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotspot.analysis.question import POINT_PRECISIONS
from hotspot.errors import ParameterError
from hotspot.words import quoted

if TYPE_CHECKING:
    from hotspot.analysis.question import Question
    from hotspot.service.store import Store

FILTERS: Final = (
    click.Option(["--dataset"], required=True, help="Name of the dataset to ask."),
    click.Option(
        ["--area"],
        help="Study area: BZ (all its districts), BZ/BZ-BZ,BZ-CY (some of them), or hull (flagged). "
        "By default the boundary set of the dataset.",
    ),
    click.Option(
        ["--offence", "offences"], multiple=True, help="Offence as recorded; may be repeated. Default: all."
    ),
    click.Option(["--from", "start"], metavar="DATE", help="First local day, such as 2026-01-01."),
    click.Option(["--to", "end"], metavar="DATE", help="Last local day, included."),
    click.Option(["--hours"], metavar="FROM-TO", help="Hours of the local day, such as 18-6 for the night."),
    click.Option(["--days"], metavar="DAYS", help="Days of the week, such as fri,sat."),
    click.Option(
        ["--precision"],
        type=click.Choice(POINT_PRECISIONS),
        default="exact",
        show_default=True,
        help="Incidents to take: with coordinates only, or also those placed at the middle of a named town.",
    ),
    click.Option(
        ["--harm"],
        multiple=True,
        metavar="OFFENCE=WEIGHT",
        help="What an incident of an offence, or of an ICCS code, weighs, such as Murder=5475; * is all "
        "others. May be repeated; every incident weighs 1 without.",
    ),
    click.Option(
        ["--harm-file"],
        type=click.Path(dir_okay=False, path_type=Path),
        help="The same from a CSV file with an offence and its weight in each row.",
    ),
)
"""The options that say which incidents are asked about, and where."""


_HEADS: Final = frozenset({"offence", "offense", "crime", "crime type", "iccs", "code"})
"""What the first column of a file of weights may be called."""
_LARGEST: Final = 1_000_000
"""Bytes of a file of weights."""


def question_of(
    store: Store, given: Mapping[str, Any], *, method: str, parameters: Mapping[str, Any], title: str = ""
) -> Question:
    """Return the question that these options ask; the area is by default that of the dataset."""
    from hotspot.analysis.question import Question

    days = given["days"]
    return Question.from_dict(
        {
            "dataset": given["dataset"],
            "method": method,
            "parameters": dict(parameters),
            "area": given["area"] or store.datasets.get(given["dataset"]).area or "hull",
            "offences": list(given["offences"]),
            "start": given["start"],
            "end": given["end"],
            "hours": _hours(given["hours"]),
            "weekdays": [day.strip().lower() for day in days.split(",")] if days else [],
            "precision": given["precision"],
            "harm": [*_harm_of(given["harm_file"]), *given["harm"]],
            "title": title,
        }
    )


def _hours(text: str | None) -> list[int] | None:
    if text is None:
        return None
    start, dash, end = text.partition("-")
    if not (dash and start.strip().isdecimal() and end.strip().isdecimal()):
        msg = f"--hours takes two hours of the day, such as 18-6; got {quoted(text)}."
        raise ParameterError("hours", msg)
    return [int(start), int(end)]


def _harm_of(path: Path | None) -> list[tuple[str, str]]:
    """Return offence and weight of each row of a file, whose first row may be a head."""
    if path is None:
        return []
    rows = _rows_of(path)
    if rows and rows[0][0].strip().casefold() in _HEADS:
        rows = rows[1:]
    if not rows:
        msg = f"{path} has no row with an offence and its weight, such as Robbery,365."
        raise ParameterError("harm_file", msg)
    for row in rows:
        if len(row) != 2:
            got = quoted(", ".join(row))
            msg = f"{path} must have two columns, offence and weight, in every row; got {got}."
            raise ParameterError("harm_file", msg)
    return [(row[0], row[1].strip()) for row in rows]


def _rows_of(path: Path) -> list[list[str]]:
    """Return the rows of a small CSV file that hold something."""
    with path.open("rb") as file:
        held = file.read(_LARGEST + 1)
    if len(held) > _LARGEST:
        msg = f"{path} holds more than {_LARGEST // 1_000_000} MB, which no list of weights does. Shorten it."
        raise ParameterError("harm_file", msg)
    try:
        rows = list(csv.reader(held.decode("utf-8-sig").splitlines()))
    except UnicodeDecodeError:
        msg = f"{path} is not UTF-8 text. Save it as CSV (UTF-8), with an offence and a weight a row."
        raise ParameterError("harm_file", msg) from None
    except csv.Error as error:
        msg = f"{path} is no CSV file ({error}). Write an offence and its weight in each row."
        raise ParameterError("harm_file", msg) from None
    return [row for row in rows if any(cell.strip() for cell in row)]
