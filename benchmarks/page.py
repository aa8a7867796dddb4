"""The page docs/validation.md: each command writes its own part, and leaves the others as they are."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "validation.md"


def write(part: str, text: str) -> None:
    """Put a text where the page has this part: between its two comments."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        msg = f"{PAGE.name} has no part {part!r}: it begins with {begin} and ends with {end}."
        raise ValueError(msg)
    new = f"{begin}\n{text.strip()}\n{end}"
    PAGE.write_text(pattern.sub(lambda _: new, page), encoding="utf-8")


def percent(share: float) -> str:
    """Return a share as the page has it.

    >>> percent(0.0456)
    '4.6 %'
    """
    return f"{100 * share:.1f} %"
