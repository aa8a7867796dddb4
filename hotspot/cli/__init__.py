"""Floor 7: the ``hotspot`` command.

Each subcommand lives in a module that is imported only when it is called, so
that ``hotspot --help`` answers at once.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from hotspot import __version__
from hotspot.analysis.methods import REPORTS
from hotspot.cli.terminal import say
from hotspot.errors import HotspotError

COMMANDS = {
    "import": ("hotspot.cli.incidents:import_", "Bring a file of incidents into a dataset."),
    "datasets": ("hotspot.cli.incidents:datasets", "List the datasets and their imports."),
    "rejects": ("hotspot.cli.incidents:rejects", "Write the rows an import set aside, with the reasons."),
    "run": ("hotspot.cli.layers:run", "Ask a question: make a hotspot layer and publish it."),
    "layers": ("hotspot.cli.layers:layers", "List the layers."),
    "standing": ("hotspot.cli.standing:standing", "List, ask again and remove standing questions."),
    "tables": ("hotspot.cli.answers:tables", "Print the tables behind a layer."),
    "changes": (
        "hotspot.cli.answers:changes",
        "Tell what became of each hotspot of an earlier layer.",
    ),
    **{name: ("hotspot.cli.answers:COMMANDS", kind.summary) for name, kind in REPORTS.items()},
    "export": ("hotspot.cli.layers:export", "Write a layer to a file for other tools."),
    "withdraw": ("hotspot.cli.layers:withdraw", "Take a layer out of sight (restore brings it back)."),
    "restore": ("hotspot.cli.layers:restore", "Publish a withdrawn layer again."),
    "audience": ("hotspot.cli.audience:audience", "Let pages of other sites read a layer, or not."),
    "boundaries": ("hotspot.cli.boundaries:boundaries", "List, show and import boundary sets."),
    "demo": ("hotspot.cli.server:demo", "Import the sample data and make its layers."),
    "serve": ("hotspot.cli.server:serve", "Serve the layers on this machine."),
}


SELDOM = 100_000
"""Objects that are made before garbage is looked for."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports each when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Return the commands in the order a user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found = getattr(import_module(module), name)
        command: click.Command = found[cmd_name] if isinstance(found, dict) else found
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hotspot")
def cli() -> None:
    """Crime incidents in, hotspot layers that people act on out.

    Data are kept in the folder hotspot-data below the current one, or where the
    environment variable HOTSPOT_DATA_DIR says. Nothing is sent anywhere.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    What a user can mend is said in one message, never by a traceback: 1 for the
    data or the question, 2 for the words of the command, 70 for a fault of ours.
    """
    # Imports make much that stays: looking for garbage in it took a sixth of a short command.
    gc.set_threshold(SELDOM)
    try:
        cli.main(arguments, prog_name="hotspot", standalone_mode=False)
    except click.exceptions.Abort:
        return _complain("Stopped; nothing half-done was kept.", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except HotspotError as error:
        return _complain(f"Error: {error}", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _unexpected(error)
    return 0


def _unexpected(error: Exception) -> int:
    """Say what the machine lacks, if it is that, and else that the fault is ours."""
    if isinstance(error, OSError) and (error.filename or error.errno in _NO_ROOM):
        place = f"{error.filename}: " if error.filename else ""
        return _complain(f"Error: {place}{error.strerror}. Check the path, its rights and its room.", 1)
    if isinstance(error, MemoryError):
        less = "Ask about fewer incidents, a smaller study area or larger cells."
        return _complain(f"Error: This needs more memory than this machine gives. {less}", 1)
    if os.environ.get("HOTSPOT_DEBUG"):
        raise error
    return _complain(
        f"Fault in Hotspot, not in your data: {type(error).__name__}: {error}\n"
        "What was in the store is unharmed. Please report it with the output of the same command "
        "run with HOTSPOT_DEBUG=1.",
        70,
    )


def _complain(message: str, code: int) -> int:
    say(message, err=True)
    return code
