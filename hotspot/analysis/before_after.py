"""Windows before and after a day, and the incidents in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis.windows import Windows
from hotspot.errors import ParameterError, ThinDataError
from hotspot.words import counted

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog

    Moments = NDArray[np.datetime64]

LONGEST: Final = 365
"""Days of an automatic window at most."""
MOST_VAGUE: Final = 1 / 3
"""Share of the incidents that may lie across the edge of a window before times count as too coarse."""
_WHY: Final = "automatic: as far as the incidents reach on both sides"
DAY: Final = np.timedelta64(1, "D")


def windows_around(
    first: Moments,
    last: Moments,
    *,
    since: date | None,
    before: int | None,
    after: int | None,
    log: DecisionLog,
) -> Windows:
    """Return the windows before and after a day; one not chosen is as long as incidents reach on both sides.

    Parameters
    ----------
    first, last
        Between which local moments each recorded incident happened; NaT if unknown.
    since
        First day after.
    before, after
        Days; automatic if None.
    log
        Where they are noted.

    Raises
    ------
    ThinDataError
        No incident has a time.
    ParameterError
        ``since``: no incident on one side of it.
    """
    timed = ~np.isnat(first)
    if not timed.any():
        raise ThinDataError(
            "No incident that is asked about has a time.",
            remedies=("Ask about a longer window, other offences or a larger study area.",),
        )
    if since is None:
        msg = "since needs a value: the first local day on which it was done, such as 2026-01-31."
        raise ParameterError("since", msg)
    opening = np.datetime64(since, "D")
    begin, end = first[timed].min().astype("datetime64[D]"), last[timed].max().astype("datetime64[D]")
    reach = int((opening - begin).astype(int)), int((end + DAY - opening).astype(int))
    if min(reach) < 1:
        msg = (
            f"since must leave days with incidents on both sides; these reach from {begin} to {end}, "
            f"got {opening}."
        )
        raise ParameterError("since", msg)
    automatic = min(*reach, LONGEST)
    automatic = automatic // 7 * 7 if automatic >= 28 else automatic
    long_after = after or min(before or automatic, reach[1])
    long_before = before or min(long_after, reach[0])
    chosen = "chosen by the analyst" if before and after else _WHY
    log.decide(
        "windows",
        f"{counted(long_before, 'day')} before {opening}, {counted(long_after, 'day')} from then on",
        chosen,
    )
    found = Windows(
        since, since + timedelta(long_after - 1), since - timedelta(long_before), since - timedelta(1)
    )
    if long_before > reach[0] or long_after > reach[1]:
        log.warn(
            f"The windows, {found.before_start} to {found.end}, reach further than the incidents do: days "
            "without records count as days without incidents."
        )
    return found


def count(
    first: Moments,
    last: Moments,
    group: NDArray[np.int64],
    *,
    windows: Windows,
    groups: int,
    log: DecisionLog,
) -> list[tuple[int, int]]:
    """Return the incidents before and after of each group; one across an edge is in neither.

    Parameters
    ----------
    first, last
        As for `windows_around`.
    group
        Of each incident, -1 for none.
    windows
        From `windows_around`.
    groups
        How many.
    log
        Where those left out are noted.

    Raises
    ------
    ThinDataError
        Times too coarse to say on which side incidents are.
    """
    opens, start = np.datetime64(windows.before_start), np.datetime64(windows.start)
    closes = np.datetime64(windows.end) + DAY
    mine = (group >= 0) & ~np.isnat(first)
    before = mine & (first >= opens) & (last < start)
    after = mine & (first >= start) & (last < closes)
    touching = mine & (last >= opens) & (first < closes)
    all_of_them, across = int(touching.sum()), int((touching & ~before & ~after).sum())
    if across > MOST_VAGUE * all_of_them:
        raise ThinDataError(
            f"Times are too coarse: {across:,} of {counted(all_of_them, 'incident')} may have happened "
            f"on either side of {opens}, {start} or {closes}.",
            remedies=("Choose a day and windows that fit the times, such as whole months.",),
        )
    if across:
        log.decide(
            "incidents left out", f"{across:,}", "that may lie on either side of an edge of the windows"
        )
    return [
        (int((before & (group == number)).sum()), int((after & (group == number)).sum()))
        for number in range(groups)
    ]
