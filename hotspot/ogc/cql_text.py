"""Text in CQL2 (OGC 21-065r2, 8.2) to the same in CQL2 JSON (8.3): what it says, not yet what it means.

The grammar is `cql2.lark`, read by Lark's LALR parser, which keeps its own stack: no depth
of brackets can exhaust Python's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Lark, UnexpectedInput

LONGEST: Final = 20_000
"""Characters of a filter."""

Json = Any
"""A value of CQL2 JSON, except that a shape is ``{"wkt": text}``."""

_ESCAPED: Final = re.compile(r"''|\\(.)", re.DOTALL)
_CONTROL: Final = {
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "'": "'",
    "\\": "\\",
}
_LITERALS: Final = ("date", "timestamp")
_BOXES: Final = ("bbox", "envelope")
_NO_FUNCTIONS: Final = frozenset({"and", "or", "not", "between", "in", "like", "div"})
"""Words that stand between values; the keys of CQL2 JSON by which they go say how many."""


def parse(text: str) -> Json:
    """Return what a filter says, or refuse a text that is not CQL2.

    >>> parse("rank <= 3 AND NOT district IN ('B1', 'B2')")["op"]
    'and'
    """
    if len(text) > LONGEST:
        msg = f"filter takes {LONGEST:,} characters at most; got {len(text):,}."
        raise ParameterError("filter", msg)
    # Not at the head: only who filters waits for it.
    from lark import UnexpectedInput

    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise ParameterError("filter", _unreadable(text, error)) from None


def folded(text: str, *, case: bool, accents: bool) -> str:
    """Return a text without differences of case or of accents, composed.

    >>> folded("Débárquér", case=True, accents=True), folded("Straße", case=True, accents=False)
    ('debarquer', 'strasse')
    """
    if accents:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if case:
        text = text.casefold()
    return unicodedata.normalize("NFC", text)


def _unreadable(text: str, error: UnexpectedInput) -> str:
    place = error.pos_in_stream or 0
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        found = "it ends too early"
    else:
        found = f"{text[place : place + 20]!r} at character {place + 1} does not belong there"
    return (
        f"filter is not CQL2 text: {found}. It takes conditions such as incidents >= 5 AND district = 'B1'; "
        "texts stand in single quotes, names with odd signs in double quotes."
    )


@cache
def _parser() -> Lark:
    from lark import Lark, Transformer, v_args

    steps = v_args(inline=True)(type("Steps", (Transformer,), dict(_STEPS)))()
    grammar = Path(__file__).with_name("cql2.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=steps, maybe_placeholders=False)


def _op(name: str, *arguments: Json) -> dict[str, Json]:
    return {"op": name, "args": list(arguments)}


def _joined(name: str, *parts: Json) -> dict[str, Json]:
    # Clients put a pair in brackets for each condition more: ((a OR b) OR c) is one list of three.
    flat: list[Json] = []
    for part in parts:
        flat += part["args"] if isinstance(part, dict) and part.get("op") == name else [part]
    return _op(name, *flat)


def _not(value: Json) -> dict[str, Json]:
    return _op("not", value)


def _text(token: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1] is None:
            return "'"
        # A pattern has escapes of its own, such as \%; they stay for whoever matches it.
        return _CONTROL.get(match[1], match[0])

    return _ESCAPED.sub(plain, token[1:-1])


def _called(name: str, *arguments: Json) -> Json:
    name = name.lower()
    if name in _BOXES:
        return {"bbox": list(arguments)}
    if name in _LITERALS and len(arguments) == 1:
        return {name: arguments[0]}
    if name == "interval":
        return {"interval": list(arguments)}
    return _op(name.upper() if name in _NO_FUNCTIONS else name, *arguments)


def _tested(value: Json, test: tuple[str, list[Json]]) -> Json:
    name, arguments = test
    if name == "ilike":
        return _op("like", _op("casei", value), *(_op("casei", each) for each in arguments))
    if name == "in":
        return _op("in", value, arguments)
    return _op(name, value, *arguments)


def _signed(sign: str, value: Json) -> Json:
    if sign == "+":
        return value
    return -value if isinstance(value, float) else _op("*", -1.0, value)


def _compared(left: Json, comparison: str, right: Json) -> Json:
    return _op("<>" if comparison == "!=" else str(comparison), left, right)


_STEPS: Final[dict[str, Callable[..., Any]]] = {
    "any": lambda _, *parts: _joined("or", *parts),
    "all": lambda _, *parts: _joined("and", *parts),
    "negated": lambda _, part: _not(part),
    "compared": lambda _, *parts: _compared(*parts),
    "tested": lambda _, *parts: _tested(*parts),
    "not_tested": lambda _, *parts: _not(_tested(*parts)),
    "missing": lambda _, value: _op("isNull", value),
    "not_missing": lambda _, value: _not(_op("isNull", value)),
    "between": lambda _, low, high: ("between", [low, high]),
    "like": lambda _, name, pattern: (name.lower(), [pattern]),
    "among": lambda _, *options: ("in", list(options)),
    "arithmetic": lambda _, left, sign, right: _op(sign.lower(), left, right),
    "signed": lambda _, sign, value: _signed(sign, value),
    "number": lambda _, token: float(token),
    "text": lambda _, token: _text(token),
    "truth": lambda _, token: token.lower() == "true",
    "name": lambda _, token: {"property": str(token)},
    "quoted": lambda _, token: {"property": token[1:-1].replace('""', '"')},
    "call": lambda _, name, *arguments: _called(name, *arguments),
    "geometry": lambda _, wkt: {"wkt": wkt},
    "shape": lambda _, name, nest: f"{name} {nest}",
    "points": lambda _, token: str(token),
    "nested": lambda _, *parts: f"({', '.join(parts)})",
}
"""What becomes of each rule of the grammar."""
