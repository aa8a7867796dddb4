"""Text that a spreadsheet shows and never calculates: a cell of a CSV can be a formula, and formulas act."""

from __future__ import annotations

import re
from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula can begin with, also once a program has folded wide signs into plain ones."""
NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
"""A signed number begins like a formula and is none."""


def formula_safe(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would take it for a formula.

    >>> formula_safe("=cmd()"), formula_safe("-88.2"), formula_safe("Belize")
    ("'=cmd()", '-88.2', 'Belize')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text) else text
