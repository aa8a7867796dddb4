"""Who may read a layer: this machine alone, or pages of other sites too."""

from __future__ import annotations

import click

from hotspot.cli.layers import find
from hotspot.cli.terminal import open_store, say
from hotspot.ogc.collection import AUDIENCES, PUBLIC
from hotspot.outputs.values import day


@click.command()
@click.argument("layer")
@click.argument("audience", type=click.Choice(AUDIENCES))
@click.option(
    "--by", default="", help="Name and office of who answers for it; kept with the layer. Needed for public."
)
def audience(layer: str, audience: str, by: str) -> None:
    """Let pages of other sites read a layer (public), or this machine alone (local).

    Public is refused while anything in the layer tells of 1 to 4 incidents (a feature,
    a hotspot, a table, a weight of harm, what was left out), and where outlines are drawn
    around the places of single incidents. This is the least there is until small counts
    are suppressed. LAYER is a layer's id or the beginning of it, or latest-NAME of a
    standing question.
    """
    from hotspot.service.audience import open_to

    with open_store() as store:
        record = open_to(store, find(store, layer).id, audience, by=by)
    if record.audience == PUBLIC:
        say(f"Public since {day(record.audience_at)}, by {record.audience_by}: {record.id}")
        say(f"Take it back with: hotspot audience {record.id} local")
    else:
        say(f"Local: {record.id}. Caches elsewhere may hold it for ten more minutes.")
