"""Small files of incidents, written where a test can read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from hotspot.incidents.columns import guess
from hotspot.incidents.read import read_raw
from tests.incidents.whole import Cleaned, clean

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file and return its path."""

    def writer(content: str | bytes, name: str = "incidents.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return writer


@pytest.fixture
def cleaned(write: Callable[..., Path]) -> Callable[..., Cleaned]:
    """Read, guess and clean a file in one go."""

    def cleaner(
        content: str | bytes,
        *,
        name: str = "incidents.csv",
        timezone: str = "America/Belize",
        date_order: str | None = None,
    ) -> Cleaned:
        raw = read_raw(write(content, name))
        return clean(raw, guess(raw.frame), timezone=timezone, date_order=date_order, now=NOW)

    return cleaner


def reasons(result: Cleaned) -> dict[int, str]:
    """Rows set aside and why."""
    return dict(zip(result.set_aside["row"].tolist(), result.set_aside["reason"].tolist(), strict=True))
