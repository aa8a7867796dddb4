"""CQL2 text is read as the standard has it, and as another implementation reads it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import cql2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.ogc.cql_text import LONGEST, folded, parse


def property_(name: str) -> dict[str, str]:
    return {"property": name}


def op(name: str, *arguments: object) -> dict[str, object]:
    return {"op": name, "args": list(arguments)}


A, B, C = (op("=", property_(name), 1.0) for name in "abc")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1 OR b = 1 AND c = 1", op("or", A, op("and", B, C))),
        ("a = 1 AND b = 1 OR c = 1", op("or", op("and", A, B), C)),
        ("NOT a = 1 AND b = 1", op("and", op("not", A), B)),
        ("NOT (a = 1 AND b = 1)", op("not", op("and", A, B))),
        ("((a = 1 OR b = 1) OR c = 1)", op("or", A, B, C)),
        ("a BETWEEN 1 AND 2 AND b = 1", op("and", op("between", property_("a"), 1.0, 2.0), B)),
        ("a NOT BETWEEN 1 AND 2", op("not", op("between", property_("a"), 1.0, 2.0))),
        ("a NOT IN (1)", op("not", op("in", property_("a"), [1.0]))),
        ("a is Not nuLL", op("not", op("isNull", property_("a")))),
        ("a != 1", op("<>", property_("a"), 1.0)),
        ("a = -1.5e+2", op("=", property_("a"), -150.0)),
        ("a = .5", op("=", property_("a"), 0.5)),
        ("a - 1 - 2 = 3", op("=", op("-", op("-", property_("a"), 1.0), 2.0), 3.0)),
        ("2 ^ 3 ^ 2 = a", op("=", op("^", 2.0, op("^", 3.0, 2.0)), property_("a"))),
        ("a + b * c = 1", op("=", op("+", property_("a"), op("*", property_("b"), property_("c"))), 1.0)),
        ("a DIV 2 = 1", op("=", op("div", property_("a"), 2.0), 1.0)),
        ("andy = 1", op("=", property_("andy"), 1.0)),
        ('"or" = 1', op("=", property_("or"), 1.0)),
        ("eo:cloud.cover = 1", op("=", property_("eo:cloud.cover"), 1.0)),
        ("größe = 1", op("=", property_("größe"), 1.0)),
        ("TRUE", True),
        ("a ILIKE 'x%'", op("like", op("casei", property_("a")), op("casei", "x%"))),
        ("t_after(a, date('2026-01-31'))", op("t_after", property_("a"), {"date": "2026-01-31"})),
        ("s_equals(g, bbox(1,2,-3,4))", op("s_equals", property_("g"), {"bbox": [1.0, 2.0, -3.0, 4.0]})),
        ("s_within(g, ENVELOPE(1,2,3,4))", op("s_within", property_("g"), {"bbox": [1.0, 2.0, 3.0, 4.0]})),
    ],
)  # fmt: skip
def test_what_is_written_means_what_the_standard_says(text: str, said: object) -> None:
    assert parse(text) == said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"),
        (r"'it\'s'", "it's"),
        ("''", ""),
        ("''''", "'"),
        (r"'\a\b\t\n\v\f\r'", "\a\b\t\n\v\f\r"),
        (r"'a\\b'", r"a\b"),
        # Escapes of a pattern stay for who matches it, whether doubled (as QGIS sends them) or not.
        (r"'100\%'", r"100\%"),
        (r"'100\\%'", r"100\%"),
        ("'Via dell''Avvento — ε 😀'", "Via dell'Avvento — ε 😀"),
    ],
)
def test_texts_are_unescaped_as_req_cql2_text_escaping_says(text: str, value: str) -> None:
    assert parse(f"a = {text}")["args"][1] == value


@pytest.mark.parametrize(
    "shape",
    [
        "POINT(-88.2 17.5)",
        "POINT Z (-88.2 17.5 3)",
        "LINESTRING(0 0, 1 -1e-3)",
        "POLYGON((0 0,1 0,1 1,0 0),(.1 .1,.2 .1,.2 .2,.1 .1))",
        "MULTIPOINT((0 0), (1 1))",
        "MULTIPOINT(0 0, 1 1)",
        "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
        "multipolygon(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
        "GEOMETRYCOLLECTION(POINT(1 1),POLYGON((0 0,1 0,1 1,0 0)))",
    ],
)
def test_shapes_come_through_as_they_are_written(shape: str) -> None:
    read = parse(f"S_INTERSECTS(geometry, {shape})")["args"][1]["wkt"]
    assert re.sub(r"\s", "", read).lower() == re.sub(r"\s", "", shape).lower()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "a >", "= 1", "a = 1 AND", "a = 1 b = 2", "a = 'x", 'a = "x', "(a = 1", "a = 1)", "a IN ()",
        "a IN 1", "a BETWEEN 1", "THIS IS NOT A FILTER", "a == 1", "a = 1; DROP TABLE x", "1a = 1", "NOT",
        "a = #1", "a = 1.2.3", "a = 1 OR OR b = 1", "s_intersects(geometry, POINT(1 2)", "a\x00b = 1",
        "{{7*7}}",
    ],
)  # fmt: skip
def test_what_is_not_cql2_is_refused_with_the_place_where_it_goes_wrong(text: str) -> None:
    with pytest.raises(
        ParameterError, match=r"not CQL2 text: (it ends too early|.* at character \d+)"
    ) as caught:
        parse(text)
    assert caught.value.parameter == "filter"


def test_a_filter_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(ParameterError, match="20,000 characters at most; got 20,001"):
        parse("x" * (LONGEST + 1))


def test_no_depth_of_brackets_harms_the_process() -> None:
    # In a process of its own: what goes wrong here would not be an exception.
    code = (
        "from hotspot.errors import ParameterError\nfrom hotspot.ogc.cql_text import parse\nimport sys\n"
        "for text in ('(' * 19_000 + 'a=1', '(' * 9_000 + 'a=1' + ')' * 9_000, 'NOT ' * 4_900 + 'a=1',\n"
        "             'a=' + '-' * 19_000 + '1', 'f(' * 6_000 + '1' + ')' * 6_000, 'a=1^' * 4_000 + '1',\n"
        "             'INTERVAL(' * 2_000, 'POLYGON' + '(' * 19_000, 'a IN (' * 3_000):\n"
        "    try:\n        parse(text)\n    except ParameterError:\n        pass\nprint('alive')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (run.returncode, run.stdout) == (0, "alive\n"), run.stderr[-500:]


names = st.sampled_from(["rank", "incidents", "eo:cover", '"a.b"'])
numbers = st.integers(-1000, 1000).map(str) | st.floats(-1e6, 1e6, allow_nan=False).map("{:.4f}".format)
texts = st.text(st.sampled_from("aZé'% _-"), max_size=6).map(lambda text: "'" + text.replace("'", "''") + "'")
sums = st.recursive(
    names | numbers,
    lambda each: st.builds("({} {} {})".format, each, st.sampled_from("+-*/"), each),
    max_leaves=4,
)
leaves = st.one_of(
    st.builds("{} {} {}".format, sums, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), sums),
    st.builds("{} {} {}".format, names, st.sampled_from(["LIKE", "NOT LIKE", "="]), texts),
    st.builds("{} {} {} AND {}".format, names, st.sampled_from(["BETWEEN", "NOT BETWEEN"]), numbers, numbers),
    st.builds(
        lambda name, word, options: f"{name} {word} ({', '.join(options)})",
        names, st.sampled_from(["IN", "NOT IN"]), st.lists(numbers, min_size=2, max_size=4),
    ),
    st.builds("{} {}".format, names, st.sampled_from(["IS NULL", "IS NOT NULL"])),
    st.builds("T_AFTER({}, DATE('2026-0{}-01'))".format, names, st.integers(1, 9)),
    st.builds("S_INTERSECTS(geometry, BBOX({},{},{},{}))".format, numbers, numbers, numbers, numbers),
    st.builds("CASEI({}) = CASEI({})".format, names, texts),
)  # fmt: skip
filters = st.recursive(
    leaves,
    lambda each: st.one_of(
        st.builds("({} AND {})".format, each, each),
        st.builds("({} OR {})".format, each, each),
        st.builds("NOT ({})".format, each),
    ),
    max_leaves=8,
)


def flat(said: object) -> object:
    """The same with AND and OR of AND and OR as one list, and the signs of numbers taken in."""
    if isinstance(said, list):
        return [flat(each) for each in said]
    if isinstance(said, dict):
        known = {key: flat(value) for key, value in said.items()}
        if known.get("op") in ("and", "or"):
            known["args"] = [
                inner
                for part in known["args"]
                for inner in (
                    part["args"] if isinstance(part, dict) and part.get("op") == known["op"] else [part]
                )
            ]
        return known
    return float(said) if isinstance(said, int) and not isinstance(said, bool) else said


@given(text=filters)
def test_another_implementation_reads_the_same(text: str) -> None:
    theirs = cql2.parse_text(text).to_json()
    assert flat(parse(text)) == flat(json.loads(json.dumps(theirs))), text


def test_folding_joins_what_differs_in_case_or_accents_only() -> None:
    assert folded("ΟΔΟΣ", case=True, accents=False) == folded("οδος", case=True, accents=False)
    assert folded("papá", case=False, accents=True) == "papa"
    assert folded("PAPÁ", case=False, accents=True) == "PAPA"
    assert folded("e\u0301", case=False, accents=False) == "é"
