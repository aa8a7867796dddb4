"""The days that data cover."""

from __future__ import annotations

import numpy as np
import pytest

from hotspot.analysis.coverage import Coverage

DAY = np.datetime64("2026-03-01")


def test_data_cover_the_days_from_the_first_incident_to_the_last() -> None:
    moments = np.array(["2026-03-05T10:00", "NaT", "2026-03-01T23:00"], dtype="datetime64[us]")
    found = Coverage.of(moments, moments + np.timedelta64(3, "h"))
    assert found is not None
    assert (str(found.first), str(found.last), found.incidents, found.days) == (
        "2026-03-01",
        "2026-03-05",
        2,
        5,
    )


def test_without_a_time_nothing_is_covered() -> None:
    assert Coverage.of(*[np.array(["NaT"], dtype="datetime64[us]")] * 2) is None
    assert Coverage.of(*[np.empty(0, dtype="datetime64[us]")] * 2) is None


@pytest.mark.parametrize(("incidents", "gap"), [(1000, 0), (100, 4), (10, 46)])
def test_a_gap_counts_where_chance_would_make_it_less_than_once_in_a_hundred(
    incidents: int, gap: int
) -> None:
    covered = Coverage(DAY, DAY + 99, incidents)
    assert covered.longest_gap == gap
    assert np.exp(-incidents / 100 * (gap + 1)) < 0.01
    assert covered.lacks_before(DAY - gap - 1)
    assert not covered.lacks_before(DAY - gap)
    assert covered.lacks_after(DAY + 99 + gap + 1)
    assert not covered.lacks_after(DAY + 99 + gap)
