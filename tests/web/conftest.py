"""A small synthetic town in a store, with layers published from it, and doors over it."""

from __future__ import annotations

import csv
import io
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotspot.service.settings import Settings, read_settings
from hotspot.web import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

DATASET = "testville"


def town(n: int = 400, *, seed: int = 7) -> bytes:
    """A CSV of invented thefts and burglaries about two corners of Belize City."""
    draw = random.Random(seed)  # noqa: S311 - invented incidents, not secrets
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Incident ID", "Offence", "Date", "Time", "Latitude", "Longitude"])
    begin = datetime(2026, 1, 1, 0, 30)
    for number in range(n):
        corner = draw.choice([(17.500, -88.195), (17.492, -88.190), None])
        lat, lon = corner or (17.48 + draw.random() * 0.04, -88.22 + draw.random() * 0.03)
        when = begin + timedelta(minutes=number * 180_000 // n)
        lat, lon = lat + draw.gauss(0, 0.0005), lon + draw.gauss(0, 0.0005)
        offence = draw.choice(["Theft", "Burglary"])
        writer.writerow(
            [f"T{number:05d}", offence, f"{when:%Y-%m-%d}", f"{when:%H:%M}", f"{lat:.6f}", f"{lon:.6f}"]
        )
    return out.getvalue().encode()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one dataset and one layer of each method; copied, never written."""
    from hotspot.analysis.question import Question
    from hotspot.service import intake, publish
    from hotspot.service.store import Store

    folder = tmp_path_factory.mktemp("filled")
    path = folder / "town.csv"
    path.write_bytes(town() + b"T99999,Theft,yesterday,10:00,17.5,-88.19\n")
    with Store.open(read_settings(data_dir=folder / "data")) as store:
        intake.import_file(store, path, dataset=DATASET, title="Testville <b>Police</b>", area="BZ")
        for method, parameters in (
            ("gi_star", {"cell_size": 500}),
            ("dbscan", {"eps": 150, "min_samples": 10}),
        ):
            question = Question(
                dataset=DATASET, method=method, parameters=parameters, area="BZ/BZ-BZ", title=f"{method} test"
            )
            publish.make_layer(store, question)
    return folder / "data"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a store of its own, empty."""
    return read_settings(data_dir=tmp_path / "data", max_upload_mb=2)


@pytest.fixture
def app(settings: Settings, filled: Path) -> Iterator[Flask]:
    """The service over a copy of the filled store."""
    shutil.copytree(filled, settings.data_dir)
    app = create_app(settings)
    yield app
    app.extensions["hotspot"].store.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the filled service."""
    return app.test_client()


@pytest.fixture
def empty(settings: Settings) -> Iterator[FlaskClient]:
    """A client of a service with nothing in it."""
    app = create_app(settings)
    yield app.test_client()
    app.extensions["hotspot"].store.close()


@pytest.fixture
def layer_ids(app: Flask) -> dict[str, str]:
    """The id of the published layer of each method."""
    return {record.method: record.id for record in app.extensions["hotspot"].layers()}
