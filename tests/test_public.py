"""The public names, and that importing the package costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hotspot

PUBLIC = {
    "BoundarySet", "HotspotError", "Incidents", "InputError", "Layer", "METHODS",
    "ParameterError", "Question", "REPORTS", "Report", "Table", "ThinDataError",
    "__version__", "boundary_sets", "changes", "create_app", "demo_file",
    "find_hotspots", "load_boundaries", "read_boundaries", "read_incidents", "report", "save", "show",
}  # fmt: skip


def test_the_public_names_are_these_and_all_of_them_are_there() -> None:
    assert set(hotspot.__all__) == PUBLIC
    assert all(getattr(hotspot, name) is not None for name in PUBLIC)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match="read_incidents"):
        hotspot.nothing_of_ours  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import hotspot, sys; print([m for m in ('numpy', 'pandas', 'flask', 'pyproj') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_boundary_set_is_the_study_area_as_it_is_what_incidents_are_placed_in() -> None:
    from hotspot.public import Incidents, _question

    districts = hotspot.load_boundaries("BZ")
    incidents = Incidents(None, {}, b"", districts, "America/Belize", ())  # type: ignore[arg-type]
    for area in (districts, "BZ", None):
        assert _question(incidents, "gi_star", {"area": area}).area == "BZ"
