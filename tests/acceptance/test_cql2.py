"""CQL2 (OGC 21-065r2) over every kind of collection: the abstract tests of each class that is claimed."""

from __future__ import annotations

import itertools
import random

import pytest
import shapely

from tests.acceptance.filtering import Filtered, scalars

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
OPERATORS = ("=", "<>", ">", "<", ">=", "<=")


def test_the_classes_are_declared(service: Filtered) -> None:
    declared = {name for name in service.api.get("/conformance")["conformsTo"] if name.startswith(CQL2)}
    assert declared == {
        f"{CQL2}/{name}"
        for name in (
            "cql2-text", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
            "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-operators",
            "basic-spatial-functions-plus", "spatial-functions", "temporal-functions",
            "property-property", "arithmetic",
        )
    }  # fmt: skip


# CQL2: /conf/basic-cql2


def test_conf_basic_cql2_comparison(service: Filtered) -> None:
    for collection in service.kinds:
        for name, value in scalars(service.asked_of[collection]).items():
            found = {op: service.ids(collection, filter=f'"{name}" {op} {value}') for op in OPERATORS}
            assert not found["="] & found["<>"]
            assert not found[">"] & found["<="]
            assert not found["<"] & found[">="]
            assert found["="] | found["<>"] == service.ids(collection, filter=f'"{name}" IS NOT NULL')


def test_conf_basic_cql2_is_null(service: Filtered) -> None:
    for collection in service.kinds:
        for name in service.asked_of[collection]:
            missing = service.ids(collection, filter=f"{name} IS NULL")
            assert not missing & service.ids(collection, filter=f"{name} is not null")


def test_conf_basic_cql2_boolean(service: Filtered) -> None:
    for collection in service.kinds:
        assert service.ids(collection, filter="true") == service.ids(collection)
        assert service.ids(collection, filter="false") == set()


def test_conf_basic_cql2_logical(service: Filtered) -> None:
    draw = random.Random(3)  # noqa: S311 - an order, no secret
    for collection in service.kinds:
        predicates = [
            f'"{n}" {op} {v}'
            for n, v in scalars(service.asked_of[collection]).items()
            for op in ("<>", ">", "<=")
        ]
        everything = service.ids(collection)
        true = {each: service.ids(collection, filter=each) for each in predicates}
        false = {each: service.ids(collection, filter=f"NOT ({each})") for each in predicates}
        for _ in range(10):
            a, b, c, d = draw.choices(predicates, k=4)
            said = f"((NOT {a} AND {b}) OR ({c} and NOT {d}) or not ({a} AND {d}))"
            # An OR is true where any part is; a contrary of an AND where either is false.
            expected = (false[a] & true[b]) | (true[c] & false[d]) | false[a] | false[d]
            assert service.ids(collection, filter=said) == expected & everything, said


# CQL2: /conf/advanced-comparison-operators, case- and accent-insensitive-comparison


def test_conf_advanced_comparison_operators_like(service: Filtered) -> None:
    for collection in service.kinds:
        for name, queryable in service.asked_of[collection].items():
            if queryable.get("type") != "string" or "format" in queryable:
                continue
            found = {
                p: service.ids(collection, filter=f"{name} LIKE '{p}'")
                for p in ("%", "%%", "_%", "", "\\%\\_")
            }
            assert not found["_%"] & found[""]
            assert found["%"] == found["%%"] == found["_%"] | found[""]
            big, small = (f"CASEI({name}) LIKE casei('%{letter}%')" for letter in "Aa")
            assert service.ids(collection, filter=big) == service.ids(collection, filter=small)
            assert found["%"] == service.ids(collection, filter=f"ACCENTI({name}) = ACCENTI({name})")


def test_conf_advanced_comparison_operators_between(service: Filtered) -> None:
    for collection in service.kinds:
        for name, queryable in service.asked_of[collection].items():
            if queryable.get("type") in ("number", "integer"):
                within = service.ids(collection, filter=f"{name} BETWEEN 0 AND 100")
                assert within == service.ids(collection, filter=f"{name} >= 0 AND {name} <= 100")
                assert service.ids(collection, filter=f"{name} between 100.0 and 1.0") == set()


def test_conf_advanced_comparison_operators_in(service: Filtered) -> None:
    lists = {"string": "('foo', 'bar')", "boolean": "(true)"}
    formats = {
        "date": "('2022-04-14', '2022-04-15')",
        "date-time": "('2022-04-14T14:52:56Z', '2022-04-14T15:52:56Z')",
    }
    for collection in service.kinds:
        for name, queryable in service.asked_of[collection].items():
            if "type" in queryable:
                options = formats.get(queryable.get("format", "")) or lists.get(
                    queryable["type"], "(1, 2, 3)"
                )
                either = service.ids(collection, filter=f"{name} IN {options}")
                other = service.ids(collection, filter=f"{name} NOT IN {options}")
                assert not either & other
                assert either | other == service.ids(collection, filter=f"{name} IS NOT NULL")


# CQL2: /conf/basic-spatial-functions(-plus), spatial-functions


def test_conf_spatial_functions(clusters: str, service: Filtered) -> None:
    features = {
        f["id"]: shapely.from_geojson(str(f["geometry"]).replace("'", '"'))
        for f in service.api.features(clusters)
    }
    first = features[1]
    west, south, east, north = first.bounds
    inside = first.representative_point()
    shapes = (
        inside,
        shapely.box(west, south, east, north),
        first.simplify(1e-4),
        first.simplify(1e-4).boundary,
        shapely.MultiPoint([inside, shapely.Point(0, 0)]),
        shapely.LineString([(west, south), (east, north)]),
        shapely.GeometryCollection([inside, shapely.LineString([(0, 0), (1, 1)])]),
    )
    relations = ("intersects", "disjoint", "equals", "touches", "within", "overlaps", "crosses", "contains")
    for shape, relation in itertools.product(shapes, relations):
        text = shapely.to_wkt(shape, rounding_precision=15)
        ask, read = getattr(shapely, relation), shapely.from_wkt(text)
        expected = {number for number, other in features.items() if ask(other, read)}
        assert service.ids(clusters, filter=f"S_{relation.upper()}(geometry,{text})") == expected, (
            relation,
            text[:40],
        )


