"""What the OGC API claims is shown: classes in the README, requirements and traps by tests named so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from hotspot.ogc.documents import CONFORMANCE

PART_1 = {
    "core": (
        "root-op", "root-success", "api-definition-op", "api-definition-success", "conformance-op",
        "conformance-success", "http", "query-param-unknown", "query-param-invalid", "crs84", "fc-md-op",
        "fc-md-success", "fc-md-links", "fc-md-items", "fc-md-items-links", "fc-md-extent", "sfc-md-op",
        "sfc-md-success", "fc-op", "fc-limit-definition", "fc-limit-response-1", "fc-bbox-definition",
        "fc-bbox-response", "fc-time-definition", "fc-time-response", "fc-response", "fc-links",
        "fc-rel-type", "fc-time-stamp", "fc-number-matched", "fc-number-returned", "f-op", "f-success",
        "f-links",
    ),
    "html": ("definition", "content"),
    "geojson": ("definition", "content"),
    "oas30": (
        "oas-definition-1", "oas-definition-2", "oas-impl", "completeness", "exceptions-codes", "security",
    ),
}  # fmt: skip
"""The requirements of OGC 17-069r4 but those of GML; capitals within a name are spelt with a dash."""

PART_2 = (
    "crs-uri", "fc-md-crs-list", "fc-md-crs-list-global", "fc-md-storage-crs",
    "fc-md-storage-crs-valid-value",
    "fc-bbox-crs-definition", "fc-bbox-crs-valid-value", "fc-bbox-crs-default-value", "fc-bbox-crs-action",
    "fc-crs-definition", "fc-crs-valid-value", "fc-crs-default-value", "fc-crs-action", "ogc-crs-header",
    "ogc-crs-header-value", "geojson",
)  # fmt: skip
"""The requirements of OGC 18-058r1."""

ROW = re.compile(r"^\|[^|]+\| `([^`]+/conf/[^`]+)` \|([^|]+)\|$", re.MULTILINE)


def names_in(path: Path) -> set[str]:
    """The names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.fixture(scope="module")
def named(repository: Path) -> set[str]:
    """The names of all acceptance tests."""
    return set().union(*map(names_in, (repository / "tests" / "acceptance").glob("test_*.py")))


def test_every_class_that_is_claimed_stands_in_the_readme_with_tests_that_are_there(repository: Path) -> None:
    rows = dict(ROW.findall((repository / "README.md").read_text(encoding="utf-8")))
    assert {f"http://www.opengis.net/spec/{name}" for name in rows} == set(CONFORMANCE)
    for name, shown in rows.items():
        found = re.findall(r"`([^`:]+)(?:::([^`]+))?`", shown)
        assert found, name
        for file, test in found:
            path = repository / "tests" / file
            assert path.is_file(), (name, file)
            assert not test or test in names_in(path), (name, test)


@pytest.mark.parametrize(
    "requirement", [f"{kind}/{name}" for kind, names in PART_1.items() for name in names]
)
def test_every_requirement_of_part_1_has_a_test_of_its_name(requirement: str, named: set[str]) -> None:
    assert "test_req_" + re.sub(r"\W", "_", requirement) in named


@pytest.mark.parametrize("requirement", PART_2)
def test_every_requirement_of_part_2_has_a_test_of_its_name(requirement: str, named: set[str]) -> None:
    word = requirement.replace("-", "_")
    assert any(re.search(rf"_(crs|and)_{word}($|_and_)", name) for name in named), word


@pytest.mark.parametrize("number", range(1, 11))
def test_every_trap_has_a_test_of_its_number(number: int, named: set[str]) -> None:
    assert any(name.startswith(f"test_trap_{number}_") for name in named)
