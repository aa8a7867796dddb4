"""When in the week the incidents of a question happen, by district or offence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from hotspot import parameters
from hotspot.analysis import text
from hotspot.analysis.methods.method import Field
from hotspot.analysis.placing import in_area
from hotspot.analysis.ranking import UNRECORDED
from hotspot.analysis.reports import Answer
from hotspot.analysis.tables import Chart, Table
from hotspot.analysis.week import DOUBTFUL, Times, said, week_table, window_chance, windows_table
from hotspot.errors import ParameterError, ThinDataError
from hotspot.stats.aoristic import best_windows
from hotspot.words import DAYS, counted, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.reports import Asked
    from hotspot.stats.aoristic import Profile

    Groups = tuple[list[tuple[Any, ...]], NDArray[np.int64]]

MOST_GROUPS: Final = 50
"""Districts or offences that get their own windows: those with most incidents."""
_INCIDENTS: Final = Field("incidents", "integer", "Incidents", "incidents")
_SHARE: Final = Field("share", "number", "Share", "share", "Part of the incidents with a time, 0 to 1.")
_DISTRICT: Final = (
    Field("district", "string", "District code"),
    Field("district_name", "string", "District"),
)
_OFFENCE: Final = (Field("offence", "string", "Offence"),)


def make(asked: Asked) -> Answer:
    """Return the hours of the week, days, hours of the day and best windows of a question's incidents.

    Incidents of which only the district is known are in it: nothing here needs a point.

    Raises
    ------
    ThinDataError
        No incident, or times too coarse for hours.
    ParameterError
        ``by``: districts over a hull.
    """
    chosen = asked.parameters
    assert isinstance(chosen, parameters.Profile)  # noqa: S101 - the table of reports pairs them
    table, district, left_out = in_area(asked)
    if chosen.by == "district" and asked.boundary_set is None:
        msg = (
            "by district needs a study area of districts; a hull has none. "
            "Name a boundary set as the area, or take all or offence."
        )
        raise ParameterError("by", msg)
    asked.tell(0.3, "reading times")
    times = Times.of_table(table, asked.timezone)
    _refuse(times, left_out, force=asked.force)
    for sentence in times.cautions():
        asked.log.warn(sentence)
    asked.log.decide("hours", asked.timezone, "the wall clock there, with its changes in spring and autumn")
    asked.tell(0.5, "spreading incidents over the week")
    found = times.profile()
    tables = [week_table(times), _by_day(found), _by_hour(found)]
    whole = windows_table(
        "windows",
        "Best hours",
        [()],
        np.zeros(len(table), dtype=np.int64),
        times,
        by=(),
        hours=chosen.window,
    )
    tables.append(whole)
    asked.tell(0.7, "finding the best hours of each")
    if chosen.by == "district":
        groups = _of_districts(asked, district)
        tables.append(
            windows_table(
                "district_hours",
                "Best hours of each district",
                *groups,
                times,
                by=(*_DISTRICT, _INCIDENTS),
                hours=chosen.window,
            )
        )
    elif chosen.by == "offence":
        groups = _of_offences(table["offence"])
        tables.append(
            windows_table(
                "offence_hours",
                "Best hours of each offence",
                *groups,
                times,
                by=(*_OFFENCE, _INCIDENTS),
                hours=chosen.window,
            )
        )
    about = {
        "incidents": len(table),
        "used": found.used,
        "even": found.even,
        "no_time": found.unknown,
        "left_out": left_out,
    }
    return Answer(_sentences(found, chosen.window, left_out), tuple(tables), chosen.to_dict(), about)


def _refuse(times: Times, left_out: dict[str, int], *, force: bool) -> None:
    if not len(times):
        raise ThinDataError(
            f"No incident is left to tell the hours of. {text.left_out(left_out)}".strip(),
            remedies=("Ask about a longer window, other offences or a larger study area.",),
        )
    if times.why_not and not (force and times.profile().used):
        raise ThinDataError(
            times.why_not,
            remedies=(
                "Import times of day where they are recorded: the moment, or the earliest and the latest.",
                "Or leave out the offences whose times are not known.",
            ),
        )


def _sentences(found: Profile, hours: int, left_out: dict[str, int]) -> tuple[str, ...]:
    windows = best_windows(found.hours, hours=hours, n=2)
    best = windows[0]
    sentences = [
        f"{said(best)} holds {percent(best.share)} of {counted(found.used, 'incident')}: "
        f"{best.share * len(found.hours) / hours:.1f} times what an even week would have there."
    ]
    if window_chance(best.weight, found.used, hours) > DOUBTFUL:
        sentences.append("Chance could make a window as full out of an even week: do not plan by it.")
    if len(windows) > 1:
        sentences.append(f"Next comes {said(windows[1])} with {percent(windows[1].share)}.")
    days = found.hours.reshape(7, 24)
    day, hour = int(days.sum(axis=1).argmax()), int(days.sum(axis=0).argmax())
    sentences.append(
        f"The fullest day is {DAYS[day]} ({percent(float(days[day].sum() / days.sum()))}), the fullest hour "
        f"of the day {hour:02d}:00 to {hour + 1:02d}:00 ({percent(float(days[:, hour].sum() / days.sum()))})."
    )
    rest = text.left_out(left_out)
    return (*sentences, rest) if rest else tuple(sentences)


def _by_day(found: Profile) -> Table:
    held = found.hours.reshape(7, 24).sum(axis=1)
    fields = (Field("day", "string", "Day"), _number(), _SHARE)
    columns = {"day": DAYS, "incidents": np.round(held, 3), "share": np.round(held / held.sum(), 6)}
    return Table.of("days", "Days of the week", fields, columns, chart=Chart("bars", "day", ("incidents",)))


def _by_hour(found: Profile) -> Table:
    held = found.hours.reshape(7, 24).sum(axis=0)
    fields = (Field("clock", "string", "From", doc="Start of the hour, local time."), _number(), _SHARE)
    columns = {
        "clock": [f"{hour:02d}:00" for hour in range(24)],
        "incidents": np.round(held, 3),
        "share": np.round(held / held.sum(), 6),
    }
    return Table.of(
        "hours", "Hours of the day", fields, columns, chart=Chart("bars", "clock", ("incidents",))
    )


def _number() -> Field:
    return Field("incidents", "number", "Incidents", "incidents", "Those between two moments in part.")


def _of_districts(asked: Asked, district: NDArray[np.int64]) -> Groups:
    found = asked.boundary_set
    assert found is not None  # noqa: S101 - checked before
    fullest, of = _fullest(district)
    return [(found.codes[number], found.names[number], held) for number, held in fullest], of


def _of_offences(offence: pd.Series) -> Groups:
    number, names = pd.factorize(offence.fillna(""), sort=True)
    fullest, of = _fullest(number.astype(np.int64))
    return [(str(names[which]) or UNRECORDED, held) for which, held in fullest], of


def _fullest(group: NDArray[np.int64]) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """Return the groups with most incidents and how many each holds, and each incident's place among them.

    -1 is in no group.
    """
    held = np.bincount(group[group >= 0])
    fullest = [(int(i), int(held[i])) for i in np.argsort(-held, kind="stable")[:MOST_GROUPS] if held[i]]
    place = np.full(len(held) + 1, -1, dtype=np.int64)
    place[[number for number, _ in fullest]] = np.arange(len(fullest))
    return fullest, place[group]
