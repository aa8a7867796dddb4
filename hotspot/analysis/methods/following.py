"""Methods that look at which incidents follow one another, near in place and in time."""

from __future__ import annotations

from typing import Final

from hotspot import parameters
from hotspot.analysis.methods.fields import (
    AREA,
    DISTRICT,
    DISTRICT_NAME,
    HARM,
    ID,
    INCIDENTS,
    LAST,
    RANK,
    RANKED,
    SHARE,
)
from hotspot.analysis.methods.method import Field, Method

_CAUSES: Final = Field(
    "incidents", "integer", "Incidents", "incidents", "Incidents that put the place at risk."
)
_DURING: Final = Field("incidents", "integer", "Incidents", "incidents", "Incidents inside during its days.")
_AT_RISK: Final = (
    Field(
        "risk",
        "number",
        "Risk",
        "times",
        "Largest ratio of its bands, at most 1,000: how many times as many pairs of incidents there are as "
        "chance would make.",
    ),
    Field("from_day", "string", "From", doc="First day at risk, ISO 8601."),
    Field("until", "string", "Until", doc="Last day at risk, ISO 8601."),
)


def _ranked(incidents: Field) -> tuple[Field, ...]:
    """Return the columns of every ranked table, saying which incidents are meant."""
    return tuple(incidents if each is INCIDENTS else each for each in RANKED)


NEAR_REPEAT: Final = Method(
    name="near_repeat",
    title="Near repeat",
    short="Near repeat",
    summary="Places where another incident is likelier in the next days, because one happened nearby.",
    parameters=parameters.NearRepeat,
    make="hotspot.analysis.makers.near_repeat:make",
    style="ramp",
    colour_by="risk",
    noun="hotspots",
    fields=(
        ID,
        RANK,
        _CAUSES,
        HARM,
        *_AT_RISK,
        SHARE,
        AREA,
        DISTRICT,
        DISTRICT_NAME,
        LAST,
    ),
    hotspot_fields=(*_ranked(_CAUSES), *_AT_RISK),
)

_CLUSTER: Final = (
    Field(
        "expected",
        "number",
        "Expected",
        "incidents",
        "Incidents that its place and its days would have, had they nothing to do with each other.",
    ),
    Field("ratio", "number", "Ratio", "times", "Incidents over expected ones."),
    Field("llr", "number", "Log likelihood ratio", doc="How far from chance; the larger, the further."),
    Field(
        "p",
        "number",
        "p",
        doc="How often shuffled times make a cluster anywhere that is as unlikely: it allows for all the "
        "circles and days that were looked at.",
    ),
    Field(
        "recurrence_days",
        "number",
        "Recurrence",
        "days",
        "How often chance alone would raise such an alarm, were the scan made anew after each step; "
        "empty where clusters of any time were looked for.",
    ),
    Field("start", "string", "Start", doc="First day, ISO 8601."),
    Field("end", "string", "End", doc="Last day, ISO 8601."),
    Field("radius_m", "number", "Radius", "m", "Distance of the furthest place in it from the middle."),
)

SCAN: Final = Method(
    name="scan",
    title="Space-time scan",
    short="Scan",
    summary="Circles with more incidents during some days than the place and the days explain: outbreaks.",
    parameters=parameters.Scan,
    make="hotspot.analysis.makers.scan:make",
    style="ramp",
    colour_by="ratio",
    noun="hotspots",
    fields=(
        ID,
        RANK,
        _DURING,
        HARM,
        *_CLUSTER,
        SHARE,
        AREA,
        DISTRICT,
        DISTRICT_NAME,
        LAST,
    ),
    hotspot_fields=(*_ranked(_DURING), *_CLUSTER),
)
