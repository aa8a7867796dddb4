"""Tables behind layers, and answers in sentences and tables: reports and what became of hotspots."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from hotspot.analysis.methods import REPORTS
from hotspot.cli.asking import FILTERS, question_of
from hotspot.cli.layers import find
from hotspot.cli.terminal import columns_of, open_store, progress_bar, say
from hotspot.outputs.values import cell, heading

if TYPE_CHECKING:
    from hotspot.analysis.methods import ReportKind
    from hotspot.analysis.reports import Report
    from hotspot.parameters import Spec

_FORCE: Final = click.Option(
    ["--force"], is_flag=True, help="Answer also when the data are too thin; the answer says so."
)
_TITLE: Final = click.Option(
    ["--title"], default="", help="What to call the answer; made from the question if left out."
)
_JSON: Final = click.Option(
    ["--json", "as_json"], is_flag=True, help="Machine-readable, everything there is."
)
_WIDEST: Final = 44
_ROWS: Final = 24
"""Rows of a table that are printed where its others can be asked for."""


def report_command(kind: ReportKind) -> click.Command:
    """Return the command of a report: an option for each of its parameters, and those of every question."""

    def answer(as_json: bool, force: bool, title: str, **given: Any) -> None:
        from hotspot.service.reports import make_report

        chosen = {
            name: given[f"of_{name}"] for name in kind.parameters.specs() if given[f"of_{name}"] is not None
        }
        with open_store() as store:
            question = question_of(store, given, method=kind.name, parameters=chosen, title=title)
            with progress_bar() as progress:
                made = make_report(store, question, force=force, progress=progress)
        _answer(made, as_json=as_json)

    taken = {word for option in FILTERS for word in option.opts}
    defaults = kind.parameters.defaults()
    own = [
        _option(kind, name, spec, defaults[name], taken=taken)
        for name, spec in kind.parameters.specs().items()
    ]
    return click.Command(
        kind.name,
        params=[*FILTERS, *own, _TITLE, _FORCE, _JSON],
        callback=answer,
        help=f"{kind.title}. {kind.summary}",
    )


def _option(kind: ReportKind, name: str, spec: Spec, default: Any, *, taken: set[str]) -> click.Option:
    word = f"--{name.replace('_', '-')}"
    if word in taken:
        word = f"--{kind.name}-{name.replace('_', '-')}"
    bounds = "" if spec.kind == "choice" else f"{spec.bounds[0].upper()}{spec.bounds[1:]}. "
    given = f"automatic ({spec.automatic})" if spec.automatic else _default(default)
    return click.Option(
        [word, f"of_{name}"],
        type=click.Choice(spec.options) if spec.kind == "choice" else str,
        metavar=None if spec.kind == "choice" else spec.kind.upper(),
        help=f"{spec.doc} {bounds}Default {given}.",
    )


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return "none" if value is None else str(value)


def _answer(made: Report, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(made.to_dict(), indent=1))
        return
    say(made.title, bold=True)
    for sentence in made.sentences:
        say(f"  {sentence}")
    for warning in made.warnings:
        say(f"  Note: {warning}", fg="yellow")
    for table in made.tables:
        say_table(table.to_dict(), at_most=_ROWS, more="--json has all")
    if made.decisions:
        say("\nDecision log", bold=True)
    for each in made.decisions:
        say(f"  {each['what']}: {each['value']} ({each['why']})")


def say_table(table: dict[str, Any], *, at_most: int | None = None, more: str = "") -> None:
    """Print a table: title, rows and note, numbers to the right; ``more`` says where all rows are."""
    fields, rows = table["fields"], table["rows"]
    say(f"\n{table['title']}", bold=True)
    if rows:
        head = tuple(heading(field) for field in fields)
        shown = [
            tuple(_short(cell(v, f)) for v, f in zip(row, fields, strict=True)) for row in rows[:at_most]
        ]
        to_the_right = [i for i, field in enumerate(fields) if field["type"] != "string"]
        say(columns_of([head, *shown], right=to_the_right))
        if len(shown) < len(rows):
            say(f"... and {len(rows) - len(shown):,} more rows: {more}")
    else:
        say("No rows.")
    if table["note"]:
        say(table["note"])


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"


@click.command()
@click.argument("layer")
@click.option("--table", "name", help="Only the table of this name, with every row.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, everything there is.")
def tables(layer: str, name: str | None, as_json: bool) -> None:
    """Print the tables behind a layer: its week, its concentration and what its method adds.

    LAYER is a layer's id or the beginning of it.
    """
    from hotspot.service.behind import tables_of

    with open_store() as store:
        record = find(store, layer)
        shown = tables_of(store, record, name=name)
    if as_json:
        click.echo(json.dumps(shown, indent=1))
        return
    say(record.title, bold=True)
    if not shown:
        say("There are no tables behind this layer.")
    for table in shown:
        say_table(table, at_most=None if name else _ROWS, more=f"--table {table['name']} has all")


@click.command()
@click.argument("earlier")
@click.argument("later")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, everything there is.")
def changes(earlier: str, later: str, as_json: bool) -> None:
    """Tell what became of each hotspot: kept, grew, split, merged, gone or new.

    EARLIER and LATER are ids of layers over the same study area, or their beginnings.
    """
    from hotspot.service import reports

    with open_store() as store:
        made = reports.changes(store, find(store, earlier).id, find(store, later).id)
    _answer(made, as_json=as_json)


COMMANDS: Final = {name: report_command(kind) for name, kind in REPORTS.items()}
"""The command of each report."""
