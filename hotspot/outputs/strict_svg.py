"""An SVG made fit for a strict page: without style sheets, styles in tags, comments and addresses."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

_HEAD: Final = re.compile(r"\A.*?(<svg\b[^>]*>)", re.DOTALL)
_SHEET: Final = re.compile(r"\s*<(metadata|style)\b.*?</\1>|\s*<!--.*?-->", re.DOTALL)
_STYLED: Final = re.compile(r'\sstyle="([^"]*)"')


def made_fit(drawn: str, title: str, words: str) -> str:
    """Return the drawing without what a strict page forbids, and with words for who cannot see it."""
    body = _HEAD.sub("", _SHEET.sub("", drawn), count=1)
    head = _HEAD.match(drawn)
    box = re.search(r'viewBox="([^"]*)"', head[1]) if head else None
    if box is None:
        msg = "Matplotlib wrote no SVG that this version of Hotspot understands."
        raise RuntimeError(msg)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box[1]}" role="img" stroke-linejoin="round" stroke-linecap="butt">\n'
        f" <title>{escape(_printable(title))}</title>\n <desc>{escape(_printable(words))}</desc>"
        f"{_STYLED.sub(_attributes, body)}"
    )


def _attributes(found: re.Match[str]) -> str:
    pairs = (part.split(":", 1) for part in found[1].split(";") if ":" in part)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _printable(text: str) -> str:
    # XML 1.0 has no way to write the others.
    return "".join(sign for sign in text if sign >= " " and not 0xFFFE <= ord(sign) <= 0xFFFF)
