"""Before and after: what became of the districts where something was done, beside those where nothing was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis.before_after import LONGEST, count, windows_around
from hotspot.analysis.methods.method import Field
from hotspot.analysis.placing import in_area, named
from hotspot.analysis.question import HULL
from hotspot.analysis.reports import Answer
from hotspot.analysis.selection import local_span
from hotspot.analysis.tables import Table
from hotspot.errors import ParameterError
from hotspot.places.districts import DistrictNames
from hotspot.stats.wdd import WDD, wdd
from hotspot.words import counted, quoted

if TYPE_CHECKING:
    from hotspot.analysis.reports import Asked
    from hotspot.analysis.windows import Windows
    from hotspot.places.boundaries import BoundarySet

GROUPS: Final = {
    "treated": "Treated",
    "control": "Control",
    "treated_displacement": "Beside the treated",
    "control_displacement": "Beside the control",
}
"""The parameters that name districts, and what they are called."""
SMALL: Final = 20
"""Incidents before, in the treated districts, below which hardly any change could be told from chance."""


def make(asked: Asked) -> Answer:
    """Return what each group of districts held before and after, and the weighted displacement difference.

    Raises
    ------
    ParameterError
        A group without a district or with one that does not exist or is in two groups, or a day
        that leaves no day on one side.
    ThinDataError
        No incident with a time in these districts, or times too coarse to say which side they are on.
    """
    chosen = asked.parameters
    assert isinstance(chosen, parameters.Evaluate)  # noqa: S101 - the table of reports pairs them
    if asked.question.area == HULL:
        msg = "treated needs a study area of districts; a hull has none. Name a boundary set as the area."
        raise ParameterError("treated", msg)
    groups = _groups(chosen, named(asked))
    asked.tell(0.3, "counting before and after")
    dated = asked.question.start or asked.question.end
    # A rare offence may be absent for months; the days that are recorded are those of all incidents.
    recorded = asked.selection.table if dated else asked.incidents
    windows = windows_around(
        *local_span(recorded, asked.timezone),
        since=chosen.since,
        before=chosen.before,
        after=chosen.after,
        log=asked.log,
    )
    table, district, left_out = in_area(asked)
    group = np.full(len(asked.boundary_set or ()) + 1, -1)
    for number, members in enumerate(groups.values()):
        group[members] = number
    counts = count(
        *local_span(table, asked.timezone),
        group[district],
        windows=windows,
        groups=len(GROUPS),
        log=asked.log,
    )
    asked.tell(0.8, "weighing the difference")
    found = wdd(
        counts[0],
        counts[1],
        treated_displacement=counts[2],
        control_displacement=counts[3],
        lengths=(windows.before_days, windows.days),
    )
    _warn(asked, chosen, windows, counts)
    names = {name: [named(asked).codes[i] for i in members] for name, members in groups.items()}
    used = {**chosen.to_dict(), **names, "before": windows.before_days, "after": windows.days}
    tables = (_count_table(asked, groups, counts, windows), _difference_table(found))
    return Answer(_sentences(counts, found, windows, chosen), tables, used, {"left_out": left_out})


def _groups(chosen: parameters.Evaluate, boundary_set: BoundarySet) -> dict[str, list[int]]:
    """Return the positions of each group's districts in the boundary set."""
    names = DistrictNames(boundary_set)
    groups: dict[str, list[int]] = {}
    owner: dict[str, str] = {}
    for name in GROUPS:
        codes = [_code(name, word, names, boundary_set) for word in getattr(chosen, name)]
        for code in codes:
            if owner.setdefault(code, name) != name:
                msg = (
                    f"{name} must not share a district with {owner[code]}; both name {code}. Leave it in one."
                )
                raise ParameterError(name, msg)
        groups[name] = sorted(boundary_set.codes.index(code) for code in dict.fromkeys(codes))
    for name in ("treated", "control"):
        if not groups[name]:
            msg = f"{name} needs at least one district. There are: {', '.join(boundary_set.codes)}."
            raise ParameterError(name, msg)
    beside = ("treated_displacement", "control_displacement")
    for name, other in (beside, beside[::-1]):
        if groups[other] and not groups[name]:
            msg = f"{name} needs a district, as {other} has one: the same is compared on both sides."
            raise ParameterError(name, msg)
    return groups


