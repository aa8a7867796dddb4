"""Floor 6½: demonstration data, and the layers that show what the product can say."""

from __future__ import annotations

from hotspot.demo.files import demo_file

__all__ = ["demo_file"]
