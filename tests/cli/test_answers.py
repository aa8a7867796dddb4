"""Tables, reports and changes on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
import pytest

from hotspot.analysis.methods import REPORTS, Field
from hotspot.analysis.reports import Report
from hotspot.analysis.tables import Table
from hotspot.cli import answers
from tests.cli.test_incidents_and_layers import town

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

__all__ = ["town"]

FIGURES = Table(
    "best",
    "Best hours",
    (Field("place", "string", "Place"), Field("share", "number", "Share", "share")),
    (("Cayo \x1b[2J", 0.25), ("A name that goes on and on, longer than any terminal would like", None)),
    "Nights hold the most.",
)


@pytest.fixture
def layer(command: Command, town: Path) -> str:
    """A published layer; its id."""
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    words = ("run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500", "--title", "Thefts")
    said = command(*words)
    assert said.code == 0, said.err
    (found,) = json.loads(command("layers", "--json").out)
    return str(found["id"])


def test_a_run_tells_what_the_tables_behind_it_say_and_where_they_are(command: Command, layer: str) -> None:
    again = command(
        "run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500", "--title", "Thefts"
    )
    assert f"hotspot tables {layer}" in again.out
    first = json.loads(command("tables", layer, "--json").out)[0]
    assert first["note"] in again.out
    kept_nothing = command("run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--no-publish")
    assert "Not kept" in kept_nothing.out
    assert "hotspot tables" not in kept_nothing.out


def test_tables_are_printed_with_units_and_notes_or_one_of_them_whole(command: Command, layer: str) -> None:
    whole = json.loads(command("tables", layer, "--json").out)
    said = command("tables", "thefts")
    assert said.code == 0
    for table in whole:
        assert table["title"] in said.out
        assert table["note"] in said.out
    long = next(table for table in whole if len(table["rows"]) > 24)
    assert f"... and {len(long['rows']) - 24} more rows" in said.out
    alone = command("tables", layer, "--table", long["name"]).out
    assert "more rows" not in alone
    assert len(alone.splitlines()) > len(long["rows"])
    refused = command("tables", layer, "--table", "nothing")
    assert refused.code == 1
    assert long["name"] in refused.err


def test_a_table_is_text_that_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    answers.say_table(FIGURES.to_dict())
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\\x1b[2J" in said
    assert "25.0 %" in said
    assert "–" in said
    assert "longer than any…" in said


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_a_command_with_an_option_for_each_parameter(name: str) -> None:
    options = {p.name: p for p in answers.COMMANDS[name].params if isinstance(p, click.Option)}
    assert {"dataset", "area", "offences", "harm", "harm_file", "as_json", "force"} <= set(options)
    words = [word for option in options.values() for word in option.opts]
    assert len(words) == len(set(words))
    for parameter, spec in REPORTS[name].parameters.specs().items():
        option = options[f"of_{parameter}"]
        assert spec.doc in str(option.help)
        assert option.opts[0].endswith(parameter.replace("_", "-"))


def test_a_report_is_said_in_sentences_tables_and_its_decision_log(command: Command, town: Path) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    said = command("profile", "--dataset", "town", "--by", "district", "--from", "2025-01-01")
    assert said.code == 0, said.err
    told = json.loads(command("profile", "--dataset", "town", "--by", "district", "--json").out)
    assert told["about"]["parameters"]["by"] == "district"
    for sentence in told["sentences"][:1]:
        assert sentence.split()[0] in said.out
    for table in told["tables"]:
        assert table["title"] in said.out
    assert "Decision log" in said.out
    assert Report.from_dict(told).name == "profile"


def test_plain_values_hold_nothing_that_a_terminal_obeys(command: Command, town: Path) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    said = command("profile", "--dataset", "town", "--json", "--harm", "\x9b2J\u202e=1", "--harm", "*=1")
    assert said.code == 0, said.err
    assert said.out.isascii()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--by", "colour"), "colour"),
        (("--dataset", "nothing"), "nothing"),
        (("--from", "soon"), "soon"),
        (("--harm", "Theft"), "Theft"),
        (("--harm", "Theft=many"), "many"),
        (("--harm-file", "none.csv"), "none.csv"),
    ],
)
def test_a_wrong_report_is_answered_with_what_is_wrong(
    command: Command, town: Path, words: tuple[str, ...], names: str
) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    said = command("profile", "--dataset", "town", *words)
    assert said.code in {1, 2}
    assert names in said.err
    assert "Traceback" not in said.err


def run_with(command: Command, *words: str) -> dict[str, Any]:
    base = ("run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500")
    said = command(*base, *words)
    assert said.code == 0, said.err
    newest: dict[str, Any] = json.loads(command("layers", "--json").out)[0]
    return newest


def test_harm_is_given_by_words_by_a_file_and_by_both(command: Command, town: Path, tmp_path: Path) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    file = tmp_path / "harm.csv"
    file.write_text('\ufeffOffence,Weight\r\nTheft,3\r\n"Murder, attempted",99.5\r\n', encoding="utf-8")
    by_words = run_with(command, "--harm", "Theft=3", "--harm", "Murder, attempted=99.5")
    assert by_words["provenance"]["question"]["harm"] == {"Murder, attempted": 99.5, "Theft": 3.0}
    assert by_words["hotspots"][0]["harm"] == 3 * by_words["hotspots"][0]["incidents"]
    assert run_with(command, "--harm-file", str(file))["id"] == by_words["id"]
    # What is said last holds.
    both = run_with(command, "--harm-file", str(file), "--harm", "Theft=4")
    assert both["provenance"]["question"]["harm"]["Theft"] == 4


@pytest.mark.parametrize(
    "content",
    [
        b"Theft,1,2\n",
        b"Theft\n",
        b"Theft,x\n",
        b"offence,weight\n",
        b"",
        b"\xff\xfe\x00",
        b"x" * 200_000 + b",5\n",
        b"a," * 100_000 + b"\n",
        b"*,1\n" * 500_000,
    ],
    ids=range(9),
)
def test_a_file_of_harm_that_cannot_be_read_is_refused(
    command: Command, town: Path, tmp_path: Path, content: bytes
) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    file = tmp_path / "harm.csv"
    file.write_bytes(content)
    said = command("run", "--dataset", "town", "--harm-file", str(file))
    assert said.code == 1
    assert len(said.err) < 1000
    assert "Traceback" not in said.err


def test_what_became_of_each_hotspot_is_told(command: Command, layer: str) -> None:
    words = ("run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500", "--title", "Later")
    command(*words, "--from", "2025-06-01")
    said = command("changes", "thefts", "later")
    assert said.code == 0, said.err
    assert "What became of each hotspot" in said.out
    told = json.loads(command("changes", "thefts", "later", "--json").out)
    assert told["about"]["earlier"] == layer
    refused = command("changes", "later", "thefts")
    assert refused.code == 1
    assert "Swap" in refused.err
    assert command("changes", "thefts", "nothing").code == 1
