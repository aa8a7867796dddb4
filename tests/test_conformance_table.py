"""The README says which conformance classes are claimed, and which test shows each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hotspot.service.settings import read_settings
from hotspot.web import create_app

SPECIFICATIONS = "http://www.opengis.net/spec/"
_ROW = re.compile(r"^\| [^|]+ \| `([\w./-]+/conf/[\w-]+)` \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows(repository: Path) -> dict[str, str]:
    """The tests of each class that the table names."""
    return dict(_ROW.findall((repository / "README.md").read_text(encoding="utf-8")))


def test_the_table_has_each_class_that_the_service_claims(rows: dict[str, str], tmp_path: Path) -> None:
    app = create_app(read_settings(data_dir=tmp_path))
    claimed = app.test_client().get("/ogc/conformance").json["conformsTo"]
    app.extensions["hotspot"].store.close()
    assert {SPECIFICATIONS + name for name in rows} == set(claimed)


def test_the_tests_that_the_table_names_exist(rows: dict[str, str], repository: Path) -> None:
    for said in rows.values():
        named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", said)
        assert named
        for path, function in named:
            text = (repository / "tests" / path).read_text(encoding="utf-8")
            assert f"def {function or 'test_'}" in text, (path, function)
