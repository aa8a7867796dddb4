"""What every part of the OpenAPI 3.0.3 document is made of: references, parameters, paths and answers."""

from __future__ import annotations

from typing import Any

from hotspot.ogc.links import HTML, JSON


def reference(kind: str, name: str) -> dict[str, str]:
    """Return a reference to a component.

    >>> reference("parameters", "limit")
    {'$ref': '#/components/parameters/limit'}
    """
    return {"$ref": f"#/components/{kind}/{name}"}


def in_query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter that may stand behind the question mark; a list has commas between."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def in_path(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter that is part of an address."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "style": "simple",
        "explode": False,
        "schema": schema,
    }


def form(*forms: str) -> dict[str, Any]:
    """Return the parameter ``f`` where it may say these."""
    schema = {"type": "string", "enum": list(forms)}
    return in_query("f", "Form of the answer, instead of the Accept header.", schema)


def get(
    operation: str,
    summary: str,
    parameters: list[dict[str, Any]],
    responses: dict[str, Any],
    *,
    tag: str = "Capabilities",
) -> dict[str, Any]:
    """Return a path that is read."""
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": responses,
        }
    }


def answers(
    schema: str, media_type: str = JSON, *, missing: bool = False, features: bool = False
) -> dict[str, Any]:
    """Return the answers of a path: the document in either form, and what can go wrong.

    Parameters
    ----------
    missing
        Whether what is asked for may not be there.
    features
        Whether the answer has coordinates, so that a header tells their CRS.
    """
    named = ("ETag", "Content-Crs") if features else ("ETag",)
    answer = {
        "description": "The document",
        "headers": {name: reference("headers", name) for name in named},
        "content": {
            media_type: {"schema": reference("schemas", schema)},
            HTML: {"schema": {"type": "string"}},
        },
    }
    return {"200": answer, **otherwise(missing=missing)}


def otherwise(*, missing: bool = True) -> dict[str, Any]:
    """Return the answers of a path besides the one that is asked for."""
    problems = ("400", "404", "500") if missing else ("400", "500")
    return {
        "304": reference("responses", "NotModified"),
        **{status: reference("responses", "Problem") for status in problems},
    }
