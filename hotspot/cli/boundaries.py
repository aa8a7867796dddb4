"""Boundary sets: those that come with Hotspot, and your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotspot.cli.terminal import columns_of, open_store, say

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


@click.group()
def boundaries() -> None:
    """List, show and import boundary sets: the districts by which incidents are placed."""


@boundaries.command("list")
def list_() -> None:
    """List every boundary set by name."""
    with open_store() as store:
        records = store.boundaries.list()
    head = ("name", "districts", "title", "from")
    rows = [
        (r.name, str(r.districts), r.title, "comes with Hotspot" if r.bundled else "imported")
        for r in records
    ]
    say(columns_of([head, *rows]))


@boundaries.command()
@click.argument("name")
def show(name: str) -> None:
    """Show the districts of NAME with their codes, people, source and notes."""
    with open_store() as store:
        found = store.boundaries.load(name)
    say(_described(found))


@boundaries.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What to call the set, such as beats.")
@click.option(
    "--code", "code_column", metavar="COLUMN", help="Column of the district codes; guessed if left out."
)
@click.option(
    "--label", "name_column", metavar="COLUMN", help="Column of the district names; guessed if left out."
)
@click.option("--country", default="", help="Country, such as BZ, whose place names and time zone are used.")
@click.option("--timezone", default="", metavar="ZONE", help="Time zone usual there, such as America/Belize.")
@click.option(
    "--population", "population_column", metavar="COLUMN", help="Column of the people of each district."
)
@click.option("--population-year", type=int, metavar="YEAR", help="Year that the population is of.")
@click.option("--layer", metavar="NAME", help="Layer of a GeoPackage that has several.")
def import_(
    file: Path,
    name: str,
    code_column: str | None,
    name_column: str | None,
    country: str,
    timezone: str,
    population_column: str | None,
    population_year: int | None,
    layer: str | None,
) -> None:
    """Import districts from FILE, a GeoJSON or a GeoPackage of polygons.

    Outlines are checked: faulty ones are repaired with a note, unusable ones
    refused with the reason.
    """
    from hotspot.places.boundary_files import read_boundaries

    found = read_boundaries(
        file,
        name=name,
        code_column=code_column,
        name_column=name_column,
        country=country,
        timezone=timezone,
        layer=layer,
        population_column=population_column,
        population_year=population_year,
    )
    with open_store() as store:
        store.boundaries.save(found)
    say(_described(found))
    say(f"\nKept as {name}. Use it with: hotspot import FILE --dataset NAME --area {name}")


def _described(found: BoundarySet) -> str:
    about = [f"{found.name}: {found.title}, {len(found)} districts, time zone {found.timezone}"]
    about += [line for line in (found.source, found.licence) if line]
    about += [f"Note: {note}" for note in found.notes]
    people = _people(found)
    head = ("code", "name", "type", "km²", *(("people", "year") if people else ()))
    rows = [
        (code, name, kind, f"{area:,.1f}", *(people.get(code, ("–", "")) if people else ()))
        for code, name, kind, area in zip(found.codes, found.names, found.types, found.area_km2, strict=True)
    ]
    return "\n".join([*about, "", columns_of([head, *rows])])


def _people(found: BoundarySet) -> dict[str, tuple[str, str]]:
    """Return the population of each district and its year, where known."""
    from hotspot.places.boundaries import population_of

    table = population_of(found)
    return {
        code: (f"{people:,}", str(year))
        for code, people, year in zip(table["code"], table["population"], table["year"], strict=True)
    }
