"""The main job on the command line: a file in, its report, a layer, an export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pytest

from hotspot.outputs.formats import FORMATS

if TYPE_CHECKING:
    from tests.cli.conftest import Command


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A made-up town: 300 thefts around one corner of Belize City, 300 spread about, three faulty rows."""
    rng = np.random.default_rng(7)
    lon = np.concatenate([rng.normal(-88.195, 0.0015, 300), rng.uniform(-88.30, -88.19, 300)])
    lat = np.concatenate([rng.normal(17.500, 0.0015, 300), rng.uniform(17.45, 17.60, 300)])
    first, day = np.datetime64("2025-01-01"), rng.integers(0, 300, 600)
    lines = [
        f"T{n:04},{first + day[n]} {n % 24:02}:15,Theft,{lat[n]:.6f},{lon[n]:.6f},Belize" for n in range(600)
    ]
    lines += ["T9001,soon,Theft,17.5,-88.2,Belize", "T9002,2025-02-03 10:00,Theft,north,-88.2,Belize"]
    lines += ["T9003,2025-02-03 10:00,Theft,,,Belize"]
    path = tmp_path / "town.csv"
    path.write_text("\n".join(["Ref,Date,Offence,Latitude,Longitude,District", *lines]), encoding="utf-8")
    return path


def test_a_file_becomes_a_published_layer_and_an_export(command: Command, town: Path, tmp_path: Path) -> None:
    said = command("import", str(town), "--dataset", "town", "--area", "BZ")
    assert said.code == 0, said.err
    assert "603 rows read, 601 accepted" in said.out
    assert "2 set aside" in said.out
    assert "row 602" in said.out

    again = command("import", str(town), "--dataset", "town")
    assert "Nothing changed" in again.out

    rejects = command("rejects", "1")
    assert "T9001" in rejects.out and "T9002" in rejects.out and "T9003" not in rejects.out

    made = command(
        "run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500", "--title", "Thefts"
    )
    assert made.code == 0, made.err
    assert "Published as thefts-" in made.out
    same = command(
        "run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500", "--title", "Thefts"
    )
    assert made.out == same.out

    (layer,) = json.loads(command("layers", "--json").out)
    assert len(layer["hotspots"]) >= 1
    assert layer["id"] in command("layers").out

    for suffix in (*FORMATS, "html"):
        out = tmp_path / f"out.{suffix}"
        assert command("export", "thefts", "-o", str(out)).code == 0
        assert out.stat().st_size > 100
    assert f"typename='{layer['id']}'" in (tmp_path / "out.qlr").read_text("utf-8")
    info = pyogrio.read_info(tmp_path / "out.gpkg", layer="hotspots")
    assert info["crs"] == "EPSG:4326"
    assert {"z", "p_adjusted", "class"} <= set(info["fields"])

    refused = command("export", "thefts", "-o", str(tmp_path / "out.gpkg"))
    assert refused.code == 2
    assert "--overwrite" in refused.err


def test_a_layer_is_withdrawn_and_comes_back(command: Command, town: Path) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    command("run", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "cell_size=500", "--title", "Thefts")
    assert "restore" in command("withdraw", "thefts").out
    assert "withdrawn" in command("layers").out
    assert command("restore", "thefts").code == 0
    assert "withdrawn" not in command("layers").out


def test_dbscan_runs_by_the_same_words(command: Command, town: Path) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    words = ("run", "--method", "dbscan", "--dataset", "town", "--area", "BZ/BZ-BZ", "--set", "eps=200")
    said = command(*words, "--hours", "18-6", "--days", "fri,sat,sun,mon", "--no-publish")
    assert said.code == 0, said.err
    assert "Not kept" in said.out
    assert "No layers yet" in command("layers").out


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--set", "cell_size=3"), "cell_size"),
        (("--set", "colour=red"), "cell_shape"),
        (("--set", "cell_size"), "name=value"),
        (("--hours", "night"), "18-6"),
        (("--days", "someday"), "mon, tue"),
        (("--from", "03/04/2025"), "03/04/2025"),
        (("--offence", "Piracy"), "Piracy"),
        (("--area", "BZ/BZ-XX"), "BZ-XX"),
        (("--area", "Atlantis"), "Atlantis"),
        (("--from", "2025-03-01", "--to", "2025-02-01"), "2025-02-01"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(
    command: Command, town: Path, words: tuple[str, ...], names: str
) -> None:
    command("import", str(town), "--dataset", "town", "--area", "BZ")
    area = () if "--area" in words else ("--area", "BZ/BZ-BZ")
    said = command("run", "--dataset", "town", *area, *words)
    assert said.code in {1, 2}
    assert names in said.err
    assert "Traceback" not in said.err


def test_a_month_is_shown_from_its_first_to_its_last_day_on_local_clocks(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "2018-07.csv"
    path.write_text("Month,Crime type,Longitude,Latitude\n2018-07,Burglary,-1.55,53.80\n", encoding="utf-8")
    command("import", str(path), "--dataset", "leeds", "--timezone", "Europe/London")
    assert "2018-07-01 to 2018-07-31;" in command("datasets").out


def test_wrong_files_and_names_are_refused(command: Command, town: Path, tmp_path: Path) -> None:
    assert "no file" in command("import", str(tmp_path / "none.csv"), "--dataset", "town").err
    assert command("import", str(tmp_path), "--dataset", "town").code == 1
    assert "field=column" in command("import", str(town), "--dataset", "town", "--column", "offence").err
    assert command("import", str(town), "--dataset", "../etc").code == 1
    assert command("run", "--dataset", "nothing").code == 1
    assert command("rejects", "99").code == 1
    assert command("export", "nothing", "-o", str(tmp_path / "x.gpkg")).code == 1
    assert "No datasets yet" in command("datasets").out


def test_a_terminal_is_not_commanded_by_what_a_file_holds(command: Command, tmp_path: Path) -> None:
    escape = "\x1b[2J\x1b]0;renamed\x07\x9b31m\u202e"
    file = tmp_path / "escape.csv"
    file.write_text(f"Offence,Date,Pla{escape}ce\nTheft,2026-01-01,a\nTheft{escape},2026-02-3{escape},b\n")
    for words in (("import", str(file), "--dataset", "d", "--title", f"Town{escape}"), ("datasets",)):
        said = command(*words)
        assert said.code == 0, said.err
        assert not set("\x1b\x07\x9b\u202e") & set(said.out + said.err), said.out
    assert "\\x1b[2J" in command("import", f"no{escape}such.csv", "--dataset", "d").err


def test_a_path_that_cannot_be_written_is_said_so(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("Offence,Date\nTheft,2026-01-01\n")
    said = command("import", str(file), "--dataset", "d", "--rejects", "/no/such/folder/r.csv")
    assert said.code == 1
    assert "/no/such/folder/r.csv" in said.err
    assert "Fault" not in said.err
    assert command("rejects", "99999999999999999999").code == 1
