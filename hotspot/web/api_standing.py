# mypy: disable-error-code="untyped-decorator"
"""The part of the HTTP API about addresses that stay and who may read: standing questions, audiences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from marshmallow import Schema, fields, validate

from hotspot.analysis.question import Question
from hotspot.ogc.collection import AUDIENCES, LATEST
from hotspot.web.api import blueprint, problem
from hotspot.web.api_schemas import LayerSchema, QuestionSchema
from hotspot.web.site import base_url, catalogue, store
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from hotspot.service.store import LayerRecord, StandingQuestion


def _said(text: str) -> dict[str, str]:
    return {"description": text}


class StandingSchema(Schema):
    """A question that is asked again and again."""

    name = fields.String(required=True)
    question = fields.Dict(required=True)
    last = fields.Integer(
        required=True, allow_none=True, metadata=_said("Days of the window that ends with the data.")
    )
    answered_at = fields.AwareDateTime(required=True)
    latest = fields.String(
        required=True, allow_none=True, metadata=_said("Id of its newest published answer.")
    )
    layers = fields.List(
        fields.String(), required=True, metadata=_said("Its published answers, newest first.")
    )
    page = fields.String(required=True, metadata=_said("Leads to the page of the newest answer."))
    collection = fields.String(required=True, metadata=_said("Its features, for GIS tools."))


class StandingAskedSchema(QuestionSchema):
    """A question to keep under a name."""

    last = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        metadata=_said("Ask about so many days up to the last one of the data; then without start and end."),
    )


class AudienceSchema(Schema):
    """Who may read a layer."""

    audience = fields.String(
        required=True,
        validate=validate.OneOf(AUDIENCES),
        metadata=_said("public: pages of other sites too, refused while it shows 1 to 4 incidents."),
    )
    by = fields.String(
        load_default="",
        validate=validate.Length(max=120),
        metadata=_said("Name and office of who answers for it; needed for public."),
    )


@blueprint.get("/standing")
@blueprint.response(200, StandingSchema(many=True))
def standing() -> list[dict[str, Any]]:
    """List the standing questions: each has an address that always leads to its newest answer."""
    return [_plain(each) for each in catalogue().standing()]


@blueprint.get("/standing/<name>")
@blueprint.response(200, StandingSchema)
@problem(404)
def standing_question(name: str) -> dict[str, Any]:
    """Describe one standing question."""
    return _plain(store().standing.get(name))


@blueprint.put("/standing/<name>")
@blueprint.arguments(StandingAskedSchema)
@blueprint.response(201, LayerSchema)
@problem(400)
@problem(404)
@problem(422)
def keep_standing(asked: dict[str, Any], name: str) -> tuple[LayerRecord, int, dict[str, str]]:
    """Keep a question under a name and answer it: both, or neither.

    What had the name before is replaced; its layers stay.
    """
    from hotspot.service.standing import ask_in_child

    force, last = asked.pop("force"), asked.pop("last")
    own = store().datasets.get(asked["dataset"])
    question = Question.from_dict({"area": own.area or "hull", **asked})
    with turn():
        record = ask_in_child(store(), name, question, last_days=last, force=force)
    return record, 201, {"Location": url_for("api.layer", layer_id=record.id)}


@blueprint.post("/standing/<name>/run")
@blueprint.response(201, LayerSchema)
@problem(404)
@problem(422)
def run_standing(name: str) -> tuple[LayerRecord, int, dict[str, str]]:
    """Ask a standing question again, and let its address lead to the answer."""
    from hotspot.service.standing import ask_in_child

    with turn():
        record = ask_in_child(store(), name)
    return record, 201, {"Location": url_for("api.layer", layer_id=record.id)}


@blueprint.delete("/standing/<name>")
@blueprint.response(204)
@problem(404)
def remove_standing(name: str) -> None:
    """Forget a standing question and its address; the layers that answered it stay."""
    store().standing.remove(name)


@blueprint.put("/layers/<layer_id>/audience")
@blueprint.arguments(AudienceSchema)
@blueprint.response(200, LayerSchema)
@problem(400)
@problem(404)
@problem(409)
def audience(asked: dict[str, Any], layer_id: str) -> LayerRecord:
    """Let pages of other sites read a layer, or this machine alone; who chose that is kept with it."""
    from hotspot.service.audience import open_to

    return open_to(store(), layer_id, asked["audience"], by=asked["by"])


def _plain(each: StandingQuestion) -> dict[str, Any]:
    return {
        "name": each.name,
        "question": each.question,
        "last": each.last_days,
        "answered_at": each.answered_at,
        "latest": each.latest or None,
        "layers": list(each.layers),
        "page": base_url() + url_for("layers.latest", name=each.name),
        "collection": base_url() + url_for("ogc.collection", collection_id=LATEST + each.name),
    }
