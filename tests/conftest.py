"""Fixtures that every room's tests may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no fault: no test asserts a time.
settings.register_profile("hotspot", deadline=None)
settings.load_profile("hotspot")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout these tests stand in."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real incident files that may not be committed; skipped, saying so, without it."""
    folder = Path(os.environ.get("HOTSPOT_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "incidents").is_dir():
        pytest.skip(
            f"real data not found at {folder}: set HOTSPOT_REAL_DATA to the folder that holds incidents/"
        )
    return folder
