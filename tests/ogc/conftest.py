"""The texts that try to be more than text, here too."""

from __future__ import annotations

from tests.outputs.conftest import hostile

__all__ = ["hostile"]
