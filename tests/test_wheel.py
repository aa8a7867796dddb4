"""The wheel holds all that the product needs, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from this checkout without asking any index."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_boundaries_assets_migrations_and_samples_are_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "hotspot/_boundaries/BZ/",
        "hotspot/_boundaries/GY/",
        "hotspot/web/templates/",
        "hotspot/web/static/vendor/leaflet/",
        "hotspot/web/static/vendor/maplibre/",
        "hotspot/service/store/migrations/versions/",
        "hotspot/demo/data/",
    ):
        assert any(name.startswith(wanted) and not name.endswith("/") for name in names), wanted
    assert not [name for name in names if name.startswith(("tests/", "boundaries/"))]


def test_an_installed_wheel_knows_its_boundaries_and_answers(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    code = (
        "import hotspot, hotspot.web; from hotspot.service.settings import read_settings;"
        "assert '/site/' in hotspot.__file__, hotspot.__file__;"
        "assert len(hotspot.boundary_sets()) == 13, hotspot.boundary_sets();"
        "assert len(hotspot.load_boundaries('BZ').districts) == 6;"
        "client = hotspot.create_app(read_settings(data_dir='data')).test_client();"
        "paths = ('/', '/ogc/', '/static/vendor/leaflet/leaflet.js');"
        "print([client.get(path).status_code for path in paths])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[200, 200, 200]"
