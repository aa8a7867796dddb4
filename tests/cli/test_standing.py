"""Standing questions and audiences on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_incidents_and_layers import town

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

__all__ = ["town"]

ASK = ("run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500")


@pytest.fixture
def filled(command: Command, town: Path) -> Command:
    """The command, over a store with the town in it."""
    assert command("import", str(town), "--dataset", "town", "--area", "BZ").code == 0
    return command


def test_a_question_is_kept_asked_again_and_forgotten(filled: Command) -> None:
    assert "No standing questions yet" in filled("standing", "list").out
    made = filled(*ASK, "--standing", "thefts", "--last", "200")
    assert made.code == 0, made.err
    assert "/layers/latest/thefts" in made.out
    assert "/ogc/collections/latest-thefts" in made.out
    (kept,) = json.loads(filled("standing", "list", "--json").out)
    assert (kept["name"], kept["last"], kept["layers"]) == ("thefts", 200, [kept["latest"]])
    assert kept["question"]["start"] is None
    listed = filled("standing", "list").out
    assert "last 200 days" in listed and kept["latest"] in listed
    again = filled("standing", "run", "thefts")
    assert again.code == 0, again.err
    assert f"Published as {kept['latest']}" in again.out
    removed = filled("standing", "remove", "thefts")
    assert "Removed: thefts" in removed.out
    assert filled("standing", "run", "thefts").code == 1
    assert kept["latest"] in filled("layers").out


def test_a_name_that_is_given_to_another_question_is_told_of(filled: Command) -> None:
    assert filled(*ASK, "--standing", "thefts").code == 0
    (kept,) = json.loads(filled("standing", "list", "--json").out)
    assert "another question" not in filled(*ASK, "--standing", "thefts").out
    other = filled(*ASK, "--standing", "thefts", "--title", "Other thefts").out
    assert f"thefts stood for another question, last answered by {kept['latest']}" in other


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--last", "30"), 2, "add --standing NAME"),
        (("--standing", "thefts", "--no-publish"), 2, "Leave out --standing or --no-publish"),
        (("--standing", "Thefts!"), 1, "'thefts'"),
        (("--standing", "thefts", "--last", "30", "--from", "2025-02-01"), 1, "Leave one out"),
        (("--standing", "thefts", "--last", "1"), 1, "incidents"),
    ],
)
def test_a_standing_question_that_cannot_be_is_refused_and_not_kept(
    filled: Command, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = filled(*ASK, *words)
    assert refused.code == code
    assert said in refused.err
    assert "No standing questions yet" in filled("standing", "list").out
    assert json.loads(filled("layers", "--json").out) == []


def test_a_layer_that_tells_of_a_few_is_not_made_public(filled: Command) -> None:
    assert filled(*ASK, "--title", "Thefts").code == 0
    refused = filled("audience", "thefts", "public", "--by", "Duty analyst, Mapping")
    assert refused.code == 1
    assert "1 to 4 incidents" in refused.err
    assert "name and an office" in filled("audience", "thefts", "public").err
    assert "published" in filled("layers").out


def test_a_layer_of_large_numbers_is_made_public_and_taken_back(filled: Command) -> None:
    from hotspot.service.settings import read_settings
    from hotspot.service.store import Store

    assert filled(*ASK, "--title", "Thefts").code == 0
    with Store.open(read_settings()) as store:
        # What may be public is looked at elsewhere.
        layer = store.layers.list()[0].id
        store.layers.open_to(layer, "public", by="Duty analyst")
    assert "public" in filled("layers").out
    (listed,) = json.loads(filled("layers", "--json").out)
    assert (listed["audience"], listed["audience_by"]) == ("public", "Duty analyst")
    back = filled("audience", "thefts", "local")
    assert back.code == 0
    assert back.out.startswith(f"Local: {layer}")


def test_the_newest_answer_of_a_standing_question_goes_by_its_name(filled: Command, tmp_path: Path) -> None:
    assert filled(*ASK, "--standing", "thefts").code == 0
    (layer,) = json.loads(filled("layers", "--json").out)
    path = tmp_path / "latest.csv"
    assert filled("export", "latest-thefts", "-o", str(path)).code == 0
    assert path.stat().st_size > 0
    assert filled("withdraw", "latest-thefts").code == 0
    assert "withdrawn" in filled("layers").out
    unknown = filled("export", "latest-robberies", "-o", str(path.with_suffix(".kml")))
    assert (unknown.code, layer["id"] in unknown.err) == (1, True)
