"""The paper of a chart: where numbers may be drawn, the marks along its sides and its legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hotspot.outputs.drawing import FAINT, LETTER, SOFT, WIDTH, Axis, Drawing

HEIGHT: Final = 245.0
GAP: Final = 5.0
_SMALL: Final = 9.0
_ROW: Final = 13.0
"""Height of a row of a legend."""

Entry = tuple[str, str, str]
"""Colour, dashes and words of one line of a legend."""


@dataclass(frozen=True)
class Frame:
    """The paper around the numbers: where they may be drawn, and the words along both sides."""

    drawing: Drawing
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def of(
        cls,
        *,
        up: str,
        along: str,
        beside: float,
        below: float,
        legend: Sequence[Entry],
        height: float = HEIGHT,
    ) -> Frame:
        """Return the paper with its words: room beside for marks up, below for those along, and a legend."""
        rows = math.ceil(len(legend) / 2)
        drawing = Drawing(height + rows * _ROW)
        left = beside + 2 * GAP + (LETTER if up else 0)
        frame = cls(drawing, left, WIDTH - 18, 8.0, height - below - (LETTER + 2 * GAP if along else GAP))
        drawing.text((LETTER, (frame.top + frame.bottom) / 2), up, turned=-90)
        drawing.text(((left + frame.right) / 2, height - GAP), along)
        for number, (colour, dashes, words) in enumerate(legend):
            x, y = (10.0, WIDTH / 2 + 4)[number % 2], height + (number // 2) * _ROW + 6
            drawing.line([(x, y), (x + 22, y)], colour, width=2, dashes=dashes)
            drawing.text((x + 27, y + 3), words, anchor="start", size=_SMALL)
        return frame

    def marks_up(self, axis: Axis, words: Sequence[str]) -> None:
        """Draw a line across at each mark of an axis that runs up."""
        for tick, said in zip(axis.ticks(), words, strict=True):
            y = axis.at(tick)
            self.drawing.line([(self.left, y), (self.right, y)], FAINT)
            self.drawing.text((self.left - GAP, y + LETTER / 3), said, anchor="end")

    def marks_along(self, axis: Axis, words: Sequence[str]) -> None:
        """Draw a line up at each mark of an axis that runs along."""
        for tick, said in zip(axis.ticks(), words, strict=True):
            x = axis.at(tick)
            self.drawing.line([(x, self.top), (x, self.bottom)], FAINT)
            self.drawing.text((x, self.bottom + LETTER + GAP), said)

    def names_along(self, names: Sequence[str], axis: Axis) -> None:
        """Name places along, as many as there is room for."""
        longest = max(map(len, names), default=0)
        slanting = turned(names)
        fits = 12 if slanting else max(2, 56 // (longest + 2))
        for place in range(0, len(names), max(1, math.ceil(len(names) / fits))):
            at = (axis.at(place), self.bottom + LETTER + GAP)
            if slanting:
                self.drawing.text((at[0] + 3, at[1]), names[place], anchor="end", turned=-35)
            else:
                self.drawing.text(at, names[place])

    def edges(self) -> None:
        """Draw the lines that the numbers stand on and beside."""
        corners = [(self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)]
        self.drawing.line(corners, SOFT)


def turned(names: Sequence[str]) -> bool:
    """Whether names along an axis are too long to stand upright."""
    return max(map(len, names), default=0) > 5
