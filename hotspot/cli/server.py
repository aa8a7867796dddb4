"""Serving the layers, and the sample data to serve."""

from __future__ import annotations

import click

from hotspot.cli.terminal import open_store, progress_bar, say


@click.command()
def demo() -> None:
    """Import the sample data and make its layers; a second run changes nothing.

    A synthetic Belize, labelled as such everywhere, and a real month of street
    crime in West Yorkshire (Open Government Licence v3.0).
    """
    from hotspot.demo import run

    with open_store() as store:
        with progress_bar() as progress:
            records = run.load_demo(store, progress=progress)
        for record in records:
            say(f"  {record.id}  {record.title}")
        say(f"{len(records)} layers are published in {store.settings.data_dir}. Serve them: hotspot serve")


@click.command()
@click.option("--host", help="Address of this machine to listen on; loopback only. [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one. [default: 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Serve the layers on this machine: pages, maps, GeoJSON and OGC API - Features."""
    from hotspot.service.settings import read_settings
    from hotspot.web.serve import serve as serve_forever

    serve_forever(read_settings(host=host, port=port))
