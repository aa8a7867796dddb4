"""Bringing files in, and seeing what was in them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from hotspot.cli.terminal import columns_of, open_store, progress_bar, say
from hotspot.errors import NotFoundError, ParameterError

if TYPE_CHECKING:
    from hotspot.service.store import Dataset


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals:
            msg = f"--column takes field=column, such as offence='Crime type'; got {pair!r}."
            raise ParameterError("column", msg)
        chosen[field.strip()] = column.strip()
    return chosen


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dataset", required=True, help="Name of the dataset; made if it is new.")
@click.option("--title", help="What to call the dataset on pages.")
@click.option("--area", help="Boundary set that places the incidents, such as BZ (hotspot boundaries list).")
@click.option("--timezone", help="IANA zone of times that carry none, such as America/Belize.")
@click.option(
    "--column",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds a field, where the guess is wrong; FIELD= takes a field away. "
    "Remembered; may be repeated.",
)
@click.option(
    "--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="Order of dates such as 03/04/2026."
)
@click.option(
    "--rejects",
    "rejects_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the rows set aside (CSV).",
)
def import_(
    file: Path,
    dataset: str,
    title: str | None,
    area: str | None,
    timezone: str | None,
    pairs: tuple[str, ...],
    date_order: str | None,
    rejects_path: Path | None,
) -> None:
    """Bring a file of incidents into a dataset.

    FILE is CSV, Excel, OpenDocument or GeoJSON, plain or gzip. Area, time zone, columns and
    date order are remembered for the dataset's next file. The same file twice
    changes nothing.
    """
    from hotspot.service import child

    if not file.is_file():
        msg = f"There is no file {file}. Check the path; a folder cannot be imported."
        raise NotFoundError(msg)
    with child.started("prepare") as reader, open_store() as store:
        # Imported while the reader, too, imports what it needs: this takes half a second.
        from hotspot.service import intake

        with progress_bar() as progress:
            result = intake.import_file(
                store,
                file,
                dataset=dataset,
                title=title,
                area=area,
                timezone=timezone,
                columns=_columns(pairs) or None,
                date_order=date_order,
                progress=progress,
                reader=reader,
            )
        if result.already:
            say(f"Already imported: {file.name} is import {result.import_id} of {dataset}. Nothing changed.")
        else:
            say(
                f"{file.name}: {result.rows:,} rows read, {result.accepted:,} accepted, "
                f"{result.updated:,} updated, {result.duplicate:,} duplicate, "
                f"{result.set_aside:,} set aside (import {result.import_id})."
            )
            say_report(result.report)
        if rejects_path is not None:
            rejects_path.write_bytes(store.imports.rejects(result.import_id).data)
            say(f"Rows set aside: {rejects_path}")
        elif result.set_aside:
            say(f"See the rows set aside: hotspot rejects {result.import_id} -o rejects.csv")


def say_report(report: dict[str, Any]) -> None:
    """Print the data-quality report of an import."""
    say("Columns", bold=True)
    for line in report["columns"]:
        say(f"  {line['field']:<19} {line['column'] or '-':<28} {line['how']}")
    for refused in report["refused"]:
        say(f"  Not taken: {refused['column']} ({refused['why']})", fg="yellow")
    if report["unused"]:
        say(f"  Not used: {', '.join(report['unused'])}")
    _say_places(report)
    if report["set_aside"]:
        say("Set aside", bold=True)
    for reason in report["set_aside"]:
        rows = ", ".join(map(str, reason["rows"][:8])) + (" ..." if reason["count"] > 8 else "")
        say(f"  {reason['count']:>8,}  {reason['title']} (row {rows})")
        say(f"            {reason['example']}")
    if report["notes"]:
        say("Notes", bold=True)
    for note in report["notes"]:
        say(f"  {note}")


def _say_places(report: dict[str, Any]) -> None:
    say("Placed", bold=True)
    snapped = report["placed"]["snapped"]
    for name, placed in report["placed"].items():
        if name != "snapped":
            say(f"  {name:<10} {placed['count']:>10,}  {placed['percent']:>5} %")
    if snapped:
        say(f"  {snapped:,} of them lay just outside every district and were given the nearest.")
    for pile in report["pile_ups"]:
        say(
            f"  Pile-up: {pile['incidents']:,} incidents ({100 * pile['share']:.1f} %) at "
            f"{pile['lat']:.5f}, {pile['lon']:.5f}. Is that a default of the recording system?",
            fg="yellow",
        )


@click.command()
def datasets() -> None:
    """List the datasets and their imports."""
    with open_store() as store:
        known = store.datasets.list()
        if not known:
            say("No datasets yet. Bring in a file: hotspot import FILE --dataset NAME --area BZ")
            return
        for dataset in known:
            place = dataset.area or "no boundary set"
            say(f"{dataset.name}  {dataset.title}", bold=True)
            say(f"  {dataset.incidents:,} incidents{_period(dataset)}; {place}; {dataset.timezone}")
            head = ("  import", "file", "when (UTC)", "accepted", "updated", "duplicate", "set aside")
            rows = [
                (
                    f"  {entry.id}",
                    entry.filename,
                    f"{entry.imported_at:%Y-%m-%d %H:%M}",
                    *(f"{n:,}" for n in (entry.accepted, entry.updated, entry.duplicate, entry.set_aside)),
                )
                for entry in store.imports.list(dataset.name)
            ]
            say(columns_of([head, *rows]))


def _period(dataset: Dataset) -> str:
    """Return the first and the last day of the incidents, as the dataset's own clocks told them."""
    if dataset.first is None or dataset.last is None:
        return ""
    zone = ZoneInfo(dataset.timezone)
    return f", {dataset.first.astimezone(zone):%Y-%m-%d} to {dataset.last.astimezone(zone):%Y-%m-%d}"


@click.command()
@click.argument("import_id", metavar="IMPORT", type=int)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="CSV file. [default: screen]"
)
def rejects(import_id: int, output: Path | None) -> None:
    """Write the rows an import set aside, with the reasons.

    IMPORT is the number that hotspot import and hotspot datasets show. Mend the
    rows and import the file: what is known already is not doubled.
    """
    with open_store() as store:
        data = store.imports.rejects(import_id).data
    if output is None and sys.stdout.isatty():
        say(data.decode("utf-8-sig").replace("\r\n", "\n"), nl=False)
    elif output is None:
        click.echo(data.decode("utf-8-sig"), nl=False, color=True)
    else:
        output.write_bytes(data)
        say(f"{output}: {len(data):,} bytes")
