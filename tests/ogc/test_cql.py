"""A filter names properties of the collection only, and its types agree; what is refused is told why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely

from hotspot.analysis.methods import Field
from hotspot.crs import project_shapes
from hotspot.errors import ParameterError
from hotspot.ogc import cql
from hotspot.ogc.collection import CRS84, WEB_MERCATOR
from hotspot.ogc.cql_tree import And, Compare, Constant, Folded, In, Like, Literal, Moment, Not, Property
from tests.ogc.filtered import FIELDS, columns, matched

UTM_16 = "http://www.opengis.net/def/crs/EPSG/0/32616"


def tree(text: str) -> object:
    return cql.read(text, fields=FIELDS).tree


def test_a_tree_says_in_one_way_what_cql2_says_in_many() -> None:
    rank, seven = Property("rank", "number"), Literal(7.0)
    assert tree("rank BETWEEN 1 AND 7") == And(
        (Compare(">=", rank, Literal(1.0)), Compare("<=", rank, seven))
    )
    assert tree("district NOT LIKE 'B%'") == Not(Like(Property("district", "text"), "B%"))
    assert tree("rank IN (7, 7, 3)") == In(rank, (seven, Literal(3.0)))
    assert tree("rank < 3 + 4") == Compare("<", rank, seven)
    assert tree("1 < 2") == Constant(True)
    assert tree("CASEI(ACCENTI(district)) = CASEI(ACCENTI('É'))") == Compare(
        "=", Folded(Property("district", "text"), case=True, accents=True), Literal("e")
    )


def test_a_time_is_compared_by_its_moments() -> None:
    start, end = datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    first = Moment("last_incident")
    for text in ("last_incident > DATE('2026-01-31')", "last_incident > '2026-01-31'"):
        assert tree(text) == Compare(">", first, Literal(end))
    assert tree("T_BEFORE(last_incident, DATE('2026-01-31'))") == Compare(
        "<", Moment("last_incident", last=True), Literal(start)
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("density > 1", "'density' is not a property of this collection. It has: rank, incidents, pai, "),
        ("Rank > 1", "'Rank' is not a property"),
        ("rank = 'x'", "rank is a number, 'x' is a text; = takes values of one kind"),
        ("district > 3", "district is a text, 3.0 is a number; > takes"),
        ("rank IN (1, 'a')", "rank is a number, 'a' is a text; IN takes"),
        ("rank BETWEEN 'a' AND 'b'", "rank is a number, 'a' is a text; BETWEEN takes"),
        ("rank LIKE '1%'", "rank is a number; LIKE takes a text"),
        ("district LIKE rank", "LIKE takes a pattern in single quotes"),
        ("rank = TRUE", "rank is a number, True is true or false"),
        ("rank", "rank is a number, which is no condition by itself"),
        ("district", "district is a text, which is no condition"),
        ("rank = NULL", "write IS NULL"),
        ("'a'", "a condition such as incidents >= 5 is missing"),
        ("rank + district > 1", r"district is a text; \+ takes numbers"),
        ("rank = 1e999", "too large"),
        ("rank = 1 / 0", "too large, or divided by 0"),
        ("CASEI(rank) = 'x'", "CASEI takes one text"),
        ("AVG(rank) > 1", "AVG does not go there, or is no function here; there are CASEI, .*T_STARTS"),
        ("A_CONTAINS(rank, rank)", "A_CONTAINS does not go there"),
        ("last_incident = 'yesterday'", "'yesterday' is not a day"),
        ("last_incident > 3", "last_incident is a time, 3.0 is a number"),
        ("last_incident LIKE '2026%'", "last_incident is a time; LIKE takes a text"),
        ("last_incident = DATE('2026-02-30')", r"DATE is written like DATE\('2026-01-31'\); got '2026-02"),
        ("last_incident = TIMESTAMP('2026-02-03')", "TIMESTAMP is written like"),
        ("last_incident = INTERVAL('2026-01-01', '..')", "intervals are compared by T_ functions"),
        ("T_AFTER(rank, DATE('2026-01-01'))", "rank is a number; T_AFTER takes times"),
        ("T_AFTER(last_incident)", "T_AFTER takes two times"),
        ("T_DURING(last_incident, INTERVAL('2026-02-01', '2026-01-01'))", "must not end before it starts"),
        ("T_DURING(last_incident, INTERVAL('2026-02-01'))", "INTERVAL takes two times"),
        ("T_DURING(last_incident, INTERVAL(rank, '..'))", "INTERVAL takes two times"),
        ("geometry = 1", "geometry is asked of by S_INTERSECTS"),
        ("S_INTERSECTS(rank, POINT(0 0))", "S_ functions take geometry and a shape"),
        ("S_INTERSECTS(geometry, geometry)", "not geometry twice"),
        ("S_INTERSECTS(geometry)", "S_INTERSECTS takes geometry and a shape"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "a shape that cannot be read"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "not valid: Self-intersection"),
        ("S_INTERSECTS(geometry, POINT(17.5 -95))", "outside of the world: longitude comes first"),
        ("S_INTERSECTS(geometry, BBOX(1000000,1000000,2000000,2000000))", "outside of the world"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3))", "BBOX takes 4 numbers"),
        ("S_INTERSECTS(geometry, BBOX(1, 5, 3, 4))", "BBOX goes from low to high"),
        ("S_INTERSECTS(geometry, POINT(1e400 0))", "not valid: Invalid Coordinate"),
        ("in(1, 2)", "IN does not go there"),
        ("and(rank = 1)", "AND does not go there"),
        ("between(1, 2)", "BETWEEN does not go there"),
        ("isNull()", "ISNULL does not go there"),
        ("div(1) = 1", "DIV does not go there"),
        ("(rank = 1) > (rank = 2)", "conditions are compared by = and <>"),
        ("-" * 60 + "rank = 1", "more than 32 levels deep"),
        ("NOT " * 60 + "rank = 1", "more than 32 levels deep"),
        ("INTERVAL(" * 60 + "rank" + ", '..')" * 60 + " = rank", "more than 32 levels deep"),
        (" OR ".join(["rank = 1"] * 300), "more than 400 names, conditions and functions"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason) as caught:
        cql.read(text, fields=FIELDS)
    assert caught.value.parameter == "filter"
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("shape", ["BBOX(-1e300, -90, 1e300, 90)", "LINESTRING(0 0, 1e10 0)"])
def test_a_shape_further_than_the_world_is_refused_in_metres_too(shape: str) -> None:
    for crs in (UTM_16, WEB_MERCATOR):
        with pytest.raises(ParameterError, match="outside of the world"):
            matched(f"S_INTERSECTS(geometry, {shape})", crs=crs)


def test_chains_as_qgis_writes_them_and_long_lists_are_read() -> None:
    chain = "rank = 0"
    for number in range(60):
        chain = f"({chain} OR rank = {number})"
    assert matched(chain) == [1, 2, 3, 4, 5, 6]
    assert matched(f"rank IN ({', '.join(map(str, range(2, 3000)))})") == [2, 3, 4, 5, 6]


def test_what_qgis_sends_is_understood() -> None:
    assert matched("((\"rank\" > 1) AND (NOT (district = 'O''Neil')))") == [3, 5, 6]
    assert matched("(CASEI(district) LIKE CASEI('B%'))") == [1, 5]
    assert matched("(\"last_incident\" >= DATE('2026-02-01'))") == [2, 5]
    assert matched("\"last_incident\" > TIMESTAMP('2026-01-31T12:00:00.000Z')") == [2, 5]
    assert matched("(rank > ( - (-4)))") == [5, 6]
    assert matched("district NOT IN ('B1','')") == [2, 3, 5]


def test_what_gdal_3_6_sends_is_understood() -> None:
    assert matched("((rank >= 2) AND (rank <= 3)) OR (district ILIKE 'B_')") == [1, 2, 3]
    assert matched("last_incident >= '2026-02-01T00:00:00Z'") == [2, 5]
    assert matched("NOT ((pai IS NULL))") == [1, 3, 4, 5, 6]


def test_shapes_are_read_in_the_reference_system_of_filter_crs() -> None:
    # The middle of the first feature, 87.875 W 17.625 N.
    for crs, x, y in (
        (CRS84, -87.875, 17.625),
        (WEB_MERCATOR, -9782200.25, 1994017.0),
        (UTM_16, 407150.0, 1948900.0),
    ):
        for shape in (f"POINT({x} {y})", f"BBOX({x},{y},{x + 1e-4},{y + 1e-4})"):
            text = f"S_INTERSECTS(geometry, {shape})"
            assert matched(text, crs=crs) == [1], (crs, shape)


@pytest.mark.parametrize("top", range(1_935_000, 1_940_001, 250))
def test_straight_edges_in_metres_stay_straight_there(top: int) -> None:
    # A parallel runs northward from the middle of its zone, so a wide flat box meets some squares only.
    box = (390_000, 1_900_000, 1_500_000, top)
    there = shapely.intersects(project_shapes(columns().shapes, "EPSG:32616"), shapely.box(*box))
    text = f"S_INTERSECTS(geometry, BBOX({','.join(map(str, box))}))"
    expected = [number + 1 for number, met in enumerate(there.tolist()) if met]
    assert matched(text, crs=UTM_16) == expected


def test_truth_values_are_conditions_and_can_be_compared() -> None:
    fields = (*FIELDS, Field("hot", "boolean", "Hot"))  # type: ignore[arg-type]
    hot = Property("hot", "boolean")
    assert cql.read("hot", fields=fields).tree == Compare("=", hot, Literal(True))
    assert cql.read("NOT hot", fields=fields).tree == Not(Compare("=", hot, Literal(True)))
    assert cql.read("hot IN (true)", fields=fields).tree == In(hot, (Literal(True),))


def test_the_same_filter_is_read_once() -> None:
    assert cql.read("rank = 1", fields=FIELDS) is cql.read("rank = 1", fields=FIELDS)