# CQL2: /conf/temporal-functions


def test_conf_temporal_functions_1(service: Filtered) -> None:
    within = {
        "date": ("DATE('2022-04-24')", "INTERVAL('2021-01-01','2021-12-31')"),
        "date-time": (
            "TIMESTAMP('2022-04-24T07:59:57Z')",
            "INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')",
        ),
    }
    tested = set()
    for collection in service.kinds:
        for name, queryable in service.asked_of[collection].items():
            for other in within.get(queryable.get("format", ""), ()):
                found = {
                    function: service.ids(collection, filter=f"T_{function}({name},{other})")
                    for function in ("AFTER", "BEFORE", "DISJOINT", "EQUALS", "INTERSECTS")
                }
                known = service.ids(collection, filter=f"{name} IS NOT NULL")
                assert found["DISJOINT"] == found["AFTER"] | found["BEFORE"]
                assert found["INTERSECTS"] == known - found["DISJOINT"]
                assert found["EQUALS"] <= found["INTERSECTS"]
                tested.add(queryable["format"])
    assert "date" in tested


@pytest.mark.parametrize(
    "function",
    [
        "CONTAINS",
        "DURING",
        "FINISHEDBY",
        "FINISHES",
        "MEETS",
        "METBY",
        "OVERLAPPEDBY",
        "OVERLAPS",
        "STARTEDBY",
        "STARTS",
    ],
)
def test_conf_temporal_functions_2(function: str, clusters: str, service: Filtered) -> None:
    days = sorted(f["properties"]["last_incident"] for f in service.api.features(clusters))
    own = "INTERVAL(last_incident,last_incident)"
    whole = f"INTERVAL('{days[0]}','{days[-1]}')"
    assert (
        service.api.ask(f"/collections/{clusters}/items", filter=f"T_{function}({own},{whole})").status == 200
    )
    if function == "DURING":
        inside = {
            f["id"]
            for f in service.api.features(clusters)
            if days[0] < f["properties"]["last_incident"] < days[-1]
        }
        assert service.ids(clusters, filter=f"T_DURING({own},{whole})") == inside


# CQL2: /conf/property-property and /conf/arithmetic


def test_conf_property_property(service: Filtered) -> None:
    for collection in service.kinds:
        for name, value in scalars(service.asked_of[collection]).items():
            for op, turned in (("=", "="), ("<", ">"), ("<=", ">=")):
                left = service.ids(collection, filter=f'{value} {op} "{name}"')
                assert left == service.ids(collection, filter=f'"{name}" {turned} {value}')
            same = {op: service.ids(collection, filter=f'"{name}" {op} "{name}"') for op in OPERATORS}
            assert same["<>"] == same["<"] == same[">"] == set()
            assert same["="] == same[">="] == same["<="]


@pytest.mark.parametrize(
    "value", ["'foo'", "true", "3.14", "1", "TIMESTAMP('2022-04-14T14:48:46Z')", "DATE('2022-04-14')"]
)
def test_conf_property_property_value_value(value: str, clusters: str, service: Filtered) -> None:
    everything = service.ids(clusters)
    for op in OPERATORS:
        expected = everything if op in ("=", ">=", "<=") else set()
        assert service.ids(clusters, filter=f"{value} {op} {value}") == expected


def test_conf_arithmetic(clusters: str, service: Filtered) -> None:
    features = {f["id"]: f["properties"] for f in service.api.features(clusters)}
    for said, ask in (
        ("incidents - 1 >= 2 * rank", lambda p: p["incidents"] - 1 >= 2 * p["rank"]),
        ("rank % 2 = 0", lambda p: p["rank"] % 2 == 0),
        ("rank div 2 = 1", lambda p: p["rank"] // 2 == 1),
        ("incidents / area_km2 > 100", lambda p: p["incidents"] / p["area_km2"] > 100),
        ("rank ^ 2 < 10", lambda p: p["rank"] ** 2 < 10),
        ("-(rank) < -1", lambda p: -p["rank"] < -1),
    ):
        assert service.ids(clusters, filter=said) == {number for number, p in features.items() if ask(p)}, (
            said
        )


# CQL2: /conf/cql2-text


def test_req_cql2_text_escaping(clusters: str, service: Filtered) -> None:
    for text in ("O''Neil", r"O\'Neil", r"\a\b\t\n\v\f\r", "Via dell''Avvento"):
        assert service.ids(clusters, filter=f"district = '{text}'") == set()
    service.refused(clusters, filter="district = 'O'Neil'")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 9_000 + "rank = 1", "NOT " * 4_000 + "rank = 1", "rank = 1" + " OR rank = 1" * 1_500,
        "x" * 30_000, "rank = '", "rank = {{7*7}}", "rank = 1; DROP TABLE layer", "rank = 1e999", "",
        "rank IN ()",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "S_INTERSECTS(geometry, POINT(1 2 3 4 5))",
        "__import__('os')", "rank = \x00",
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_filter_is_a_400_that_says_so(
    text: str, clusters: str, service: Filtered
) -> None:
    service.refused(clusters, filter=text)
