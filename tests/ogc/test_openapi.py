from __future__ import annotations

import json
import re

import pytest

from hotspot.analysis.methods import METHODS, Field
from hotspot.ogc.collection import Collection
from hotspot.ogc.openapi import openapi

BASE = "http://127.0.0.1:8000/ogc"
RECORDS = (
    Collection(id="thefts-0123456789", title="Thefts", fields=METHODS["gi_star"].fields),
    Collection(id="districts-bz", title="Districts", fields=(Field("name", "string", "Name"),)),
)


@pytest.fixture
def document() -> dict:
    return openapi(RECORDS, BASE, version="0.1.0")


def operations(document: dict) -> list[dict]:
    return [path["get"] for path in document["paths"].values()]


def resolved(document: dict, reference: str) -> dict:
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def parameters(document: dict, operation: dict) -> list[dict]:
    return [resolved(document, p["$ref"]) if "$ref" in p else p for p in operation["parameters"]]


def test_it_is_version_3_0_3_at_the_base(document):
    assert (document["openapi"], document["servers"]) == ("3.0.3", [{"url": BASE}])


def test_each_collection_has_paths_of_its_own(document):
    for record in RECORDS:
        here = f"/collections/{record.id}"
        assert {here, f"{here}/items", f"{here}/items/{{featureId}}"} <= set(document["paths"])


def test_qgis_finds_the_limit_by_reference(document):
    items = document["paths"]["/collections/thefts-0123456789/items"]["get"]
    assert {"$ref": "#/components/parameters/limit"} in items["parameters"]
    schema = document["components"]["parameters"]["limit"]["schema"]
    assert (schema["maximum"], schema["default"]) == (10_000, 1_000)


def test_every_query_parameter_says_its_style(document):
    asked = [
        p for operation in operations(document) for p in parameters(document, operation) if p["in"] == "query"
    ]
    assert asked
    assert all((p["style"], p["explode"]) == ("form", False) for p in asked)


def test_every_reference_leads_somewhere(document):
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)):
        assert resolved(document, reference)


def test_every_operation_has_its_own_name_and_answers(document):
    names = [each["operationId"] for each in operations(document)]
    assert len(names) == len(set(names))
    assert all("200" in each["responses"] and each["summary"] for each in operations(document))


def test_path_parameters_are_declared(document):
    for path, each in document["paths"].items():
        declared = {p["name"] for p in parameters(document, each["get"]) if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))


def test_component_names_have_only_allowed_signs(document):
    for kind in document["components"].values():
        assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in kind)


def test_no_property_looks_like_a_moment(document):
    # GDAL turns a comparison on a date property into datetime= and trusts the answer.
    for record in RECORDS:
        schema = document["components"]["schemas"][f"layer.{record.id}"]
        fields = schema["properties"]["properties"]["properties"].values()
        assert not any("format" in each for each in fields)


def test_filters_on_fields_are_offered(document):
    names = {p["name"] for each in operations(document) for p in parameters(document, each)}
    assert {field.name for record in RECORDS for field in record.fields} <= names


def test_no_collection_is_a_document_too():
    assert set(openapi((), BASE, version="0")["paths"]) == {
        *("/", "/api", "/conformance", "/collections", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad")
    }


def test_text_stays_literal(hostile):
    record = Collection(id="a", title=hostile)
    document = json.loads(json.dumps(openapi([record], BASE, version="0")))
    assert document["paths"]["/collections/a"]["get"]["summary"] == hostile
