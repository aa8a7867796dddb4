from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hotspot.analysis.stability import stability
from hotspot.analysis.task import Result, Variant


def result(membership: list[int], *variants: list[int]) -> Result:
    made: tuple[Variant, ...] = tuple(
        (f"way {i}", lambda each=each: np.array(each, dtype=bool)) for i, each in enumerate(variants)
    )
    k = max(membership)
    nothing: dict[str, Any] = {}
    return Result(
        np.empty(0, dtype=object), {}, pd.DataFrame({"rank": range(1, k + 1)}), nothing, nothing, nothing,
        np.array(membership), variants=made,
    )  # fmt: skip


def test_a_hotspot_survives_where_half_of_its_incidents_are_in_one_again() -> None:
    # Hotspot 1 has four incidents, hotspot 2 two; the last two incidents are in none.
    survival, (table,) = stability(
        result([1, 1, 1, 1, 2, 2, 0, 0], [1, 1, 0, 0, 1, 0, 1, 1], [1, 0, 0, 0, 1, 1, 0, 0])
    )
    assert survival.tolist() == [0.5, 1.0]
    assert table.column("survived") == (2, 1)
    assert table.column("incidents_kept") == (0.5, 0.5)
    assert table.note.endswith("1 of 2 hotspots is found every time and none less than half of the time.")


def test_nothing_to_vary_or_no_hotspot_says_nothing() -> None:
    survival, tables = stability(result([1, 1, 0]))
    assert np.isnan(survival).all() and len(survival) == 1 and tables == ()
    survival, tables = stability(result([0, 0], [1, 1]))
    assert len(survival) == 0 and tables == ()


def test_a_hotspot_that_is_seldom_found_again_is_not_to_be_acted_on_alone() -> None:
    _, (table,) = stability(result([1, 1, 2, 2], [1, 1, 0, 0], [1, 1, 0, 0]))
    assert table.note.endswith("1 less than half of the time. Do not act on it alone.")
