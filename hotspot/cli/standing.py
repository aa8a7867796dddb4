"""Standing questions: list them, ask one again, forget one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from hotspot.cli.terminal import columns_of, open_store, progress_bar, say
from hotspot.outputs.values import day

if TYPE_CHECKING:
    from hotspot.service.store import LayerRecord, StandingQuestion, Store


@click.group()
def standing() -> None:
    """List, ask again and remove standing questions: those whose newest answer keeps its address.

    One is made with: hotspot run ... --standing NAME --last DAYS
    """


@standing.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, everything there is to know.")
def list_(as_json: bool) -> None:
    """List the standing questions with their newest answers."""
    with open_store() as store:
        found = store.standing.list()
        if as_json:
            click.echo(json.dumps([_plain(each) for each in found], indent=1))
        elif not found:
            say("No standing questions yet. Make one: hotspot run --dataset NAME --standing NAME --last 28")
        else:
            head = ("name", "window", "answered", "newest answer")
            say(columns_of([head, *map(_row, found)]))
            say(f"Addresses: {store.settings.url}/ogc/collections/latest-NAME")


@standing.command("run")
@click.argument("name")
def run(name: str) -> None:
    """Ask the standing question NAME again, and let its address lead to the answer.

    Meant for a timer, such as cron's. What fails leaves the answer before in place.
    """
    from hotspot.service.standing import again

    with open_store() as store:
        with progress_bar() as progress:
            record = again(store, name, progress=progress)
        say(record.title, bold=True)
        for sentence in record.summary["sentences"]:
            say(f"  {sentence}")
        say_addresses(store, name, record)


@standing.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the standing question NAME and its address; the layers that answered it stay."""
    with open_store() as store:
        known = store.standing.remove(name)
    say(f"Removed: {name}. Its {len(known.layers)} published answers stay among the layers.")


def kept_as(store: Store, name: str) -> StandingQuestion | None:
    """Return the standing question that has the name, if one has."""
    return next((each for each in store.standing.list() if each.name == name), None)


def say_addresses(
    store: Store, name: str, record: LayerRecord, *, before: StandingQuestion | None = None
) -> None:
    """Print where the newest answer of a standing question is found from now on."""
    say(f"Published as {record.id}")
    say("The newest answer is always at (hotspot serve):")
    say(f"  {store.settings.url}/layers/latest/{name}")
    say(f"  {store.settings.url}/ogc/collections/latest-{name}")
    now = store.standing.get(name)
    if before is not None and (before.question, before.last_days) != (now.question, now.last_days):
        say(f"Until now {name} stood for another question, last answered by {before.latest or 'none'}.")
        say("Whoever reads these addresses now gets the answer above.")


def _row(each: StandingQuestion) -> tuple[str, ...]:
    window = f"last {each.last_days:,} days" if each.last_days else "its own days"
    return each.name, window, day(each.answered_at), each.latest or "none: withdrawn"


def _plain(each: StandingQuestion) -> dict[str, Any]:
    return {
        "name": each.name,
        "question": each.question,
        "last": each.last_days,
        "force": each.force,
        "answered_at": each.answered_at.isoformat() if each.answered_at else None,
        "latest": each.latest or None,
        "layers": list(each.layers),
    }
