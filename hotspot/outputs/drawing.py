"""What a chart is drawn from: an SVG that a strict page shows, and the marks along an axis.

No style sheet, no style in a tag, no script, no address; letters stay text, so that
they can be read aloud, searched and shown in whatever script they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

INK, SOFT, FAINT = "#1d2733", "#55606c", "#dfe4e8"
WIDTH: Final = 400.0
"""Units; at 390 px of a phone a letter of 10 units is still near 10 px high."""
LETTER: Final = 10.0
_FONT: Final = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', 'Noto Sans', sans-serif"
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)

Point = tuple[float, float]


@dataclass
class Drawing:
    """Marks on paper, in the order they were made."""

    height: float
    marks: list[str] = field(default_factory=list)

    def text(
        self,
        at: Point,
        words: str,
        *,
        anchor: str = "middle",
        size: float = LETTER,
        turned: float = 0,
    ) -> None:
        """Write words that begin, end or have their middle at a point on their base line."""
        if not words:
            return
        x, y = _short(at[0]), _short(at[1])
        turn = f' transform="rotate({_short(turned)} {x} {y})"' if turned else ""
        self.marks.append(
            f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{_short(size)}" fill="{INK}"{turn}>'
            f"{escape(printable(words))}</text>"
        )

    def line(
        self, points: Sequence[Point | None], colour: str, *, width: float = 1, dashes: str = ""
    ) -> None:
        """Draw from point to point; None lifts the pen."""
        steps, pen = [], "M"
        for point in points:
            if point is not None:
                steps.append(f"{pen}{_short(point[0])} {_short(point[1])}")
            pen = "M" if point is None else "L"
        if steps:
            dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
            self.marks.append(
                f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" '
                f'stroke-width="{_short(width)}"{dashed}/>'
            )

    def dots(self, points: Iterable[Point | None], colour: str) -> None:
        """Draw a dot at each point."""
        self.marks += [
            f'<circle cx="{_short(point[0])}" cy="{_short(point[1])}" r="2" fill="{colour}"/>'
            for point in points
            if point is not None
        ]

    def box(self, corner: Point, width: float, height: float, colour: str, *, edge: str = "none") -> None:
        """Fill a rectangle from its upper left corner."""
        self.marks.append(
            f'<rect x="{_short(corner[0])}" y="{_short(corner[1])}" width="{_short(width)}" '
            f'height="{_short(height)}" fill="{colour}" stroke="{edge}"/>'
        )

    def document(self, title: str, words: str) -> str:
        """Return the SVG, with a title and a description for who cannot see it."""
        size = f"{_short(WIDTH)} {_short(self.height)}"
        marks = "\n".join(self.marks)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" '
            f"font-family={quoteattr(_FONT)}>\n"
            f"<title>{escape(printable(title))}</title>\n<desc>{escape(printable(words))}</desc>\n"
            f'<rect width="100%" height="100%" fill="#ffffff"/>\n{marks}\n</svg>\n'
        )


@dataclass(frozen=True)
class Axis:
    """Numbers from low to high along a stretch of paper."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Return where a number lies."""
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self, most: int = 7) -> list[float]:
        """Return round numbers from low to high."""
        step = tick_step(self.low, self.high, most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def tick_step(low: float, high: float, most: int = 7) -> float:
    """Return the round distance of at most so many marks between two numbers.

    >>> tick_step(0, 0.23, 6), tick_step(0, 800, 5)
    (0.05, 200.0)
    """
    rough = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    # Not 2.5: marks of small counts are whole.
    steps = (step * power for step in _STEPS if (step, power) != (2.5, 1.0))
    return next(step for step in steps if step >= rough * (1 - 1e-9))


def room(low: float, high: float, *, from_nothing: bool) -> tuple[float, float]:
    """Return the ends of an axis that has some room above its highest number, and below unless from 0."""
    if not high > low:
        # One number only.
        apart = abs(high) or 1.0
        return (min(0.0, low), max(low + apart, 0.0)) if from_nothing else (low - apart, low + apart)
    spare = (high - low) * 0.05
    return (min(0.0, low - spare * (low < 0)), high + spare) if from_nothing else (low - spare, high + spare)


def breadth(words: str, size: float = LETTER) -> float:
    """Return about how broad words are: most letters are somewhat more than half as broad as high."""
    return sum(1.0 if ord(sign) > 0x2E80 else 0.58 for sign in words) * size


def blend(colours: Sequence[str], share: float) -> str:
    """Return the colour at a share of the way along some colours.

    >>> blend(("#000000", "#ffffff"), 0.5), blend(("#ff0000", "#00ff00", "#0000ff"), 1)
    ('#808080', '#0000ff')
    """
    place = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    first = min(int(place), len(colours) - 2)
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours[first : first + 2]]
    mixed = [a + (b - a) * (place - first) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{math.floor(value + 0.5):02x}" for value in mixed)


def printable(text: str) -> str:
    """Return the text without the signs that XML 1.0 has no way to write."""
    return "".join(sign for sign in text if sign >= " " and not 0xFFFE <= ord(sign) <= 0xFFFF)


def _short(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
