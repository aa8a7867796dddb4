"""The shapes of the HTTP API: what goes in and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marshmallow import Schema, fields, validate

from hotspot.analysis.methods import METHODS, REPORTS
from hotspot.analysis.question import POINT_PRECISIONS, WEEKDAYS

if TYPE_CHECKING:
    from hotspot.parameters import Parameters, Spec


def _said(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


class ProblemSchema(Schema):
    """What went wrong, as RFC 9457 has it."""

    type = fields.String(metadata=_said("Always about:blank; the title tells the kind."))
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata=_said("The rule, the value that broke it and the remedy."))
    remedies = fields.List(fields.String(), metadata=_said("What would help, the most useful first."))
    request_id = fields.String(required=True, metadata=_said("Also in the log of the service."))


class DatasetSchema(Schema):
    """A stream of incidents of one agency."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    timezone = fields.String(required=True, metadata=_said("IANA zone in which its times are told."))
    area = fields.String(required=True, metadata=_said("Boundary set that places it; empty without one."))
    date_order = fields.String(allow_none=True)
    columns = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata=_said("Source column by field, as corrected.")
    )
    created_at = fields.AwareDateTime(required=True)
    incidents = fields.Integer(required=True)
    first = fields.AwareDateTime(allow_none=True, metadata=_said("Earliest moment of its incidents."))
    last = fields.AwareDateTime(allow_none=True, metadata=_said("Latest moment of its incidents."))


class ImportSchema(Schema):
    """One file that went into one dataset."""

    id = fields.Integer(required=True)
    dataset = fields.String(required=True)
    filename = fields.String(required=True)
    sha256 = fields.String(required=True)
    imported_at = fields.AwareDateTime(required=True)
    rows = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    duplicate = fields.Integer(required=True)
    set_aside = fields.Integer(required=True)
    replaced_by = fields.Integer(
        allow_none=True, metadata=_said("The later reading of the same file, if any.")
    )
    report = fields.Dict(required=True, metadata=_said("The data-quality report."))


class ReceivedSchema(Schema):
    """What became of a file that was sent."""

    import_id = fields.Integer(required=True)
    dataset = fields.String(required=True)
    already = fields.Boolean(
        required=True, metadata=_said("Whether it had been imported before: nothing changed.")
    )
    rows = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    duplicate = fields.Integer(required=True)
    set_aside = fields.Integer(required=True)
    report = fields.Dict(required=True, metadata=_said("The data-quality report."))


class ReadingSchema(Schema):
    """How a file is to be read; what is left out is as the dataset remembers it."""

    filename = fields.String(validate=validate.Length(max=255), metadata=_said("What the file is called."))
    title = fields.String(
        validate=validate.Length(max=120), metadata=_said("What to call the dataset on pages.")
    )
    area = fields.String(metadata=_said("Boundary set that places the incidents, such as BZ."))
    timezone = fields.String(metadata=_said("IANA zone of times without one, such as America/Belize."))
    date_order = fields.String(
        validate=validate.OneOf(["dmy", "mdy", "ymd"]), metadata=_said("Order of dates such as 03/04/2026.")
    )
    column = fields.List(
        fields.String(),
        metadata=_said(
            "field=Column, where the guess is wrong; may be repeated.", example=["offence=Crime type"]
        ),
    )


