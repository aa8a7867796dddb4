"""Names of places made comparable: case, accents, points and the word "district" do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_KINDS: Final = frozenset(
    {"district", "parish", "region", "quarter", "county", "province", "precinct", "beat", "ward", "division"}
    | {"city", "town", "village"}
)
_SHORT: Final = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "is": "island"}
_NOT_WORDS: Final = re.compile(r"[^\w]+")
_APOSTROPHES: Final = re.compile(r"['’‘ʼ`´]")


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Return the words of a name in plain lower case; empty when it has none.

    >>> normalise("  ST.  Mathew’s ")
    'saint mathews'
    >>> normalise("Soufrière & Canaries")
    'soufriere and canaries'
    """
    plain = text.replace("&", " and ")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = plain.casefold()
    words = _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", plain)).replace("_", " ").split()
    return " ".join(_SHORT.get(word, word) for word in words)


def without_kind(name: str) -> str:
    """Return a normalised name without such words as "district" or "parish of", if anything is left.

    >>> without_kind("belize district"), without_kind("parish of saint mary"), without_kind("town")
    ('belize', 'saint mary', 'town')
    """
    words = [word for word in name.split() if word not in _KINDS]
    if words and words[0] == "of":
        words = words[1:]
    return " ".join(words) or name


def natural(code: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts codes as people count: 2 before 10.

    >>> sorted(["10", "2", "BZ-CY", "1"], key=natural)
    ['1', '2', '10', 'BZ-CY']
    """
    parts = re.split(r"([0-9]{1,18})", code)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts if part)
