"""People of imported districts, from a column of their file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from hotspot.errors import BoundaryError

FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2200
_MOST: Final = 10_000_000_000

_TEXT: Final = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_POINTS: Final = re.compile(r"\d{1,3}(\.\d{3})+")

Figures = tuple[tuple[str, int, int, str], ...]


def figures_of(
    properties: Sequence[dict[str, Any]],
    codes: Sequence[str],
    *,
    column: str | None,
    year: int | None,
    file: str,
) -> Figures:
    """Return code, people, year and source of each district; none without a column.

    Parameters
    ----------
    properties
        Of the features, in their order.
    codes
        Of the district each feature is, or is a part of.
    column
        Where the people stand. Parts of one district repeat its figure.
    year
        That the figures are of: no rate is told without it.
    file
        Its name.

    Raises
    ------
    BoundaryError
        No such column, no year, a figure that is no number of people, or two for one district.
    """
    if column is None:
        if year is not None:
            msg = f"A year of the population, {year}, needs the column that the people stand in."
            raise BoundaryError(msg)
        return ()
    _check(properties, column, year, file)
    assert year is not None  # noqa: S101 - checked
    people: dict[str, int] = {}
    for number, (held, code) in enumerate(zip(properties, codes, strict=True), start=1):
        figure = _people(held.get(column), number, column, file)
        if figure is None:
            continue
        if people.setdefault(code, figure) != figure:
            msg = (
                f"{file} gives district {code!r} {people[code]:,} and {figure:,} people in column "
                f"{column!r}. Write the figure of the whole district at each of its parts."
            )
            raise BoundaryError(msg)
    return tuple((code, people[code], year, f"column {column!r} of {file}") for code in sorted(people))


def _check(properties: Sequence[dict[str, Any]], column: str, year: int | None, file: str) -> None:
    columns = list(dict.fromkeys(name for held in properties for name in held))
    if column not in columns:
        msg = f"{file} has no column {column!r}. It has: {', '.join(columns) or 'none'}."
        raise BoundaryError(msg)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        msg = (
            f"A population is of a year from {FIRST_YEAR} to {LAST_YEAR}, which stands beside every rate; "
            f"got {year}. Name it."
        )
        raise BoundaryError(msg)


def _is_figure(text: str) -> bool:
    """Whether a text is a number whatever country wrote it: 1.234 is a thousand people in some.

    >>> [_is_figure(text) for text in ("1234", "1,234", "12.5", "1.234", "1.234,5", "1,23")]
    [True, True, True, False, False, False]
    """
    return bool(_TEXT.fullmatch(text)) and not _POINTS.fullmatch(text)


def _people(value: Any, number: int, column: str, file: str) -> int | None:
    text = "" if value is None or isinstance(value, bool) else str(value).strip()
    if not text:
        return None
    try:
        figure = float(text.replace(",", "")) if not isinstance(value, str) or _is_figure(text) else -1.0
    except ValueError:
        figure = -1.0
    if not 0 <= figure <= _MOST:
        msg = (
            f"{file}: feature {number} has {str(value)[:60]!r} in column {column!r}, which is no number of "
            "people. Correct it, or leave it empty."
        )
        raise BoundaryError(msg)
    return round(figure)
