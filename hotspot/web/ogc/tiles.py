"""The doors to vector tiles: tilesets, what they are, each tile, and the tile matrix set."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import Response, current_app, render_template, request

from hotspot.errors import NotFoundError, ParameterError
from hotspot.ogc import tile_documents, tile_matrix
from hotspot.ogc.tile_documents import MVT
from hotspot.web.kept import Kept
from hotspot.web.ogc.answers import (
    HTML,
    Page,
    answer,
    base,
    blueprint,
    document_answer,
    form_of,
    only_form,
    send,
    stamp,
)
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection
    from hotspot.ogc.features import Features
    from hotspot.ogc.tile_matrix import Tile
    from hotspot.ogc.tiles import Tileset


class Tiles:
    """The tiles made last, and what they were cut from, each up to so many bytes."""

    def __init__(self, *, keep_bytes: int = 16 * 2**20, keep_tilesets: int = 16 * 2**20) -> None:
        self.pages: Kept[Page] = Kept(_weight, keep_bytes=keep_bytes)
        self.tilesets: Kept[Tileset] = Kept(lambda tileset: tileset.size, keep_bytes=keep_tilesets)
        self._cutting = threading.Lock()

    def page(self, key: str, record: Collection, features: Features, tile: Tile) -> Page:
        """Return a tile, with its gzip, made now or before; without bytes where there is nothing."""
        held = self.pages.get(key)
        if held is not None:
            return held
        # One at a time, as it takes some ten times the memory of the tile; who asked for the same finds it.
        with self._cutting:
            return self.pages.made(
                key, lambda: Page(self._tileset(record, features).tile(tile, name=record.id))
            )

    def _tileset(self, record: Collection, features: Features) -> Tileset:
        return self.tilesets.made(features.etag, lambda: _tileset(record, features))


def _weight(page: Page) -> int:
    """Bytes of a tile and of its gzip, which is less than half as much."""
    return len(page.raw) * 3 // 2


def _tileset(record: Collection, features: Features) -> Tileset:
    # Not at the head: it brings NumPy, which the first page does without.
    from hotspot.ogc.tiles import tileset

    columns = features.columns
    return tileset(record.fields, ids=features.ids, shapes=columns.shapes, column=columns.values)


@blueprint.get("/collections/<collection_id>/tiles")
def tilesets(collection_id: str) -> Response:
    """Answer with the tilesets of a collection."""
    record = _tiled(collection_id)
    document = tile_documents.tilesets(record, base())
    return answer(document, "ogc/tilesets.html", title=f"Tiles of {record.title}", record=record)


@blueprint.get("/collections/<collection_id>/tiles/<matrix_set>")
def tileset(collection_id: str, matrix_set: str) -> Response:
    """Answer with what a tileset is, or with the same as TileJSON."""
    record = _tiled(collection_id)
    tile_matrix.known(matrix_set)
    if request.args.get("f") == "tilejson":
        only_form()
        return document_answer(tile_documents.tilejson(record, base()))
    if form_of() == "html":
        made = tile_documents.tilejson(record, base())
        page = render_template(
            "ogc/tileset.html", here="ogc", title=f"Tiles of {record.title}", record=record, tilejson=made,
            address=f"{base()}/collections/{record.id}/tiles/{matrix_set}",
        )  # fmt: skip
        return Response(page, content_type=HTML)
    return document_answer(tile_documents.tileset(record, base()))


@blueprint.get("/collections/<collection_id>/tiles/<matrix_set>/<matrix>/<row>/<column>")
def tile(collection_id: str, matrix_set: str, matrix: str, row: str, column: str) -> Response:
    """Answer with one vector tile; with no content where the collection has nothing."""
    record = _tiled(collection_id)
    tile_matrix.known(matrix_set)
    _only_mvt()
    wanted = tile_matrix.read(matrix, row, column)
    features = catalogue().features(record.id)
    etag = f"{features.etag}-{stamp(record.id)}-{wanted.level}-{wanted.row}-{wanted.column}"
    if request.if_none_match.contains_weak(etag):
        # Known without cutting it.
        return send(Page(b""), MVT, etag)
    tiles: Tiles = current_app.extensions["hotspot-tiles"]
    page = tiles.page(etag, record, features, wanted)
    if not page.raw:
        empty = Response(status=204)
        del empty.headers["Content-Type"]
        empty.set_etag(etag, weak=True)
        return empty
    return send(page, MVT, etag)


@blueprint.get("/tileMatrixSets")
def tile_matrix_sets() -> Response:
    """Answer with the tile matrix sets."""
    document = tile_documents.matrix_sets(base())
    return answer(document, "ogc/tile_matrix_sets.html", title="Tile matrix sets", document=document)


@blueprint.get("/tileMatrixSets/<matrix_set>")
def tile_matrix_set(matrix_set: str) -> Response:
    """Answer with the definition of the tile matrix set."""
    tile_matrix.known(matrix_set)
    document = tile_matrix.document()
    return answer(document, "ogc/tile_matrix_set.html", title=document["id"], document=document)


def _tiled(collection_id: str) -> Collection:
    record = catalogue().collection(collection_id)
    if record.rows_in_store:
        msg = "Tiles are made of layers and districts. Incidents are read from this collection's items."
        raise NotFoundError(msg)
    return record


def _only_mvt() -> None:
    only_form()
    form = request.args.get("f", "mvt")
    if form != "mvt":
        raise ParameterError("f", f"f is mvt for a tile; got {form[:40]!r}.")
