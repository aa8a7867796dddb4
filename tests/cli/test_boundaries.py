from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotspot.cli.boundaries import boundaries
from hotspot.errors import BoundaryError, ConflictError, NotFoundError


@pytest.fixture
def hotspot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(boundaries, arguments)

    return run


@pytest.fixture
def beats(tmp_path: Path) -> Path:
    square = [[[-88.3, 17.4], [-88.1, 17.4], [-88.1, 17.6], [-88.3, 17.6], [-88.3, 17.4]]]
    feature = {
        "type": "Feature",
        "properties": {"beat": 7, "label": "Harbour", "{{7*7}}": "=cmd()"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    path = tmp_path / "beats.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_the_bundled_sets_are_listed(hotspot) -> None:
    listed = hotspot("list")
    assert listed.exit_code == 0
    assert "BZ    6          Belize" in listed.output
    assert len(listed.output.splitlines()) == 14


def test_a_set_is_shown_with_people_year_and_credits(hotspot) -> None:
    shown = hotspot("show", "bz").output
    assert "BZ-CY   Cayo         District  5,249.7  99,118   2019" in shown
    assert "Made with Natural Earth" in shown
    assert "America/Belize" in shown


def test_a_set_of_ones_own_is_imported_listed_and_shown(hotspot, beats: Path) -> None:
    done = hotspot("import", str(beats), "--name", "beats", "--country", "BZ")
    assert done.exit_code == 0, done.output
    assert "Codes are from column 'beat', names from column 'label'." in done.output
    assert "7     Harbour" in done.output
    assert "beats  1          Beats" in hotspot("list").output
    assert "America/Belize" in hotspot("show", "beats").output
    assert hotspot("import", str(beats), "--name", "beats", "--country", "BZ").exit_code == 0


def test_columns_can_be_chosen(hotspot, beats: Path) -> None:
    shown = hotspot("import", str(beats), "--name", "b", "--code", "label", "--label", "beat").output
    assert "Harbour  7" in shown


def test_what_cannot_be_used_is_refused_and_nothing_is_kept(hotspot, beats: Path) -> None:
    assert isinstance(hotspot("import", str(beats), "--name", "Not A Name").exception, BoundaryError)
    assert isinstance(hotspot("import", "missing.geojson", "--name", "beats").exception, BoundaryError)
    assert isinstance(hotspot("import", str(beats), "--name", "bz").exception, ConflictError)
    beats.write_text("nothing")
    assert isinstance(hotspot("import", str(beats), "--name", "beats").exception, BoundaryError)
    assert isinstance(hotspot("show", "beats").exception, NotFoundError)
    assert len(hotspot("list").output.splitlines()) == 14
