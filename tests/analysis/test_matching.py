"""Hotspots in the same place: worked out by hand with rectangles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from hotspot.analysis.matching import change, match, states

if TYPE_CHECKING:
    from numpy.typing import NDArray


def boxes(*west_east: tuple[float, float]) -> NDArray[np.object_]:
    """Rectangles 100 m high."""
    shapes = np.empty(len(west_east), dtype=object)
    shapes[:] = [shapely.box(west, 0, east, 100) for west, east in west_east]
    return shapes


def test_overlap_is_a_share_of_the_smaller() -> None:
    old, new, overlap = match(boxes((0, 100), (500, 600)), boxes((70, 370), (571, 671), (590, 601)))
    assert list(zip(old, new, strict=True)) == [(0, 0), (1, 2)]
    assert overlap == pytest.approx([0.30, 10 / 11])


def test_touching_is_not_overlapping() -> None:
    assert len(match(boxes((0, 100)), boxes((100, 200)))[0]) == 0


def test_the_order_of_the_hotspots_is_only_their_number() -> None:
    earlier, later = boxes((0, 100), (200, 300), (400, 500)), boxes((410, 500), (0, 300))
    pairs = set(zip(*(part.tolist() for part in match(earlier, later)[:2]), strict=True))
    assert pairs == {(0, 1), (1, 1), (2, 0)}
    back = match(later, earlier)
    assert {(old, new) for new, old in zip(*(part.tolist() for part in back[:2]), strict=True)} == pairs
    turned = match(earlier[::-1], later)
    assert {(2 - old, new) for old, new in zip(turned[0].tolist(), turned[1].tolist(), strict=True)} == pairs


def test_no_hotspots_match_nothing() -> None:
    none = np.empty(0, dtype=object)
    for earlier, later in ((none, none), (boxes((0, 1)), none), (none, boxes((0, 1)))):
        assert [len(part) for part in match(earlier, later)] == [0, 0, 0]
    assert states(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)) == []


@pytest.mark.parametrize(("growth", "state"), [(0.2, "kept"), (1.0, "kept"), (1.49, "kept"), (1.5, "grew")])
def test_one_in_the_place_of_one_is_kept_or_has_grown(growth: float, state: str) -> None:
    assert states(np.array([0]), np.array([0]), np.array([growth])) == [state]


def test_a_family_is_judged_by_all_it_held_together() -> None:
    # Two become one, and that keeps a part with a third; another pair stands alone.
    old, new = np.array([0, 1, 1, 3]), np.array([0, 0, 1, 2])
    z = change(old, new, np.array([30, 20, 99, 16]), np.array([60, 21, 4]), 1.0)
    family = 2 * (np.sqrt(81) - np.sqrt(50))
    assert z == pytest.approx([family, family, family, 2 * (2 - 4)])
    assert change(old, new, np.array([30, 20, 99, 16]), np.array([60, 21, 4]), 0.25)[3] == pytest.approx(0)
