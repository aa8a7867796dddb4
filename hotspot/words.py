"""Numbers as people read them: in sentences, on maps and in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST: Final = 80
"""Characters of a value that a message repeats at most."""


def folded(text: object) -> str:
    """Return a text as names are compared: in any case, with any spaces between the words.

    >>> folded("  Motor  Vehicle THEFT ")
    'motor vehicle theft'
    """
    return " ".join(str(text).casefold().split())


def percent(share: float) -> str:
    """Return a share as text, with one decimal below ten.

    >>> percent(0.314), percent(0.0081), percent(0.00002), percent(0)
    ('31 %', '0.8 %', 'under 0.1 %', '0 %')
    """
    hundredths = share * 100
    if 0 < hundredths < 0.05:
        return "under 0.1 %"
    if hundredths >= 9.95 or hundredths == 0:
        return f"{hundredths:.0f} %"
    return f"{hundredths:.1f} %"


def percents(shares: tuple[float, ...]) -> tuple[str, ...]:
    """Return the shares of one whole as text, with as many decimals each, so that they add up.

    What rounding leaves over goes to the shares that lost the most by it.

    >>> percents((0.985, 0.015)), percents((0.9, 0.1)), percents((0.99996, 0.00004))
    (('98.5 %', '1.5 %'), ('90 %', '10 %'), ('over 99.9 %', 'under 0.1 %'))
    """
    decimals = 1 if any(0 < share < 0.0995 for share in shares) else 0
    exact = [round(share * 100 * 10**decimals, 6) for share in shares]
    units = [math.floor(part) for part in exact]
    lost = sorted(range(len(exact)), key=lambda i: units[i] - exact[i])
    for i in lost[: round(sum(exact)) - sum(units)]:
        units[i] += 1
    return tuple(_of_whole(unit, part, decimals) for unit, part in zip(units, exact, strict=True))


def _of_whole(unit: int, exact: float, decimals: int) -> str:
    # What exists is never called nothing, and what lacks something never the whole.
    if unit == 0 < exact:
        return "under 0.1 %"
    if unit == 100 * 10**decimals > exact:
        return "over 99.9 %"
    return f"{unit / 10**decimals:.{decimals}f} %"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "hot cell"), counted(1204, "burglary", "burglaries")
    ('1 hot cell', '1,204 burglaries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def named(names: Iterable[str], *, at_most: int = 20) -> str:
    """Return names for a message: the first of them, and of each its beginning.

    >>> named(["Theft", "x" * 100], at_most=2)[:12], named("abc", at_most=2)
    ('Theft, xxxxx', 'a, b ...')
    """
    listed = list(names)
    short = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in listed[:at_most]]
    return ", ".join(short) + (" ..." if len(listed) > at_most else "")


def quoted(value: object) -> str:
    """Return a value that cannot be used as text for a message: nothing unseen in it, and its beginning only.

    >>> quoted("20 m"), quoted([1, 2]), len(quoted("x" * 100_000))
    ("'20 m'", '[1, 2]', 80)
    """
    try:
        text = repr(value)
    except ValueError:
        # Python writes no whole number of more than 4,300 digits.
        text = f"a {type(value).__name__} too long to be written"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def metres(distance: float) -> str:
    """Return a distance as text.

    >>> metres(353.5533), metres(2000)
    ('353.6 m', '2,000 m')
    """
    return f"{round(distance, 1):,.1f}".removesuffix(".0") + " m"
