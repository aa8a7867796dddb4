"""Queryables and schema say of a collection's fields what Parts 3 and 5 want."""

from __future__ import annotations

import jsonschema
import pytest

from hotspot.analysis.methods import METHODS, Field
from hotspot.ogc import cql, documents, schemas
from hotspot.ogc.collection import Collection
from hotspot.ogc.query import DAYS

BASE = "http://127.0.0.1:8000/ogc"


def collection(*fields: Field, rows_in_store: bool = False) -> Collection:
    return Collection(id="thefts now", title="Thefts", fields=fields, rows_in_store=rows_in_store)


@pytest.mark.parametrize("method", METHODS)
def test_both_are_json_schemas_of_every_field_of_every_method(method: str) -> None:
    record = collection(*METHODS[method].fields)
    for document in (schemas.queryables(record, BASE), schemas.schema(record, BASE)):
        jsonschema.Draft202012Validator.check_schema(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["type"] == "object"
        names = {field.name for field in METHODS[method].fields} - {"id"}
        assert set(document["properties"]) - {"id"} == names | {"geometry"}


def test_what_can_be_asked_of_is_what_filters_take() -> None:
    fields = METHODS["dbscan"].fields
    asked = schemas.queryables(collection(*fields), BASE)
    assert set(cql.kinds(fields)) == set(asked["properties"])
    assert asked["additionalProperties"] is False


def test_both_are_named_by_their_own_address() -> None:
    assert schemas.queryables(collection(), BASE)["$id"] == f"{BASE}/collections/thefts%20now/queryables"
    assert schemas.schema(collection(), BASE)["$id"] == f"{BASE}/collections/thefts%20now/schema"


def test_a_geometry_has_a_format_and_neither_type_nor_reference() -> None:
    shape = schemas.queryables(collection(), BASE)["properties"]["geometry"]
    assert (shape["format"], shape["x-ogc-role"]) == ("geometry-any", "primary-geometry")
    assert not {"type", "$ref"} & set(shape)
    points = schemas.queryables(collection(rows_in_store=True), BASE)["properties"]["geometry"]
    assert points["format"] == "geometry-point"


def test_a_property_has_its_type_its_unit_and_its_meaning() -> None:
    field = Field("density", "number", "Density", "incidents per km²", "Incidents per km² inside.")
    assert schemas.schema(collection(field), BASE)["properties"]["density"] == {
        "title": "Density",
        "description": "Incidents per km² inside. Unit: incidents per km².",
        "type": "number",
        "x-ogc-unit": "{incidents}/km2",
    }


def test_a_time_says_whether_it_is_a_day_or_a_moment() -> None:
    told = schemas.schema(collection(*(Field(name, "string", name) for name in DAYS)), BASE)["properties"]
    assert told["last_incident"]["format"] == "date"
    assert {told[name]["format"] for name in DAYS - {"last_incident"}} == {"date-time"}
    assert all(told[name]["x-ogc-role"] == "primary-instant" for name in DAYS)


def test_a_collection_leads_to_both() -> None:
    links = {each["rel"]: each for each in documents.collection(collection(), BASE)["links"]}
    here = f"{BASE}/collections/thefts%20now"
    assert links[schemas.QUERYABLES]["href"] == f"{here}/queryables"
    assert links[schemas.SCHEMA]["href"] == f"{here}/schema"
    assert {links[rel]["type"] for rel in (schemas.QUERYABLES, schemas.SCHEMA)} == {"application/schema+json"}


def test_qgis_finds_the_four_classes_without_which_it_filters_nothing() -> None:
    declared = set(documents.conformance()["conformsTo"])
    assert {
        "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
        "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    } <= declared
