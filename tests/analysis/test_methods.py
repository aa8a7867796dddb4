from __future__ import annotations

import pytest

from hotspot.analysis.methods import METHODS, REPORTS, Method
from hotspot.analysis.methods.fields import RANKED

PUBLISHED = {
    "gi_star": {
        "id", "incidents", "neighbours", "neighbour_incidents", "share_inside", "density", "z", "p",
        "p_adjusted", "p_normal", "class", "hotspot", "district", "district_name",
    },
    "dbscan": {
        "id", "rank", "incidents", "locations", "share", "area_km2", "density", "pai", "district",
        "district_name", "top_offence", "top_offence_share", "last_incident",
    },
}  # fmt: skip
"""Names that tools of others go by: none may be lost."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_field_that_was_published_is_lost(name: str) -> None:
    assert PUBLISHED[name] - {field.name for field in METHODS[name].fields} == set()


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_what_colours_a_layer_is_one_of_its_fields(method: Method) -> None:
    assert method.colour_field.name == method.colour_by
    assert method.style in {"classes", "ramp", "diverging", "categories"}
    assert (method.colour_field.type == "string") == (method.style == "categories")


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_every_layer_has_what_all_layers_have(method: Method) -> None:
    names = [field.name for field in method.fields]
    assert names[0] == "id" and len(set(names)) == len(names)
    assert {"incidents", "harm", "district", "district_name"} <= set(names)
    # The same columns; which incidents are meant may differ.
    assert [(each.name, each.type, each.unit) for each in method.hotspot_fields[: len(RANKED)]] == [
        (each.name, each.type, each.unit) for each in RANKED
    ]
    assert method.noun in {"cells", "hotspots", "districts"}


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_every_row_of_the_table_names_a_maker_that_exists(method: Method) -> None:
    assert callable(method.maker())
    assert callable(method.forecaster()) if method.forecast else not method.forecast
    assert method.summary.endswith(".")


@pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
def test_every_field_says_what_it_means(method: Method) -> None:
    for field in (*method.fields, *method.hotspot_fields):
        assert field.title
        assert field.doc.endswith(".")


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_names_a_maker_that_exists(name: str) -> None:
    assert callable(REPORTS[name].maker())
    assert REPORTS[name].summary.endswith(".")
    assert not set(REPORTS) & set(METHODS)
