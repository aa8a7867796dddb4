"""The tables, as the code uses them; ``migrations`` makes them, a test holds both together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

HEAD: Final = "0003"
"""Revision of the schema that this code speaks."""
APPLICATION_ID: Final = 0x48537074
"""Written into the file's head so that another program's database is not taken for a store."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

metadata = sa.MetaData()


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970 UTC: compact, sortable, the same in bulk and singly."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the whole microseconds of a moment."""
        return None if value is None else (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment, aware, UTC."""
        return None if value is None else EPOCH + value * _MICROSECOND


counter = sa.Table(
    "counter",
    metadata,
    sa.Column("value", sa.Integer, nullable=False),
)

dataset = sa.Table(
    "dataset",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("date_order", sa.Text),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

imports = sa.Table(
    "import",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("dataset.id", ondelete="CASCADE"), nullable=False),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("reading", sa.JSON, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("accepted", sa.Integer, nullable=False),
    sa.Column("updated", sa.Integer, nullable=False),
    sa.Column("duplicate", sa.Integer, nullable=False),
    sa.Column("set_aside", sa.Integer, nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
    sa.Column("rejects", sa.LargeBinary, nullable=False),
    sa.Column("imported_at", Moment, nullable=False),
    sa.Column("replaced_by", sa.ForeignKey("import.id")),
    sa.Index("import_file", "dataset_id", "sha256"),
)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("dataset.id", ondelete="CASCADE"), nullable=False),
    sa.Column("import_id", sa.ForeignKey("import.id"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("source_id", sa.Text),
    sa.Column("case_number", sa.Text),
    sa.Column("agency", sa.Text),
    sa.Column("offence", sa.Text),
    sa.Column("iccs", sa.Text),
    sa.Column("occurred_from", sa.BigInteger),
    sa.Column("occurred_to", sa.BigInteger),
    sa.Column("reported_at", sa.BigInteger),
    sa.Column("lon", sa.Float),
    sa.Column("lat", sa.Float),
    sa.Column("location_precision", sa.Text),
    sa.Column("snapped", sa.Integer, nullable=False),
    sa.Column("place", sa.Text),
    sa.Column("district", sa.Text),
    sa.Column("recorded_district", sa.Text),
    sa.Column("victim_sex", sa.Text),
    sa.Column("victim_age", sa.Float),
    sa.Column("weapon", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.UniqueConstraint("dataset_id", "key", name="incident_key"),
    sa.Index("incident_time", "dataset_id", "occurred_from", "occurred_to"),
    # Those that began before a stretch of time and may have happened within it.
    sa.Index(
        "incident_span",
        "dataset_id",
        "occurred_to",
        "occurred_from",
        sqlite_where=sa.text("occurred_to > occurred_from"),
    ),
)

layer = sa.Table(
    "layer",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("question", sa.JSON, nullable=False),
    sa.Column("summary", sa.JSON, nullable=False),
    sa.Column("provenance", sa.JSON, nullable=False),
    sa.Column("hotspots", sa.JSON, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("bbox", sa.JSON),
    sa.Column("n_features", sa.Integer, nullable=False),
    sa.Column("start", sa.Text),
    sa.Column("end", sa.Text),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("audience_by", sa.Text),
    sa.Column("audience_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
)

layer_file = sa.Table(
    "layer_file",
    metadata,
    sa.Column("layer_id", sa.ForeignKey("layer.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("gzipped", sa.Boolean, nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

boundary_set = sa.Table(
    "boundary_set",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("districts", sa.Integer, nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("geojson", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

site_file = sa.Table(
    "site_file",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("gzipped", sa.Boolean, nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

standing = sa.Table(
    "standing",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("question", sa.JSON, nullable=False),
    sa.Column("last_days", sa.Integer),
    sa.Column("force", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("answered_at", Moment, nullable=False),
)

standing_answer = sa.Table(
    "standing_answer",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("name", sa.ForeignKey("standing.name", ondelete="CASCADE"), nullable=False),
    sa.Column("layer_id", sa.ForeignKey("layer.id", ondelete="CASCADE"), nullable=False),
    sa.UniqueConstraint("name", "layer_id", name="standing_layer"),
)
