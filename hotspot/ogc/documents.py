"""The documents of OGC API - Features, Part 1: Core 1.0.1 (OGC 17-069r4), as plain dictionaries.

They are pure: what a collection is comes in as a `Collection`, where the service
stands as ``base`` (such as ``http://127.0.0.1:8000/ogc``, without a slash at its
end), and the time as text. Clauses in comments are those of 17-069r4.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hotspot.ogc import schemas, tile_documents
from hotspot.ogc.collection import CRS84, LATEST, LIMIT_DEFAULT
from hotspot.ogc.links import GEOJSON, HTML, JSON, address, link
from hotspot.outputs.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotspot.ogc.collection import Collection

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

CONFORMANCE = (
    *(
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
        for name in ("core", "oas30", "html", "geojson")
    ),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *schemas.CONFORMANCE,
    *tile_documents.CONFORMANCE,
)


def landing(base: str) -> dict[str, Any]:
    """Return the landing page (7.2)."""
    return {
        "title": "Hotspot",
        "description": "Hotspot layers",
        "links": [
            link(f"{base}/", "self", JSON, "This document"),
            link(f"{base}/?f=html", "alternate", HTML, "This document as a page"),
            link(f"{base}/api", "service-desc", OPENAPI, "The definition of this API"),
            link(f"{base}/api.html", "service-doc", HTML, "The documentation of this API"),
            link(f"{base}/conformance", "conformance", JSON, "What this service conforms to"),
            link(f"{base}/collections", "data", JSON, "The layers"),
            tile_documents.link_to_schemes(base),
        ],
    }


def conformance() -> dict[str, Any]:
    """Return the conformance declaration (7.4).

    >>> conformance()["conformsTo"][0]
    'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'
    """
    return {"conformsTo": list(CONFORMANCE)}


def collections(records: Sequence[Collection], base: str) -> dict[str, Any]:
    """Return the list of collections (7.13)."""
    return {
        "links": [
            link(f"{base}/collections", "self", JSON, "This document"),
            link(f"{base}/collections?f=html", "alternate", HTML, "This document as a page"),
        ],
        "collections": [collection(record, base) for record in records],
    }


def collection(record: Collection, base: str) -> dict[str, Any]:
    """Return one collection (7.14): extent, typed links, and what each field means.

    A collection without features has no spatial extent.
    """
    here = address(record.id, base)
    document: dict[str, Any] = {
        "id": record.id,
        "title": record.title,
        "description": record.description,
        "keywords": list(record.keywords),
        "attribution": record.attribution,
        "extent": _extent(record),
        "itemType": "feature",
        "itemCount": record.n_features,
        "updated": record.updated,
        "crs": list(record.crs),
        "storageCrs": record.storage_crs,
        "links": [
            link(here, "self", JSON, record.title),
            link(f"{here}?f=html", "alternate", HTML, record.title),
            # GDAL appends "/7" to this address: it must not have a query string.
            link(f"{here}/items", "items", GEOJSON, f"{record.title}: features"),
            link(f"{here}/items?f=html", "items", HTML, f"{record.title}: features as a page"),
            *schemas.links(here),
            *([] if record.rows_in_store else [tile_documents.link_to_tiles(here)]),
            *(_download(here, suffix, record) for suffix in record.downloads),
            *_kin(record, base),
            *_licence(record),
        ],
        "fields": [
            {"name": f.name, "type": f.type, "title": f.title, "unit": f.unit, "description": f.doc}
            for f in record.fields
        ],
    }
    return {key: value for key, value in document.items() if value not in ("", [], {}, None)}


def items_page(
    record: Collection,
    base: str,
    features: Sequence[bytes],
    *,
    number_matched: int,
    offset: int = 0,
    limit: int = LIMIT_DEFAULT,
    query: Sequence[tuple[str, str]] = (),
    time_stamp: str,
) -> bytes:
    """Return one page of features (7.15), already encoded; ``next`` only where there is more.

    Parameters
    ----------
    query
        The other parameters of the request, kept in the links.
    time_stamp
        When the answer was made, RFC 3339 in UTC.
    """
    here = f"{address(record.id, base)}/items"

    def page(start: int, *more: tuple[str, str]) -> str:
        pairs = [*query, ("limit", str(limit)), ("offset", str(start)), *more]
        return f"{here}?{urlencode(pairs)}"

    links = [
        link(page(offset), "self", GEOJSON, "This page"),
        link(page(offset, ("f", "html")), "alternate", HTML, "This page for people"),
        link(address(record.id, base), "collection", JSON, record.title),
    ]
    if offset + len(features) < number_matched and features:
        links.append(link(page(offset + len(features)), "next", GEOJSON, "Next page"))
    if offset:
        links.append(link(page(max(offset - limit, 0)), "prev", GEOJSON, "Page before"))
    head = {
        "links": links,
        "numberMatched": number_matched,
        "numberReturned": len(features),
        "timeStamp": time_stamp,
    }
    # Not at the head: it brings NumPy, which the first page does without.
    from hotspot.outputs.geojson import feature_collection

    return feature_collection(features, head=head)


def item(record: Collection, base: str, feature: bytes, *, feature_id: int) -> bytes:
    """Return one feature (7.16) with its links.

    >>> from hotspot.ogc.collection import Collection
    >>> record = Collection(id="thefts", title="Thefts")
    >>> feature = item(record, "/ogc", b'{"type":"Feature","id":7}', feature_id=7)
    >>> json.loads(feature)["links"][0]["href"]
    '/ogc/collections/thefts/items/7'
    """
    between = str(feature_id).encode()
    return feature[:-1] + between.join(_links_of_items(address(record.id, base), record.title))


@lru_cache(maxsize=256)
def _links_of_items(here: str, title: str) -> tuple[bytes, ...]:
    """Return the end of every feature of a collection, cut where its number stands."""
    links = [
        link(f"{here}/items/\0", "self", GEOJSON, "This feature"),
        link(f"{here}/items/\0?f=html", "alternate", HTML, "This feature as a page"),
        link(here, "collection", JSON, title.replace("\0", "")),
    ]
    return tuple((b',"links":' + _compact(links) + b"}").split(b"\\u0000"))


def _download(here: str, suffix: str, record: Collection) -> dict[str, str]:
    kind = FORMATS[suffix]
    return link(f"{here}/download.{suffix}", "enclosure", kind.media_type, f"{record.title}: {kind.title}")


def _kin(record: Collection, base: str) -> list[dict[str, str]]:
    """Return the links between a layer and the addresses at which the newest of its kind is found."""
    if record.latest_of:
        here = address(record.latest_of, base)
        return [link(here, "canonical", JSON, "The layer that this address stands for now")]
    return [
        link(address(LATEST + name, base), "latest-version", JSON, "The newest answer to this question")
        for name in record.standing
    ]


def _licence(record: Collection) -> list[dict[str, str]]:
    if not record.licence_url:
        return []
    return [link(record.licence_url, "license", HTML, record.licence)]


def _extent(record: Collection) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    if record.bbox:
        extent["spatial"] = {"bbox": [list(record.bbox)], "crs": CRS84}
    if record.interval:
        extent["temporal"] = {
            "interval": [list(record.interval)],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def _compact(value: Sequence[Mapping[str, Any]]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
