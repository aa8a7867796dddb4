# mypy: disable-error-code="untyped-decorator"
"""The HTTP API under ``/api/v1``: send files, ask questions, read what there is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import flask_smorest
from flask import Flask, Response, url_for
from marshmallow import RAISE, missing

from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import Question
from hotspot.errors import InputError, ParameterError
from hotspot.web import uploads
from hotspot.web.api_schemas import (
    DatasetSchema,
    ImportSchema,
    LayerEntrySchema,
    LayerSchema,
    ProblemSchema,
    QuestionSchema,
    ReadingSchema,
    ReceivedSchema,
    parameter_schemas,
    report_schemas,
)
from hotspot.web.pages import csrf
from hotspot.web.pages.imports import sent_rejects
from hotspot.web.problems import PROBLEM_JSON
from hotspot.web.site import catalogue, store
from hotspot.web.turns import turn
from hotspot.web.wording import installed_version

if TYPE_CHECKING:
    from hotspot.service.intake import ImportResult
    from hotspot.service.store import Dataset, Import, LayerRecord

PREFIX = "/api/v1"

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SENT = {
    "requestBody": {
        "required": True,
        "description": "The file itself, or a form with the file in its field 'file'.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "text/csv": _BINARY,
            "application/geo+json": _BINARY,
            "application/gzip": _BINARY,
            "application/octet-stream": _BINARY,
        },
    }
}


class Parser(flask_smorest.Blueprint.ARGUMENTS_PARSER.__class__):  # type: ignore[misc]
    """Reads requests; JSON too deep or with numbers too long is refused as any other that is none."""

    # A misspelt option must not be passed over in silence.
    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar = {"json": None, "query": RAISE}

    def load_json(self, req: Any, schema: Any) -> Any:
        """Return the body as plain values."""
        try:
            given = super().load_json(req, schema)
            # Half of a character (\\ud800) is valid JSON and no text: no file or database would take it.
            if given is not missing:
                json.dumps(given, ensure_ascii=False).encode()
        except (RecursionError, ValueError):
            msg = (
                "The body is not JSON that this service reads: nested too deeply, a number too long, or "
                "half of a character."
            )
            raise InputError(msg) from None
        return given


class _Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = Parser()


blueprint = _Blueprint("api", __name__, url_prefix=PREFIX)


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with our own table of errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to ``problems``."""

    def _openapi_json(self) -> Response:
        document = self.spec.to_dict()
        for response in document["components"]["responses"].values():
            if "application/json" in response.get("content", {}):
                response["content"] = {PROBLEM_JSON: response["content"]["application/json"]}
        json: Response = self._app.json.response(document)
        return json


def install(app: Flask) -> None:
    """Add the API and its OpenAPI document."""
    app.config.update(
        API_TITLE="Hotspot",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        API_SPEC_OPTIONS={
            "info": {
                "description": "Crime incidents in, hotspot layers out. Features are under /ogc.",
                "version": installed_version(),
                "license": {"name": "MIT"},
            },
            "servers": [{"url": "/"}],
        },
    )
    # Their addresses belong to the same blueprint; they need what this module defines.
    from hotspot.web import api_answers, api_standing  # noqa: F401

    csrf.exempt(blueprint)
    api = Api(app)
    for name, schema in {**parameter_schemas(), **report_schemas()}.items():
        api.spec.components.schema(name, component=schema)
    api.register_blueprint(blueprint)


def problem(status: int) -> Any:
    """Return a decorator that documents what an address answers when something is wrong."""
    return blueprint.alt_response(status, schema=ProblemSchema, content_type=PROBLEM_JSON)


@blueprint.get("/datasets")
@blueprint.response(200, DatasetSchema(many=True))
def datasets() -> list[Dataset]:
    """List the datasets."""
    return list(store().datasets.list())


@blueprint.get("/datasets/<name>")
@blueprint.response(200, DatasetSchema)
@problem(404)
def dataset(name: str) -> Dataset:
    """Describe one dataset."""
    return store().datasets.get(name)


