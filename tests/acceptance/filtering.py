"""A service whose collections are filtered: what can be asked of each, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tests.acceptance.oapif import corners

if TYPE_CHECKING:
    from tests.acceptance.oapif import Api

LARGE: Final = 1_000
"""Collections with so many features are asked about a few blocks only."""


@dataclass(frozen=True)
class Filtered:
    """The OGC API of a running site."""

    api: Api

    @cached_property
    def listed(self) -> list[dict[str, Any]]:
        """Every collection."""
        return self.api.collections()

    @cached_property
    def asked_of(self) -> dict[str, dict[str, Any]]:
        """What may be asked of each collection: its queryables by name."""
        return {
            c["id"]: self.api.get(f"/collections/{c['id']}/queryables")["properties"] for c in self.listed
        }

    @cached_property
    def kinds(self) -> list[str]:
        """One collection of each kind: those that offer the same queryables are of a kind."""
        seen = {tuple(self.asked_of[c["id"]]): c["id"] for c in reversed(self.listed)}
        return list(seen.values())

    @cached_property
    def within(self) -> dict[str, dict[str, str]]:
        """What else is asked of a large collection, whatever is asked."""
        found = {}
        for collection in self.listed:
            if (collection.get("itemCount") or LARGE) >= LARGE:
                here = f"/collections/{collection['id']}/items"
                page = self.api.get(here, limit=1, filter="geometry IS NOT NULL")
                (lon, lat), *_ = corners(page["features"][0])
                found[collection["id"]] = {"bbox": f"{lon - 0.002},{lat - 0.002},{lon + 0.002},{lat + 0.002}"}
        return found

    def ids(self, collection: str, /, **arguments: object) -> set[int]:
        """The features of a collection, or of a part of it, that a filter is true of."""
        asked = {"limit": 10_000, "skipGeometry": "true", **self.within.get(collection, {}), **arguments}
        page = self.api.get(f"/collections/{collection}/items", **asked)
        assert page["numberMatched"] == page["numberReturned"]
        return {feature["id"] for feature in page["features"]}

    def refused(self, collection: str, /, parameter: str = "filter", **arguments: object) -> None:
        """The answer is a problem that names the parameter."""
        answer = self.api.ask(f"/collections/{collection}/items", **arguments)
        assert answer.status == 400, (arguments, answer.body[:300])
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert parameter in answer.json["detail"], answer.json


def scalars(queryables: dict[str, Any]) -> dict[str, str]:
    """A literal of its kind for each queryable that has one, by name (21-065r2, A.1.2)."""
    return {name: _literal(each) for name, each in queryables.items() if "type" in each}


def _literal(queryable: dict[str, Any]) -> str:
    formats = {"date": "DATE('2022-04-14')", "date-time": "TIMESTAMP('2022-04-14T14:48:46Z')"}
    types = {"string": "'foo'", "boolean": "true", "number": "3.14", "integer": "1"}
    return formats.get(queryable.get("format", "")) or types[queryable["type"]]
