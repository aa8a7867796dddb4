from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import geopandas
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from hotspot.analysis.layer import Layer, layer_id, slug
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.errors import InputError
from tests.analysis.conftest import ZONE

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


@pytest.fixture(scope="module", params=["gi_star", "dbscan"])
def layer(request: pytest.FixtureRequest, twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """One layer of each method."""
    return run(Question(area="twins", method=request.param), town, boundary_set=twins, timezone=ZONE)


def test_a_layer_comes_back_from_its_bytes_whole(layer: Layer) -> None:
    back = Layer.from_parquet(layer.to_parquet())
    assert (back.id, back.title, back.method) == (layer.id, layer.title, layer.method)
    assert_geodataframe_equal(back.features, layer.features)
    pd.testing.assert_frame_equal(back.hotspots, layer.hotspots)
    assert back.summary == layer.summary
    assert back.provenance == layer.provenance
    assert back.content_hash == layer.content_hash
    assert back.to_parquet() == layer.to_parquet()


def test_other_readers_of_geoparquet_see_the_features(layer: Layer) -> None:
    frame = geopandas.read_parquet(io.BytesIO(layer.to_parquet()))
    assert frame["id"].tolist() == list(range(1, len(layer) + 1))
    assert frame.crs.to_string() == "OGC:CRS84"
    assert frame.geometry.geom_equals_exact(
        layer.features.geometry.set_crs(frame.crs, allow_override=True), 0
    ).all()


def test_the_features_have_the_fields_of_the_method_in_order(layer: Layer) -> None:
    assert list(layer.features) == [field["name"] for field in layer.fields] + ["geometry"]
    assert layer.features.crs.to_epsg() == 4326
    assert layer.features.dtypes["id"] == "int64"


def test_summary_and_provenance_are_plain_values(layer: Layer) -> None:
    for part in (layer.summary, layer.provenance, layer.hotspot_records):
        assert json.loads(json.dumps(part, allow_nan=False)) == part


def test_bytes_that_are_no_layer_are_refused(layer: Layer) -> None:
    other = io.BytesIO()
    pd.DataFrame({"a": [1]}).to_parquet(other)
    for data in (b"", b"PAR1 but no more", layer.to_parquet()[:200], other.getvalue()):
        with pytest.raises(InputError, match="not a hotspot layer"):
            Layer.from_parquet(data)


def test_an_id_tells_different_questions_data_and_versions_apart() -> None:
    ids = {layer_id("Theft", *parts) for parts in (("a", "b"), ("ab", ""), ("", "ab"), ("a", "b", "c"))}
    assert len(ids) == 4
    assert all(name.startswith("theft-") for name in ids)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", "layer"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 60, "a" * 40),
        ("word " * 20, "word-word-word-word-word-word-word-word"),
        ("地震", "layer"),
    ],
)
def test_a_slug_is_safe_in_an_address_and_short(title: str, expected: str) -> None:
    assert slug(title) == expected
    assert len(slug(title)) <= 40
