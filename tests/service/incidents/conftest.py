"""A dataset of a few incidents of every kind, and one of many, to ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotspot.ogc import query
from hotspot.service.incidents.collections import IncidentCollections
from hotspot.service.incidents.properties import FIELDS
from tests.service.conftest import NOW, clean_table

if TYPE_CHECKING:
    from hotspot.service.incidents.features import IncidentFeatures
    from hotspot.service.store import Store

ZONE = "America/Belize"


def some_incidents() -> pd.DataFrame:
    """Six in the order of time: of known and unknown times and places, one of words that could do harm."""
    days = [
        "2026-03-01T00:30Z",
        "2026-03-01T00:30Z",
        "2026-03-02T12:00Z",
        "2026-03-02T12:00Z",
        "2026-03-03T00:00Z",
    ]
    when = pd.Series([*map(pd.Timestamp, days), pd.NaT]).dt.as_unit("us")
    until = when.copy()
    until.iloc[2] += pd.Timedelta(days=2)
    return clean_table(
        ["a", "b", "c", "d", "e", "f"],
        occurred_from=when,
        occurred_to=until,
        reported_at=when + pd.Timedelta(hours=1, minutes=30),
        offence=["Theft", None, "Burglary", "Diebstahl Straße", "=cmd()", "theft"],
        place=["Queen St", "<script>", 'Say "hi"\n', None, "{{7*7}}", "100%"],
        lon=[-88.19, np.nan, -88.20, -88.18, -88.21, -88.19],
        lat=[17.50, np.nan, 17.51, 17.49, 17.52, 17.50],
        case_number="CR-1",
        victim_sex="female",
        victim_age=31.0,
    )


@pytest.fixture
def town(store: Store, staged: Callable[..., Any]) -> Callable[..., IncidentFeatures]:
    """Put a table into a dataset, by default the six, and return its features."""

    def put(frame: pd.DataFrame | None = None, *, name: str = "town") -> IncidentFeatures:
        given = some_incidents() if frame is None else frame
        store.imports.add(staged(given, dataset=name, timezone=ZONE), now=NOW)
        collections = IncidentCollections(store.engine)
        return collections.features(collections.read()[f"incidents-{name}"], version=store.version())

    return put


def asked(**arguments: str) -> query.Query:
    """Return a query as an address has it; ``_`` stands for ``-``."""
    named = [(name.replace("_crs", "-crs"), value) for name, value in arguments.items()]
    return query.read(named, FIELDS)


def ids(features: IncidentFeatures, **arguments: str) -> list[int]:
    """Return the ids of a page."""
    return [json.loads(line)["id"] for line in features.found(asked(**arguments)).lines]
