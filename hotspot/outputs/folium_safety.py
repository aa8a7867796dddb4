"""Text that Folium is given stays text.

Folium 0.20 on branca 0.8 renders each element with Jinja and then compiles the
*result* as a Jinja template again, so that ``{{ ... }}`` in a place name would
run on the server. Inside `literal_text` an element made of a string is rendered
as that string; outside of it, other users of branca in the process see no change.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any

from branca import element as branca_element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LITERAL: ContextVar[bool] = ContextVar("hotspot_literal_text", default=False)


class LiteralTemplate:
    r"""Stands where branca keeps a compiled template, and renders to its source.

    Jinja drops one newline at the end of a source and turns other line ends into
    ``\n``; so does this, so that maps without template signs come out the same.

    >>> LiteralTemplate("{{ 7 * 7 }}").render()
    '{{ 7 * 7 }}'
    """

    def __init__(self, source: str) -> None:
        lines = source.replace("\r\n", "\n").replace("\r", "\n")
        self.text = lines.removesuffix("\n")

    def render(self, **_: Any) -> str:
        """Return the source."""
        return self.text


@contextmanager
def literal_text() -> Iterator[None]:
    """Within it, strings given to branca elements are literal, in this thread or task only."""
    _install()
    token = _LITERAL.set(True)
    try:
        yield
    finally:
        _LITERAL.reset(token)


def _install() -> None:
    current = branca_element.Element.__init__
    if not hasattr(current, "_hotspot_literal"):
        branca_element.Element.__init__ = _literal_when_asked(current)  # type: ignore[method-assign]


def _literal_when_asked(create: Callable[..., None]) -> Callable[..., None]:
    @wraps(create)
    def create_literal(self: Any, template: str | None = None, template_name: str | None = None) -> None:
        if template is None or not _LITERAL.get():
            create(self, template, template_name)
            return
        create(self, None, template_name)
        self._template_str = template
        self._template = LiteralTemplate(template)

    create_literal._hotspot_literal = True  # type: ignore[attr-defined]
    return create_literal
