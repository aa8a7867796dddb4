"""The command as a whole: its list, its manners, its errors."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from hotspot import cli

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_help_lists_every_command_and_imports_none_of_them() -> None:
    code = (
        "import sys; from hotspot import cli; cli.main(['--help']);"
        "print('loaded:', [m for m in ('numpy', 'flask', 'hotspot.cli.layers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded: []" in done.stdout
    assert all(f"  {name}" in done.stdout for name in cli.COMMANDS)


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_explains_itself(name: str, command: Command) -> None:
    said = command(name, "--help")
    assert said.code == 0
    assert "Usage: hotspot" in said.out
    loaded = cli.cli.get_command(click.Context(cli.cli), name)
    assert loaded is not None and loaded.help


def test_an_unknown_command_is_refused(command: Command) -> None:
    said = command("nonsense")
    assert said.code == 2
    assert "nonsense" in said.err


def test_too_little_memory_is_no_fault_of_ours(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("hotspot.service.store.Store.open", full)
    said = command("layers")
    assert said.code == 1
    assert "more memory" in said.err
    assert "Fault" not in said.err


def test_a_fault_of_ours_is_said_without_a_traceback(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("hotspot.service.store.Store.open", broken)
    said = command("layers")
    assert said.code == 70
    assert "Fault in Hotspot" in said.err
    assert "Traceback" not in said.err
    monkeypatch.setenv("HOTSPOT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        command("layers")


def test_empty_lists_say_what_to_do_next(command: Command) -> None:
    assert "hotspot import" in command("datasets").out
    assert "hotspot run" in command("layers").out


def test_unreadable_settings_are_refused_with_their_name(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSPOT_MAX_UPLOAD_MB", "plenty")
    said = command("layers")
    assert said.code == 1
    assert "HOTSPOT_MAX_UPLOAD_MB" in said.err
