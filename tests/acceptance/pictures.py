"""What a picture shows: how many of its points have a colour."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

_COUNT = """async ({ picture, colours, tolerance }) => {
  const bytes = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const points = context.getImageData(0, 0, image.width, image.height).data;
  const counts = colours.map(() => 0);
  for (let i = 0; i < points.length; i += 4) {
    colours.forEach((colour, n) => {
      if (colour.every((part, k) => Math.abs(part - points[i + k]) <= tolerance)) counts[n] += 1;
    });
  }
  return counts;
}"""

Colour = tuple[float, float, float]


def over(colour: str, below: str, opacity: float) -> Colour:
    """Red, green and blue of a colour laid over another."""
    upper, lower = _parts(colour), _parts(below)
    red, green, blue = (a * opacity + b * (1 - opacity) for a, b in zip(upper, lower, strict=True))
    return red, green, blue


def points_of(browser: Any, picture: bytes, colours: Sequence[Colour], *, tolerance: int = 4) -> list[int]:
    """Points of a PNG that have each colour, or one that nobody could tell from it."""
    page = browser.new_page()
    try:
        given = {"picture": base64.b64encode(picture).decode(), "colours": colours, "tolerance": tolerance}
        counts: list[int] = page.evaluate(_COUNT, given)
    finally:
        page.close()
    return counts


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
