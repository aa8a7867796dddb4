"""Two windows of time that a change is seen between: the days asked about, and earlier ones."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis.coverage import Coverage
from hotspot.analysis.selection import local_span
from hotspot.analysis.task import Earlier, Task
from hotspot.errors import ParameterError, ThinDataError
from hotspot.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.analysis.dress import Rows
    from hotspot.analysis.points import Points
    from hotspot.analysis.question import Question

PREVIOUS: Final = "previous"
YEAR: Final = "year"
FORETELLS_NOTHING: Final = "a comparison of two windows foretells nothing."
MOST_VAGUE: Final = 1 / 3
"""Share of the incidents that may lie across an edge of the windows before times count as too coarse."""
_FEW_VAGUE: Final = 0.05
"""Share of them from which on a reader has to be told."""
_SHORTEST: Final = 7
"""Days of a window that are worth proposing."""
_DAY: Final = timedelta(days=1)
_WHY: Final = {PREVIOUS: "as many days just before", YEAR: "the same days of the year before"}


@dataclass(frozen=True)
class Windows:
    """First and last day, both included, of the window now and of the one before."""

    start: date
    end: date
    before_start: date
    before_end: date

    @property
    def days(self) -> int:
        """Length of the window now, days."""
        return (self.end - self.start).days + 1

    @property
    def before_days(self) -> int:
        """Length of the window before, days."""
        return (self.before_end - self.before_start).days + 1

    @property
    def exposure(self) -> float:
        """Length now over length before."""
        return self.days / self.before_days


def windows_of(question: Question, covered: Coverage, *, against: str) -> Windows:
    """Return the windows that a question compares, open sides filled in from the days that the data cover.

    Parameters
    ----------
    question
        Its first and last day are the window now. Without a last day it ends with the data. Without
        a first day it is the later half of the data up to there, or their last year against ``year``.
    covered
        The days of the data.
    against
        ``previous`` or ``year``.

    Raises
    ------
    ParameterError
        ``against``: a window longer than a year overlaps the same days a year before; ``start``: a window
        at an end of the calendar has none before it.
    """
    try:
        return _windows_of(question, covered, against)
    except (OverflowError, ValueError):
        msg = (
            f"start must leave as many days before the window; {question.start or 'the first day'} to "
            f"{question.end or 'the last'} ends with the calendar. The data cover {_date(covered.first)} to "
            f"{_date(covered.last)}: ask about days of these."
        )
        raise ParameterError("start", msg) from None


def _windows_of(question: Question, covered: Coverage, against: str) -> Windows:
    # A window that begins after the data end is not moved to where there are some: it is refused.
    end = question.end or max(_date(covered.last), question.start or date.min)
    if question.start:
        start = question.start
    elif against == YEAR:
        start = a_year_before(end + _DAY)
    else:
        start = end - timedelta(days=((end - _date(covered.first)).days + 1) // 2 - 1)
    start = min(start, end)
    if against == PREVIOUS:
        return Windows(start, end, start - (end - start) - _DAY, start - _DAY)
    found = Windows(start, end, a_year_before(start), a_year_before(end))
    if found.before_end >= start:
        msg = (
            f"against year compares at most a year with the one before; {start} to {end} has {found.days:,} "
            "days. Shorten the window, or compare against previous."
        )
        raise ParameterError("against", msg)
    return found


def a_year_before(day: date, *, years: int = 1) -> date:
    """Return the same day of the year before; of 29 February the 28th.

    >>> a_year_before(date(2024, 2, 29)).isoformat(), a_year_before(date(2026, 11, 22)).isoformat()
    ('2023-02-28', '2025-11-22')
    """
    last = calendar.monthrange(day.year - years, day.month)[1]
    return day.replace(year=day.year - years, day=min(day.day, last))


def look_back(
    question: Question,
    incidents: pd.DataFrame,
    *,
    timezone: str,
    force: bool,
    log: DecisionLog,
) -> tuple[Windows, bool]:
    """Return the windows to compare, noted, and whether they are only answered because it is forced.

    All incidents of the data say which days they cover, whatever their offence: days before
    the data begin are no days without crime.

    Raises
    ------
    ThinDataError
        No incident has a time; or the data seem not to cover one of the windows, and not forced.
    ParameterError
        As `windows_of`.
    """
    covered = Coverage.of(*local_span(incidents, timezone))
    if covered is None:
        raise ThinDataError(
            f"A change needs to know when incidents happened; none of {len(incidents):,} has a time.",
            remedies=("Map the column that says when they happened.",),
        )
    against = str(question.parameters_checked.to_dict()["against"])
    found = windows_of(question, covered, against=against)
    log.decide("window", _said(found.start, found.end), _chosen(question, against))
    log.decide("compared with", _said(found.before_start, found.before_end), _WHY[against])
    reason = _uncovered(found, covered)
    if not reason:
        return found, False
    if not force:
        raise ThinDataError(reason, remedies=_remedies(found, covered, against))
    log.warn(f"Forced although the data do not cover both windows. {reason}")
    return found, True


def widened(question: Question, windows: Windows) -> Question:
    """Return the question over both windows and whatever lies between."""
    return replace(question, start=windows.before_start, end=windows.end)


def parted(points: Points, rows: Rows, windows: Windows) -> tuple[Points, Rows, Earlier]:
    """Return the incidents of the window now, what became of the rows, and the window before.

    One that may have happened on either side of an edge is in neither.
    """

    def within(start: date, end: date) -> NDArray[np.bool_]:
        begin, stop = np.datetime64(start, "D"), np.datetime64(end, "D") + 1
        inside: NDArray[np.bool_] = (points.first >= begin) & (points.last < stop)
        return inside

    now, before = within(windows.start, windows.end), within(windows.before_start, windows.before_end)

    def touches(start: date, end: date) -> NDArray[np.bool_]:
        begin, stop = np.datetime64(start, "D"), np.datetime64(end, "D") + 1
        touched: NDArray[np.bool_] = (points.last >= begin) & (points.first < stop)
        return touched

    neither = ~now & ~before
    across = neither & (
        touches(windows.start, windows.end) | touches(windows.before_start, windows.before_end)
    )
    left_out = dict(rows.left_out)
    for reason, number in (
        ("earlier_window", int(before.sum())),
        ("across_windows", int(across.sum())),
        ("between_windows", int((neither & ~across).sum())),
    ):
        if number:
            left_out[reason] = number
    earlier = Earlier(points.take(before), windows.before_start, windows.before_end)
    return points.take(now), replace(rows, left_out=left_out), earlier


def blurred(now: Points, before: Points, rows: Rows, *, force: bool, log: DecisionLog) -> bool:
    """Whether times are too coarse for the edges of the windows, and the answer is forced.

    An incident that may lie on either side of an edge is in neither window, so that the one
    that cuts through more of them looks quieter than it was.

    Parameters
    ----------
    now, before
        Incidents of the windows.
    rows
        From `parted`: what was left out, and why.
    force
        Answer nonetheless.
    log
        Warned where there are more than a few such incidents.

    Raises
    ------
    ThinDataError
        More than a third of the incidents, and not forced.
    """
    vague = rows.left_out.get("across_windows", 0) + rows.left_out.get("spans_the_dates", 0)
    total = len(now) + len(before) + vague
    if vague <= _FEW_VAGUE * total:
        return False
    reason = (
        f"{counted(vague, 'incident')} may have happened on either side of an edge of the windows and so "
        "are in neither, which makes the window that cuts through more of them look quieter."
    )
    remedy = "Take windows that fit the times, such as whole months."
    if vague <= MOST_VAGUE * total:
        log.warn(f"{reason} {remedy}")
        return False
    if not force:
        raise ThinDataError(reason, remedies=(remedy,))
    log.warn(f"Forced although times are too coarse. {reason} {remedy}")
    return True


def windows_of_task(task: Task) -> tuple[Windows, Points]:
    """Return the windows of a task that looks back, and the incidents of the one before."""
    (start, end), earlier = task.window, task.before
    if start is None or end is None or earlier is None:
        msg = "This task has no window before."
        raise ValueError(msg)
    return Windows(start, end, earlier.start, earlier.end), earlier.points


def _chosen(question: Question, against: str) -> str:
    if question.start:
        return "chosen by the analyst" if question.end else "chosen by the analyst, up to the end of the data"
    which = "the last year" if against == YEAR else "the later half"
    return f"automatic: {which} of the data{f' up to {question.end}' if question.end else ''}"


def _uncovered(found: Windows, covered: Coverage) -> str:
    if covered.lacks_before(np.datetime64(found.before_start, "D")):
        return (
            f"The data begin on {covered.first}, but the window to compare with on {found.before_start}: "
            "everything would look new."
        )
    if covered.lacks_after(np.datetime64(found.end, "D")):
        return (
            f"The data end on {covered.last}, but the window on {found.end}: every place would look quieter."
        )
    return ""


def _remedies(found: Windows, covered: Coverage, against: str) -> tuple[str, ...]:
    first, last = _date(covered.first), min(found.end, _date(covered.last))
    days = (last - first).days + 1
    start = last - timedelta(days=days // 2 - 1)
    if against == YEAR:
        start = max(found.start, a_year_before(first, years=-1))
    fits = (last - start).days + 1 >= _SHORTEST
    return (
        *((f"Ask about {start} to {last} at most.",) if fits else ()),
        "Import the incidents of the days that are missing.",
        *(("Or compare against previous.",) if against == YEAR else ()),
    )


def _said(start: date, end: date) -> str:
    days = (end - start).days + 1
    return f"{start} to {end}, {days:,} {'day' if days == 1 else 'days'}"


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))
