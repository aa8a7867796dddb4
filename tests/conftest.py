"""Fixtures that every room's tests may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# A slow machine is no fault: no test asserts a time.
settings.register_profile("hotspot", deadline=None)
settings.load_profile("hotspot")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, one for all tests of a process: a second driver would not start beside it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium is installed (Debian: chromium): pages are NOT tested in a browser")
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=options)
        yield opened
        opened.close()
