"""How far long work is, told as it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done of it, and all there is to do."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""
