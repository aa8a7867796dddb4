"""What each incident weighs: the harm that the question gives its offence, or one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.words import folded, named, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

OTHERS: Final = "*"
"""Stands for every offence that has no weight of its own."""

LEAST: Final = 1e-6
MOST: Final = 1e9
"""A weight is 0, or between these: beyond them sums of weights lose what they are made of."""

Harm = tuple[tuple[str, float], ...]


def checked(given: Any) -> Harm:
    """Return weights by offence or ICCS code, sorted, from a mapping, pairs or ``Offence=weight`` texts.

    >>> checked({"Murder": 5475, "*": 1})
    (('*', 1.0), ('Murder', 5475.0))
    >>> checked(["Robbery=365"])
    (('Robbery', 365.0),)
    """
    if given and not isinstance(given, Iterable):
        msg = f"harm is a weight for each offence, such as Robbery=365; got {quoted(given)}."
        raise ParameterError("harm", msg)
    pairs = list(given.items()) if isinstance(given, Mapping) else [_pair(each) for each in given or ()]
    found: dict[str, tuple[str, float]] = {}
    for name, weight in pairs:
        text = " ".join(str(name).split())
        number = _number(weight)
        if not text or not (number == 0 or LEAST <= number <= MOST):
            msg = (
                "harm gives each offence a weight, 0 or from 0.000001 to 1,000,000,000, such as Robbery=365, "
                f"and * for all others; got {quoted(name)}: {quoted(weight)}."
            )
            raise ParameterError("harm", msg)
        found[text.casefold()] = (text, number)
    if found and not any(weight for _, weight in found.values()):
        msg = "harm needs at least one offence that weighs more than 0."
        raise ParameterError("harm", msg)
    return tuple(found[key] for key in sorted(found))


def weights(table: pd.DataFrame, harm: Harm) -> NDArray[np.float64]:
    """Return the weight of each incident, shape (n,); ones without harm.

    An offence as recorded counts before the longest ICCS code that its code begins with,
    and that before ``*``.

    Raises
    ------
    ParameterError
        An offence without a weight.
    """
    if not harm:
        return np.ones(len(table))
    import pandas as pd

    offence, names = pd.factorize(table["offence"].fillna(""), sort=True)
    code, codes = pd.factorize(table["iccs"].fillna(""), sort=True)
    by_name = {name.casefold(): weight for name, weight in harm}
    weight = np.array([by_name.get(folded(name), np.nan) for name in names], dtype=np.float64)[offence]
    by_code = np.array([_of_code(str(each), by_name) for each in codes], dtype=np.float64)[code]
    weight = np.where(np.isnan(weight), by_code, weight)
    weight = np.where(np.isnan(weight), by_name.get(OTHERS, np.nan), weight)
    without = np.isnan(weight)
    if without.any():
        lacking = sorted({str(names[i]) or "not recorded" for i in np.unique(offence[without])})
        msg = (
            f"harm has no weight for {named(lacking, at_most=8)}. "
            "Name them, their ICCS codes, or * for all others."
        )
        raise ParameterError("harm", msg)
    return weight


def _of_code(code: str, by_name: dict[str, float]) -> float:
    for length in range(len(code), 1, -1):
        if code[:length] in by_name:
            return by_name[code[:length]]
    return math.nan


def _pair(each: Any) -> tuple[Any, Any]:
    if isinstance(each, str):
        name, _, weight = each.rpartition("=")
        return name, weight
    if isinstance(each, list | tuple) and len(each) == 2:
        return each[0], each[1]
    return each, None


def _number(value: Any) -> float:
    try:
        return math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
