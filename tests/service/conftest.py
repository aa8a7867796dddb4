"""A small store, small clean tables, and ways to start processes that share a store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotspot.incidents import table
from hotspot.service import staging
from hotspot.service.settings import Settings, read_settings
from hotspot.service.store import Store
from hotspot.service.store.imports import StagedFile

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(data_dir=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings) as opened:
        yield opened


def clean_table(ids: list[str | None], **columns: object) -> pd.DataFrame:
    """One burglary an hour from 1 March 2026, at Belize City, one for each id."""
    n = len(ids)
    when = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(np.arange(n), unit="h")
    known = {
        "row": np.arange(n) + 2,
        "source_id": pd.array(ids, dtype="str"),
        "offence": "Burglary",
        "occurred_from": when,
        "occurred_to": when,
        "lon": -88.19,
        "lat": 17.5,
        "location_precision": "exact",
        "fingerprint": [f"print-{i}" for i in range(n)],
    }
    return table.conform(pd.DataFrame({**known, **columns}))


@pytest.fixture
def staged(tmp_path: Path) -> Callable[..., StagedFile]:
    """Stage a clean table as if it had come from a file of its own."""
    count = iter(range(1000))

    def stage(frame: pd.DataFrame, **changed: object) -> StagedFile:
        number = next(count)
        path = tmp_path / f"staged-{number}.sqlite"
        staging.write(frame, path)
        values = {
            "dataset": "town",
            "filename": f"file-{number}.csv",
            "sha256": f"{number:064x}",
            "timezone": "UTC",
            "area": "",
            "date_order": None,
            "columns": {},
            "path": path,
            "rows": len(frame),
            "set_aside": 0,
            "repeated": 0,
        }
        return StagedFile(**{**values, **changed})

    return stage


@pytest.fixture
def started(repository: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python on a script, in a process that may be killed; all are gone afterwards."""
    running: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(repository)},
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()