def _code(name: str, word: str, names: DistrictNames, boundary_set: BoundarySet) -> str:
    code = names.one(word)
    if code is None:
        msg = (
            f"{name} names districts of {boundary_set.name}; {quoted(word)} is none. "
            f"They are: {', '.join(boundary_set.codes)}."
        )
        raise ParameterError(name, msg)
    return code


def _warn(asked: Asked, chosen: parameters.Evaluate, windows: Windows, counts: list[tuple[int, int]]) -> None:
    if windows.before_days != windows.days:
        asked.log.warn(
            f"The windows are {windows.before_days:,} and {windows.days:,} days long: counts before are "
            "scaled to the length after, and the seasons in them may differ."
        )
    elif windows.days < LONGEST - 1:
        asked.log.warn(
            "The windows lie in different parts of the year: only the control districts take the seasons out."
        )
    if counts[0][0] < SMALL:
        asked.log.warn(
            f"The treated districts held {counted(counts[0][0], 'incident')} before: so few that even "
            "halving them could not be told from chance."
        )
    if not chosen.treated_displacement:
        asked.log.warn(
            "No districts beside the treated ones are named: crime that only moved there counts as prevented."
        )


def _count_table(
    asked: Asked, groups: dict[str, list[int]], counts: list[tuple[int, int]], windows: Windows
) -> Table:
    fields = (
        Field("group", "string", "Group"),
        Field("districts", "string", "Districts", doc="Their codes."),
        Field("before", "integer", "Before", "incidents"),
        Field("after", "integer", "After", "incidents"),
        Field(
            "expected", "number", "Before, scaled", "incidents", "Those before over as many days as after."
        ),
        Field("change", "number", "Change", "incidents", "After less those before, scaled."),
    )
    rows: list[tuple[Any, ...]] = []
    for (name, members), (before, after) in zip(groups.items(), counts, strict=True):
        if members:
            codes = ", ".join(named(asked).codes[i] for i in members)
            expected = before * windows.exposure
            rows.append((GROUPS[name], codes, before, after, round(expected, 3), round(after - expected, 3)))
    note = (
        f"Before is {windows.before_start} to {windows.before_end}, after {windows.start} to {windows.end}, "
        "local days."
    )
    return Table("counts", "Incidents before and after", fields, tuple(rows), note)


def _difference_table(found: WDD) -> Table:
    fields = (
        Field(
            "wdd",
            "number",
            "WDD",
            "incidents",
            "Weighted displacement difference: below 0, fewer than elsewhere.",
        ),
        Field("se", "number", "Standard error", "incidents"),
        Field("z", "number", "z", "standard deviations"),
        Field("p", "number", "p", doc="Two-sided."),
        Field("low", "number", "Low", "incidents", "Lower end of the 95 % interval."),
        Field("high", "number", "High", "incidents", "Upper end of the 95 % interval."),
    )
    row = (found.estimate, found.se, found.z, found.p, found.low, found.high)
    return Table(
        "difference",
        "What it made of it",
        fields,
        (tuple(round(value, 6) for value in row),),
        "The change in the treated districts and beside them, less that in and beside the control districts.",
    )


def _sentences(
    counts: list[tuple[int, int]], found: WDD, windows: Windows, chosen: parameters.Evaluate
) -> tuple[str, ...]:
    treated, control = counts[0], counts[1]
    even = round(abs(found.estimate)) == 0
    more = "as many" if even else f"{abs(found.estimate):,.0f} {'more' if found.estimate > 0 else 'fewer'}"
    interval = f"95 % interval {found.low:+,.0f} to {found.high:+,.0f}"
    sure = "more than chance would make" if found.p < 0.05 else "which chance alone could make"
    beside = " and beside them" if chosen.treated_displacement else ""
    days = f"{counted(windows.days, 'day')} each"
    if windows.before_days != windows.days:
        days = f"in {counted(windows.before_days, 'day')} before and {counted(windows.days, 'day')} after"
    return (
        f"Incidents went from {treated[0]:,} to {treated[1]:,} in the treated districts and from "
        f"{control[0]:,} to {control[1]:,} in the control districts ({days}).",
        f"Against the control districts that is {more} in the treated "
        f"ones{beside} ({interval}, z {found.z:.2f}): {sure}.",
        "It takes for granted that without the measure the treated districts would have gone the way of the "
        "control ones, and that incidents are independent of each other; it cannot say why they changed.",
    )
