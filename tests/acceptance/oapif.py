"""The OGC API as a client walks it: documents, links, and what the definition says of an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from tests.acceptance.conftest import Answer, Site

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
GEOJSON = "application/geo+json"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")


@dataclass(frozen=True)
class Api:
    """The OGC API of a running site."""

    site: Site

    def ask(self, path: str, /, **arguments: object) -> Answer:
        """Ask for an address below ``/ogc`` as a client that takes whatever comes."""
        query = f"?{urlencode(arguments)}" if arguments else ""
        return self.site.ask(f"/ogc{path}{query}")

    def get(self, path: str, /, **arguments: object) -> Any:
        """Return a document that must be there."""
        answer = self.ask(path, **arguments)
        assert answer.status == 200, (path, arguments, answer.body[:500])
        return answer.json

    def follow(self, href: str, **headers: str) -> Answer:
        """Ask for the address of a link, which must be one of this site."""
        assert href.startswith(self.site.url), href
        return self.site.ask(href.removeprefix(self.site.url), **headers)

    def collections(self) -> list[dict[str, Any]]:
        """Every collection, as the list describes it."""
        return self.get("/collections")["collections"]

    def features(self, collection: str, /, **arguments: object) -> list[dict[str, Any]]:
        """Every feature of a collection that is asked for, page by page along the links."""
        found: list[dict[str, Any]] = []
        page = self.get(f"/collections/{collection}/items", **{"limit": 10_000, **arguments})
        while True:
            found += page["features"]
            following = linked(page, "next")
            if not following:
                return found
            page = self.follow(following[0]["href"]).json

    def definition(self) -> Definition:
        """The OpenAPI document."""
        return Definition(self.get("/api"))


@dataclass(frozen=True)
class Definition:
    """An OpenAPI document, with its references followed."""

    document: dict[str, Any]

    def operations(self) -> dict[str, dict[str, Any]]:
        """What GET does at each path."""
        return {path: each["get"] for path, each in self.document["paths"].items() if "get" in each}

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        """The node itself, or what its reference leads to."""
        while "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def parameters(self, path: str) -> dict[str, dict[str, Any]]:
        """The parameters of GET at a path, by name."""
        asked = [self.resolved(each) for each in self.operations()[path]["parameters"]]
        return {each["name"]: each for each in asked}


def linked(document: dict[str, Any], relation: str, media_type: str = "") -> list[dict[str, Any]]:
    """The links of a document of one relation, and perhaps of one type."""
    return [
        link
        for link in document.get("links", ())
        if link["rel"] == relation and link["type"].startswith(media_type)
    ]


def corners(feature: dict[str, Any]) -> list[tuple[float, float]]:
    """Every position of a feature, as first and second number."""
    found: list[tuple[float, float]] = []

    def gather(node: Any) -> None:
        if node and isinstance(node[0], (int, float)):
            found.append((node[0], node[1]))
            return
        for inner in node:
            gather(inner)

    gather((feature["geometry"] or {}).get("coordinates", []))
    return found
