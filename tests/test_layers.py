"""The floors of the house: a module imports from floors above it, never from below."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FLOORS = (
    ("errors", "words", "spreadsheets", "side_by_side", "crs", "once", "parameters"),
    ("kernels",),
    ("incidents",),
    ("places",),
    ("stats",),
    ("analysis",),
    ("outputs",),
    ("ogc",),
    ("service",),
    ("demo",),
    ("public",),
    ("web",),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def modules(repository: Path) -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    paths = sorted((repository / "hotspot").rglob("*.py"))
    return {".".join(path.relative_to(repository).with_suffix("").parts): path for path in paths}


def room_of(module: str) -> str:
    """The room a dotted name belongs to, such as ``stats`` for ``hotspot.stats.dbscan``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports_of(path: Path) -> set[str]:
    """Every module of ours that a file imports, wherever in the file it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "hotspot" and room_of(name) in FLOOR}


def test_a_module_imports_only_from_its_own_floor_or_above(repository: Path) -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, path in modules(repository).items()
        if room_of(module) not in {"", "__init__"}
        for imported in imports_of(path)
        if FLOOR[room_of(imported)] > FLOOR[room_of(module)]
    ]
    assert wrong == []


def test_every_room_stands_on_a_floor(repository: Path) -> None:
    rooms = {room_of(module) for module in modules(repository)} - {"__init__"}
    assert rooms == set(FLOOR)


@pytest.mark.parametrize("floor", ["incidents", "places", "stats", "analysis"])
def test_the_pure_floors_know_no_clock_environment_database_or_web(repository: Path, floor: str) -> None:
    forbidden = re.compile(
        r"os\.environ|datetime\.now\(|time\.time\(|np\.random\.seed|^ *(import|from) (flask|sqlalchemy|adbc)",
        re.MULTILINE,
    )
    sources = {m: p.read_text("utf-8") for m, p in modules(repository).items() if room_of(m) == floor}
    assert {module: found for module, source in sources.items() if (found := forbidden.findall(source))} == {}


def test_a_file_is_one_room(repository: Path) -> None:
    long = {
        m: n for m, p in modules(repository).items() if (n := len(p.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


def test_no_room_is_named_after_nothing(repository: Path) -> None:
    assert [module for module in modules(repository) if EMPTY_WORDS & set(module.split("."))] == []
