from __future__ import annotations

import numpy as np
import pytest

from hotspot.analysis.k_distance import POINTS, k_distance_table


def test_the_curve_is_thinned_but_keeps_its_ends() -> None:
    curve = np.sort(np.random.default_rng(1).gamma(2, 100, 20_000))
    (table,) = k_distance_table(curve, least=20, suggested=90.0, used=90.0, of=20_000)
    share, distance = np.array(table.column("share")), np.array(table.column("distance"))
    assert 100 < len(table) <= POINTS
    assert (share[0], share[-1]) == (1 / 20_000, 1)
    assert (distance[0], distance[-1]) == pytest.approx((curve[0], curve[-1]), abs=0.01)
    assert (np.diff(share) > 0).all() and (np.diff(distance) >= 0).all()
    assert table.chart is not None and table.chart.y == ("distance",)
    assert table.note.startswith("Within the distance each incident has 20 incidents, itself included.")
    assert table.note.endswith("The curve suggests an eps of 90 m.")


def test_it_says_what_was_chosen_instead() -> None:
    (table,) = k_distance_table(
        np.arange(5.0), least=3, suggested=90.0, used=200.0, of=5, within="and 7 days"
    )
    assert table.note.startswith("Within the distance and 7 days each")
    assert table.note.endswith("90 m; 200 m was chosen.")
    assert table.column("share") == (0.2, 0.4, 0.6, 0.8, 1.0)


def test_where_there_are_too_few_the_curve_ends_or_is_none() -> None:
    (table,) = k_distance_table(np.array([1, 2, np.inf, np.inf]), least=3, suggested=9.0, used=9.0, of=8)
    assert table.column("share") == (0.25, 0.5)
    assert table.note.endswith("Seen from 4 of the 8 incidents, spread over them evenly.")
    assert k_distance_table(np.array([np.inf]), least=3, suggested=9.0, used=9.0, of=1) == ()
    assert k_distance_table(np.empty(0), least=3, suggested=9.0, used=9.0, of=0) == ()
