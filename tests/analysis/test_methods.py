from __future__ import annotations

import pytest

from hotspot.analysis.methods import METHODS, Method

CONTRACT = {
    "gi_star": [
        "id", "incidents", "neighbours", "neighbour_incidents", "share_inside", "density", "z", "p",
        "p_adjusted", "p_normal", "class", "hotspot", "district", "district_name",
    ],
    "dbscan": [
        "id", "rank", "incidents", "locations", "share", "area_km2", "density", "pai", "district",
        "district_name", "top_offence", "top_offence_share", "last_incident",
    ],
}  # fmt: skip


def test_the_features_of_each_method_have_these_fields() -> None:
    assert {name: [field.name for field in method.fields] for name, method in METHODS.items()} == CONTRACT


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_every_row_of_the_table_names_a_maker_that_exists(method: Method) -> None:
    assert callable(method.maker())
    assert method.style in {"classes", "density"}
    assert method.summary.endswith(".")


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_every_field_says_what_it_means(method: Method) -> None:
    for field in (*method.fields, *method.hotspot_fields):
        assert field.title
        assert field.doc.endswith(".")
