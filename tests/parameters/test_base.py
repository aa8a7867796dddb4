from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from hotspot.errors import ParameterError
from hotspot.parameters.base import Parameters, choice, day, integer, number, words


@dataclass(frozen=True, kw_only=True)
class Example(Parameters):
    """One of each kind."""

    size: float | None = number(None, unit="m", at_least=25, at_most=5000, doc="Size.", automatic="fitted")
    least: int = integer(5, unit="incidents", at_least=2, at_most=9, doc="Least.")
    shape: str = choice("square", options=("square", "hexagon"), doc="Shape.")
    names: tuple[str, ...] = words(doc="Names.")
    kinds: tuple[str, ...] = words(options=("a", "b"), doc="Kinds.")
    cut: date | None = day(doc="Cut.", automatic="two thirds of the window")


def test_left_out_is_the_default() -> None:
    assert Example().to_dict() == {
        "size": None, "least": 5, "shape": "square", "names": [], "kinds": [], "cut": None,
    }  # fmt: skip


def test_values_come_as_text_or_as_they_are() -> None:
    text = Example.from_mapping(
        {
            "size": "250",
            "least": "3",
            "shape": "hexagon",
            "names": " x , y,x",
            "kinds": "b,a",
            "cut": "2026-01-31",
        }
    )
    plain = Example(
        size=250,
        least=3.0,
        shape="hexagon",
        names=["x", "y"],
        kinds=("b", "a"),
        cut=datetime(2026, 1, 31, 8),  # type: ignore[arg-type]
    )
    assert text == plain
    assert text.to_dict()["cut"] == "2026-01-31"
    assert Example.from_mapping(text.to_dict()) == text


@pytest.mark.parametrize("nothing", [None, "", " auto ", "AUTO"])
def test_automatic_is_said_in_several_ways(nothing: Any) -> None:
    assert Example(size=nothing, cut=nothing) == Example()


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("size", 24, "25 to 5000 m"),
        ("size", "nan", "25 to 5000 m"),
        ("size", True, "25 to 5000 m"),
        ("size", "1e999", "25 to 5000 m"),
        ("least", 2.5, "2 to 9 incidents"),
        ("least", None, "2 to 9 incidents"),
        ("shape", "round", "one of square, hexagon"),
        ("kinds", "a,c", "any of a, b"),
        ("names", 7, "words with commas between them"),
        ("cut", "31/01/2026", "a day such as 2026-01-31"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_name_and_bounds(name: str, value: Any, bounds: str) -> None:
    with pytest.raises(ParameterError, match=name) as refused:
        Example.from_mapping({name: value})
    assert bounds in str(refused.value)
    assert refused.value.parameter == name


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match="size, least, shape"):
        Example.from_mapping({"bandwith": 300})
