"""Chances of the sums of values drawn without replacement, in fractions: no rounding anywhere."""

from __future__ import annotations

from fractions import Fraction
from math import comb


def drawn_sums(values: list[int], number: int) -> dict[int, Fraction]:
    """Chance of each sum of so many of the values, by the product of 1 + y x^v cut after y^number."""
    ways: list[dict[int, int]] = [{0: 1}] + [{} for _ in range(number)]
    for value in values:
        for k in range(number, 0, -1):
            for s, many in ways[k - 1].items():
                ways[k][s + value] = ways[k].get(s + value, 0) + many
    return {s: Fraction(many, comb(len(values), number)) for s, many in ways[number].items()}


def tails(values: list[int], number: int, s: int) -> tuple[float, float]:
    """Chance that so many of the values add up to s or more, and to s or less."""
    chance = drawn_sums(values, number)
    upper = sum((p for each, p in chance.items() if each >= s), Fraction(0))
    return float(upper), float(sum((p for each, p in chance.items() if each <= s), Fraction(0)))


def tails_without(values: list[int], own: int, number: int, s: int) -> tuple[float, float]:
    """The same of the values but one."""
    others = values.copy()
    others.remove(own)
    return tails(others, number, s)