@blueprint.get("/datasets/<name>/imports")
@blueprint.response(200, ImportSchema(many=True))
@problem(404)
def imports(name: str) -> list[Import]:
    """List the imports of a dataset, the latest first."""
    store().datasets.get(name)
    return list(store().imports.list(name))


@blueprint.post("/datasets/<name>/imports")
@blueprint.arguments(ReadingSchema, location="query")
@blueprint.response(201, ReceivedSchema)
@blueprint.alt_response(200, schema=ReceivedSchema, description="Imported before; nothing changed.")
@problem(400)
@problem(413)
@problem(422)
@blueprint.doc(**_SENT)
def receive(reading: dict[str, Any], name: str) -> tuple[ImportResult, int, dict[str, str]]:
    """Import a file; everything of it, or nothing.

    The dataset is made when it is not there. Rows that cannot be used are set
    aside with the reason. The same file twice changes nothing.
    """
    from hotspot.service import intake

    with turn(), uploads.received() as upload:
        result = intake.import_file(
            store(),
            upload.path,
            dataset=name,
            filename=upload.filename,
            **uploads.options(reading, _columns(reading.get("column", ()))),
        )
    status = 200 if result.already else 201
    return result, status, {"Location": url_for("api.import_", import_id=result.import_id)}


@blueprint.get("/imports/<int(max=999999999):import_id>")
@blueprint.response(200, ImportSchema)
@problem(404)
def import_(import_id: int) -> Import:
    """Describe one import, with its data-quality report."""
    return store().imports.get(import_id)


@blueprint.get("/imports/<int(max=999999999):import_id>/rejects.csv")
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
@problem(404)
def rejects(import_id: int) -> Response:
    """Fetch the rows set aside, each with its reason."""
    return sent_rejects(import_id)


@blueprint.get("/layers")
@blueprint.response(200, LayerEntrySchema(many=True))
def layers() -> list[LayerRecord]:
    """List the published layers, the latest first."""
    return list(catalogue().layers())


@blueprint.get("/layers/<layer_id>")
@blueprint.response(200, LayerSchema)
@problem(404)
def layer(layer_id: str) -> LayerRecord:
    """Describe one layer, with its ranked table and provenance."""
    return catalogue().layer(layer_id)


@blueprint.post("/layers")
@blueprint.arguments(QuestionSchema)
@blueprint.response(201, LayerSchema)
@problem(400)
@problem(404)
@problem(422)
def ask(question: dict[str, Any]) -> tuple[LayerRecord, int, dict[str, str]]:
    """Ask a question: make a layer and publish it.

    The same question on the same data gives the same layer, byte for byte.
    """
    from hotspot.service import publish

    force = question.pop("force")
    own = store().datasets.get(question["dataset"])
    asked = Question.from_dict({"area": own.area or "hull", **question})
    with turn():
        record = publish.make_layer_in_child(store(), asked, force=force)
    return record, 201, {"Location": url_for("api.layer", layer_id=record.id)}


@blueprint.delete("/layers/<layer_id>")
@blueprint.response(204)
@problem(404)
def withdraw(layer_id: str) -> None:
    """Withdraw a layer: readers no longer see it, nothing is deleted."""
    from hotspot.service import publish

    publish.withdraw(store(), catalogue().layer(layer_id).id)


@blueprint.post("/layers/<layer_id>/restore")
@blueprint.response(200, LayerSchema)
@problem(404)
def restore(layer_id: str) -> LayerRecord:
    """Publish a withdrawn layer again; one that is published stays as it is."""
    from hotspot.service import publish

    return publish.restore(store(), layer_id)


@blueprint.get("/methods")
@blueprint.response(200, {"type": "array", "items": {"type": "object"}})
def methods() -> Response:
    """List the methods with their parameters, bounds and defaults."""
    from flask import jsonify

    schemas = parameter_schemas()
    return jsonify(
        [
            {
                "name": m.name,
                "title": m.title,
                "summary": m.summary,
                "parameters": schemas[f"Parameters_{m.name}"],
            }
            for m in METHODS.values()
        ]
    )


def _columns(pairs: list[str]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals:
            raise ParameterError(
                "column", f"column takes field=Column, such as offence=Crime type; got {pair!r}."
            )
        chosen[field.strip()] = column.strip()
    return chosen
