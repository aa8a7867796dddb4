"""Asking questions and handling the layers that answer them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotspot.analysis.methods import METHODS
from hotspot.cli.asking import FILTERS, question_of
from hotspot.cli.standing import kept_as, say_addresses
from hotspot.cli.terminal import columns_of, open_store, progress_bar, say
from hotspot.errors import NotFoundError, ParameterError
from hotspot.ogc.collection import LATEST, PUBLIC
from hotspot.words import quoted

if TYPE_CHECKING:
    from hotspot.service.store import LayerRecord, Store


_CURVES: Final = ("lorenz",)
"""Tables whose note only says how to read a chart."""


def _parameter_help() -> str:
    lines = [
        "\b",
        "Examples:",
        "  hotspot run --dataset city --area BZ/BZ-BZ --offence Burglary --hours 18-6 --days fri-sun",
        "  hotspot run --method dbscan --dataset city --area BZ --set eps=300",
        "  hotspot run --dataset city --area BZ --harm Murder=5475 --harm '*=10'",
        "",
        "\b",
        "Parameters for --set, by method; what each means is in docs/reference.md, and beside its field",
        "in the form of a dataset's page (hotspot serve):",
    ]
    for method in METHODS.values():
        lines.append(f"  {method.name}: {method.title}")
        for name, spec in method.parameters.specs().items():
            default = method.parameters.defaults()[name]
            given = f"automatic ({spec.automatic})" if default is None else default
            lines.append(f"    {name}  {spec.bounds}; default {given}")
    return "\n".join(lines)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        msg = f"--set takes name=value, such as cell_size=500; got {quoted(text)}."
        raise ParameterError(name, msg)
    return name.strip(), value.strip()


@click.command(epilog=_parameter_help(), params=list(FILTERS))
@click.option("--method", type=click.Choice(list(METHODS)), default="gi_star", show_default=True)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the method; may be repeated.",
)
@click.option("--title", default="", help="What to call the layer; made from the question if left out.")
@click.option("--force", is_flag=True, help="Answer also when the data are too thin; the layer is marked.")
@click.option("--no-publish", is_flag=True, help="Show the answer, but do not keep or publish it.")
@click.option(
    "--standing",
    metavar="NAME",
    help="Keep the question under this name: its newest answer has an address that never changes.",
)
@click.option(
    "--last",
    type=int,
    metavar="DAYS",
    help="With --standing: ask about so many days up to the last one of the data, each time anew.",
)
def run(
    method: str,
    settings: tuple[str, ...],
    title: str,
    force: bool,
    no_publish: bool,
    standing: str | None,
    last: int | None,
    **given: Any,
) -> None:
    """Ask a question: make a hotspot layer of a dataset and publish it."""
    from hotspot.service import behind, publish
    from hotspot.service.standing import ask

    _check(standing, last, no_publish=no_publish)
    with open_store() as store:
        parameters = dict(_pair(text) for text in settings)
        question = question_of(store, given, method=method, parameters=parameters, title=title)
        with progress_bar() as progress:
            if no_publish:
                layer = publish.answer(store, question, force=force, progress=progress)
                _say(layer.title, layer.summary, layer.provenance)
                _say_notes([table.to_dict() for table in layer.tables])
                say("Not kept, as asked (--no-publish).")
                return
            if standing is not None:
                before = kept_as(store, standing)
                record = ask(store, standing, question, last_days=last, force=force, progress=progress)
            else:
                record = publish.make_layer(store, question, force=force, progress=progress)
        _say(record.title, record.summary, record.provenance)
        tables = behind.tables_of(store, record)
        _say_notes(tables)
        if tables:
            say(f"  The figures: hotspot tables {record.id}")
        if standing is not None:
            say_addresses(store, standing, record, before=before)
            return
        say(f"Published as {record.id}")
        say(f"See it at {store.settings.url}/layers/{record.id} (hotspot serve)")


def _check(standing: str | None, last: int | None, *, no_publish: bool) -> None:
    if last is not None and standing is None:
        msg = "--last is of a standing question: add --standing NAME, or name the days with --from and --to."
        raise click.UsageError(msg)
    if standing is not None and no_publish:
        msg = "A standing question publishes its answers. Leave out --standing or --no-publish."
        raise click.UsageError(msg)


def _say(title: str, summary: dict[str, Any], provenance: dict[str, Any]) -> None:
    say(title, bold=True)
    for sentence in summary["sentences"]:
        say(f"  {sentence}")
    for warning in provenance["warnings"]:
        say(f"  Note: {warning}", fg="yellow")


def _say_notes(tables: list[dict[str, Any]]) -> None:
    """Print what the tables behind a layer found, not how to read those that are empty or a curve."""
    for table in tables:
        if table["note"] and table["rows"] and table["name"] not in _CURVES:
            say(f"  {table['title']}: {table['note']}")


def _row(record: LayerRecord) -> tuple[str, ...]:
    accuracy = record.provenance.get("accuracy", {})
    unsure = "about equal" if accuracy.get("measured") else "not measured"
    beats = {True: "yes", False: "no"}.get(accuracy.get("beats_prior"), unsure)
    return (
        record.id,
        record.title,
        record.method,
        str(record.summary.get("incidents", "")),
        str(len(record.hotspots)),
        beats,
        "withdrawn" if record.withdrawn_at else "public" if record.audience == PUBLIC else "published",
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, everything there is to know.")
def layers(as_json: bool) -> None:
    """List the layers, the newest first."""
    with open_store() as store:
        records = store.layers.list(withdrawn=True)
        if as_json:
            rows = [
                {
                    "id": r.id,
                    "title": r.title,
                    "summary": r.summary,
                    "provenance": r.provenance,
                    "hotspots": r.hotspots,
                    "withdrawn": r.withdrawn_at is not None,
                    "audience": r.audience,
                    "audience_by": r.audience_by,
                }
                for r in records
            ]
            click.echo(json.dumps(rows, indent=1))
        elif not records:
            say(
                "No layers yet. Make one: hotspot run --dataset NAME --area BZ, or see samples: hotspot demo."
            )
        else:
            head = ("layer", "title", "method", "incidents", "hotspots", "beats prior counts", "state")
            say(columns_of([head, *map(_row, records)]))


def find(store: Store, name: str) -> LayerRecord:
    """Return the layer of this id, the newest answer ``latest-NAME``, or the only one whose id starts so."""
    records = store.layers.list(withdrawn=True)
    newest = next((s.latest for s in store.standing.list() if f"{LATEST}{s.name}" == name), "")
    found = [r for r in records if r.id in (name, newest)] or [r for r in records if r.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    listed = found or records
    known = ", ".join(r.id for r in listed[:8]) or "none yet"
    known += f" and {len(listed) - 8:,} more" if len(listed) > 8 else ""
    more = " Write more of the one that is meant." if found else ""
    which = "these match" if found else "there are"
    msg = f"No single layer is called {quoted(name)}; {which}: {known}.{more}"
    raise NotFoundError(msg)


@click.command()
@click.argument("layer")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write; its suffix says the format.",
)
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
def export(layer: str, output: Path, overwrite: bool) -> None:
    """Write a layer to a file for other tools.

    Formats: .geojson, .gpkg (with its colours for QGIS inside), .csv, .kml, .shp.zip, .fgb and .parquet;
    .qml, the colours alone; .qlr, the layer of the running service for QGIS; and .html, a map that
    needs no network.
    LAYER is a layer's id or the beginning of it, or latest-NAME of a standing question.
    """
    if output.exists() and not overwrite:
        msg = f"{output} is there already. Choose another name, or add --overwrite."
        raise click.UsageError(msg)
    with open_store() as store:
        record = find(store, layer)
        _export(store, record, output)
    say(f"{output}: {record.n_features:,} features, {output.stat().st_size / 1024:,.0f} kB ({record.title})")


def _export(store: Store, record: LayerRecord, output: Path) -> None:
    from hotspot import public
    from hotspot.analysis.layer import Layer
    from hotspot.outputs.qgis_layer import Source, qlr
    from hotspot.outputs.qgis_style import QgisStyle

    layer = Layer.from_parquet(store.layers.file(record.id, "layer.parquet").data)
    if output.suffix.lower() != ".qlr":
        public.save(layer, output)
        return
    address = store.settings.url
    source = Source(
        service=f"{address}/ogc",
        collection=record.id,
        title=record.title,
        abstract=" ".join(record.summary.get("sentences", ())),
        page=f"{address}/layers/{record.id}",
    )
    output.write_text(qlr(source, QgisStyle.of(layer)), encoding="utf-8")


@click.command()
@click.argument("layer")
def withdraw(layer: str) -> None:
    """Take a layer out of sight; nothing is deleted, and restore brings it back."""
    from hotspot.service import publish

    with open_store() as store:
        record = find(store, layer)
        publish.withdraw(store, record.id)
    say(f"Withdrawn: {record.id}. Bring it back with: hotspot restore {record.id}")


@click.command()
@click.argument("layer")
def restore(layer: str) -> None:
    """Publish a withdrawn layer again."""
    from hotspot.service import publish

    with open_store() as store:
        record = find(store, layer)
        publish.restore(store, record.id)
    say(f"Published again: {record.id}")