class LayerEntrySchema(Schema):
    """A published layer in a list; its features are under /ogc/collections."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    method = fields.String(required=True)
    dataset = fields.String(required=True)
    area = fields.String(required=True)
    start = fields.String(allow_none=True)
    end = fields.String(allow_none=True)
    bbox = fields.List(
        fields.Float(), allow_none=True, metadata=_said("West, south, east, north in degrees.")
    )
    n_features = fields.Integer(required=True)
    audience = fields.String(
        required=True, metadata=_said("local, or public: pages of other sites may read it too.")
    )
    audience_by = fields.String(allow_none=True, metadata=_said("Who chose the audience."))
    audience_at = fields.AwareDateTime(allow_none=True)
    content_hash = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)
    question = fields.Dict(required=True)
    summary = fields.Dict(required=True)


class LayerSchema(LayerEntrySchema):
    """A published layer with everything there is to know of it."""

    provenance = fields.Dict(required=True)
    hotspots = fields.List(fields.Dict(), required=True, metadata=_said("The ranked table, best first."))


class AskedSchema(Schema):
    """What to ask of which incidents."""

    dataset = fields.String(required=True)
    parameters = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata=_said(
            "Of the method or report; what is left out is default. See the schemas named Parameters."
        ),
    )
    area = fields.String(
        metadata=_said("BZ, BZ/BZ-BZ,BZ-CY, or hull (flagged); left out: the dataset's own.")
    )
    offences = fields.List(fields.String(), load_default=list, metadata=_said("As recorded; none is all."))
    start = fields.Date(load_default=None, allow_none=True, metadata=_said("First local day."))
    end = fields.Date(load_default=None, allow_none=True, metadata=_said("Last local day, included."))
    hours = fields.List(
        fields.Integer(strict=True),
        load_default=None,
        allow_none=True,
        validate=validate.Length(equal=2),
        metadata=_said("From and to hour of the local day; 22, 6 is a night."),
    )
    weekdays = fields.List(fields.String(validate=validate.OneOf(WEEKDAYS)), load_default=list)
    precision = fields.String(
        load_default="exact",
        validate=validate.OneOf(POINT_PRECISIONS),
        metadata=_said("exact: with coordinates only; place: also those at the middle of a named town."),
    )
    harm = fields.Dict(
        keys=fields.String(),
        values=fields.Float(validate=validate.Range(min=0)),
        load_default=dict,
        metadata=_said(
            "What an incident of an offence as recorded, or of an ICCS code, weighs; * is all others. "
            "Every incident weighs 1 without.",
            example={"Murder": 5475, "*": 1},
        ),
    )
    title = fields.String(load_default="", validate=validate.Length(max=120))
    force = fields.Boolean(
        load_default=False, metadata=_said("Answer even if the data are too thin; marked.")
    )


class QuestionSchema(AskedSchema):
    """What to ask of which incidents, by which method."""

    method = fields.String(load_default="gi_star", validate=validate.OneOf(list(METHODS)))


class FieldSchema(Schema):
    """One column of a table."""

    name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(["integer", "number", "string"]))
    title = fields.String(required=True)
    unit = fields.String(required=True)
    doc = fields.String(required=True)


class TableSchema(Schema):
    """One table: its columns, its rows, and what it says."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    note = fields.String(required=True, metadata=_said("What the table says, in a sentence."))
    fields_ = fields.List(fields.Nested(FieldSchema), required=True, data_key="fields", attribute="fields")
    rows = fields.List(
        fields.List(fields.Raw()), required=True, metadata=_said("Values in the order of the columns.")
    )
    chart = fields.Dict(allow_none=True, metadata=_said("How to draw it; null if that does not help."))
    csv = fields.String(metadata=_said("Where the table is as CSV."))
    svg = fields.String(allow_none=True, metadata=_said("Where its chart is."))


class ReportSchema(Schema):
    """An answer in sentences and tables."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    sentences = fields.List(fields.String(), required=True, metadata=_said("The most important first."))
    tables = fields.List(fields.Nested(TableSchema), required=True)
    decisions = fields.List(fields.Dict(), required=True, metadata=_said("Every automatic choice, and why."))
    warnings = fields.List(fields.String(), required=True)
    about = fields.Dict(required=True, metadata=_said("Question, parameters used, rows, software."))


class SinceSchema(Schema):
    """Which earlier layer."""

    since = fields.String(required=True, metadata=_said("Id of the earlier layer."))


def parameter_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each method's parameters, by the name it has in the document."""
    return {f"Parameters_{name}": _parameters(method.parameters) for name, method in METHODS.items()}


def report_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each report's parameters, by the name it has in the document."""
    return {f"Parameters_{name}": _parameters(kind.parameters) for name, kind in REPORTS.items()}


def _parameters(kind: type[Parameters]) -> dict[str, Any]:
    defaults = kind.defaults()
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "additionalProperties": False,
        "properties": {name: _property(spec, defaults[name]) for name, spec in kind.specs().items()},
    }


def _property(spec: Spec, default: Any) -> dict[str, Any]:
    automatic = f" Left out: {spec.automatic}." if spec.automatic else ""
    unit = f" Unit: {spec.unit}." if spec.unit else ""
    found: dict[str, Any] = {"description": f"{spec.doc}{unit}{automatic}", **_TYPES[spec.kind]}
    if spec.options and spec.kind == "words":
        found["items"] = {"type": "string", "enum": list(spec.options)}
    elif spec.options:
        found["enum"] = list(spec.options)
    if spec.at_least is not None:
        found["minimum"] = spec.at_least
    if spec.at_most is not None:
        found["maximum"] = spec.at_most
    if default is not None:
        found["default"] = list(default) if isinstance(default, tuple) else default
    elif spec.automatic:
        found["nullable"] = True
    return found


_TYPES: Final[dict[str, dict[str, Any]]] = {
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "choice": {"type": "string"},
    "words": {"type": "array", "items": {"type": "string"}},
    "day": {"type": "string", "format": "date"},
}
"""The JSON type of each kind of parameter."""
