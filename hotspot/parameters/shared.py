"""Parameters of several methods: one name, one unit and one meaning wherever they are asked for."""

from __future__ import annotations

from typing import Any

from hotspot.parameters.base import choice, integer, number

_SIZE = "twice the larger of the mean and median nearest-neighbour distance, rounded to 50 m"


def cell_shape(*, districts: bool = True) -> Any:
    """Return the field for the shape of the places that incidents are counted in."""
    if not districts:
        return choice("square", options=("square", "hexagon"), doc="Shape of the grid cells.")
    return choice(
        "square",
        options=("square", "hexagon", "district"),
        doc="Shape of the grid cells; district: no grid, but the districts of the study area themselves.",
    )


def cell_size(*, more: str = "Districts have their own.", automatic: str = _SIZE) -> Any:
    """Return the field for the size of the cells, with what else is to be said of it."""
    return number(
        None,
        unit="m",
        at_least=25,
        at_most=20_000,
        doc=f"Side of a square cell, or width of a hexagon between two parallel sides. {more}",
        automatic=automatic,
    )


def neighbour_distance(*, itself: bool, automatic: str) -> Any:
    """Return the field for how far neighbours are; whether a cell is its own."""
    return number(
        None,
        unit="m",
        at_least=0,
        at_most=100_000,
        doc="Cells whose centres lie within this distance are neighbours; the cell itself "
        f"{'always' if itself else 'never'} is.",
        automatic=automatic,
    )


def adjustment(*, over: str = "all cells") -> Any:
    """Return the field for the control of false discoveries."""
    return choice(
        "bh",
        options=("bh", "by"),
        doc=f"False-discovery control over {over}: Benjamini-Hochberg, or the stricter Benjamini-Yekutieli.",
    )


def cells() -> Any:
    """Return the field for which cells become features."""
    return choice(
        "near",
        options=("near", "all"),
        doc="Cells that become features: those with an incident in reach or of a class or pattern, or all; "
        "of districts always all.",
    )


def largest_p(*, of: str) -> Any:
    """Return the field for the level of a test."""
    return number(0.05, at_least=0.001, at_most=0.2, doc=f"Largest p of {of}.")


def permutations(*, doc: str) -> Any:
    """Return the field for how often something is shuffled."""
    return integer(999, unit="shuffles", at_least=99, at_most=9_999, doc=doc)


def seed(default: int = 1, *, doc: str = "Where the shuffles begin: the same seed, the same answer.") -> Any:
    """Return the field for where random draws begin."""
    return integer(default, at_least=0, at_most=999_999, doc=doc)
