"""The p-values that are held against each other, each as a layer takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot.analysis.chance import Chance
from hotspot.stats.getisord import gi_star
from hotspot.stats.significance import adjust, classes

if TYPE_CHECKING:
    import numpy as np

    from hotspot.stats.neighbours import Neighbours

KINDS = ("normal", "exact", "conditional")


def levels(values: np.ndarray, near: Neighbours) -> dict[str, np.ndarray]:
    """Return the class of each cell, -3..3, by each kind of p-value, with Benjamini-Hochberg adjustment."""
    found = gi_star(values, neighbours=near)
    result = {}
    for kind in KINDS:
        chance = Chance.of(values, found.neighbours, significance=kind)
        if chance.significance != kind:
            msg = f"No {kind} p-values here: {chance.why}."
            raise ValueError(msg)
        result[kind] = classes(found.z, adjust(chance.p(found)))
    return result
