"""One question and the incidents in, one hotspot layer out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from hotspot.analysis import guards, holdout, text
from hotspot.analysis.behind import tables_behind
from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.dress import Dress, Rows
from hotspot.analysis.methods import METHODS
from hotspot.analysis.placing import boundary_set_of
from hotspot.analysis.points import Points, leave_outside, leave_unlocated, points_of
from hotspot.analysis.question import HULL
from hotspot.analysis.selection import REASONS
from hotspot.analysis.stability import stability
from hotspot.analysis.task import Task
from hotspot.analysis.windows import FORETELLS_NOTHING, blurred, look_back, parted, widened
from hotspot.places.study_area import StudyArea, hull_of, parse_area, study_area
from hotspot.words import counted

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.analysis.layer import Layer
    from hotspot.analysis.question import Question
    from hotspot.analysis.selection import Elsewhere
    from hotspot.analysis.task import Earlier, Progress
    from hotspot.places.boundaries import BoundarySet

UNCHECKED: Final = (
    "Made without checks: its accuracy on later incidents and the survival of its hotspots are not known. "
    "It serves to try parameters; do not act on it."
)


def run(
    question: Question,
    incidents: pd.DataFrame,
    *,
    boundary_set: BoundarySet | None,
    timezone: str,
    force: bool = False,
    checks: bool = True,
    progress: Progress | None = None,
    elsewhere: Elsewhere | None = None,
) -> Layer:
    """Return the layer that answers a question; the same question and incidents give the same bytes.

    Parameters
    ----------
    question
        What is asked.
    incidents
        A clean table of incidents, in any order.
    boundary_set
        The districts that the question's study area names; None for a hull.
    timezone
        IANA zone in which days and hours are meant.
    force
        Answer also when the data are too thin; the layer is marked.
    checks
        Also measure it on later incidents, make it again in other ways, and tell hours and
        concentration; without, in half of the time, the layer says that it is unchecked.
    progress
        Called with the share done, 0 to 1, and what is being done.
    elsewhere
        Incidents that were not even read, as they lie outside the days that are asked about.

    Raises
    ------
    ThinDataError
        Too few incidents, or cells that could never be significant, with what would help.
    BoundaryError
        The study area and the boundary set do not fit.
    NotFoundError
        A district or an offence that does not exist.
    """
    tell = progress or (lambda _share, _what: None)
    log = DecisionLog()
    tell(0.0, "choosing incidents")
    method, uncovered = METHODS[question.method], False
    if method.looks_back:
        windows, uncovered = look_back(question, incidents, timezone=timezone, force=force, log=log)
        question = replace(question, start=windows.start, end=windows.end)
        whole = usable(widened(question, windows), incidents, boundary_set=boundary_set, timezone=timezone)
        now, left, earlier = parted(whole.points, whole.rows, windows)
        uncovered = blurred(now, earlier.points, left, force=force, log=log) or uncovered
        found = Usable(whole.area, now, left, earlier)
    else:
        found = usable(question, incidents, boundary_set=boundary_set, timezone=timezone, elsewhere=elsewhere)
    area, points, rows, before = found.area, found.points, found.rows, found.before
    question = replace(question, area=area.label)
    forced = guards.enough_incidents(
        found.number, kind=area.kind, question=question, left_out=rows.left_out, force=force, log=log
    )
    districts = boundary_set if area.kind == "districts" else None
    _note_area(log, area, districts)
    _note_rows(log, question, rows, points)
    if not checks:
        log.warn(UNCHECKED)
    why = FORETELLS_NOTHING if before else "" if checks else "it was made without checks."
    split = holdout.no_split(len(points), why) if why else holdout.split(points)
    if not split.reason:
        log.decide(
            "hold-out cut",
            split.about["cut"],
            "automatic: the midnight nearest to two thirds of the window; the layer is built again on the "
            "days before and scored on those since, beside earlier incidents per km²",
        )
    window = (question.start, question.end)
    task = Task(points, area, question.parameters_checked, split, districts, force, log, tell, window, before)
    result = method.maker()(task)
    tell(0.85, "making it again in other ways")
    survival, stable = stability(result if checks else replace(result, variants=()))
    ranked = result.hotspots.assign(survival=survival)
    result = replace(result, hotspots=ranked[[field.name for field in method.hotspot_fields]])
    tell(0.9, "putting the layer together")
    layer = Dress(
        question,
        timezone,
        area,
        districts,
        points,
        rows,
        log,
        result,
        forced or uncovered or result.forced,
        (*result.tables, *stable, *(tables_behind(task, result, timezone=timezone) if checks else ())),
        before.points if before else None,
        checks,
    )
    return layer.dressed()


@dataclass(frozen=True, eq=False)
class Usable:
    """What a question finds usable: the study area, the incidents in it, and what became of the rows."""

    area: StudyArea
    points: Points
    rows: Rows
    before: Earlier | None = None

    @property
    def number(self) -> int:
        """Number of incidents, with those of an earlier window; without any now there is nothing to show."""
        return len(self.points) and len(self.points) + (len(self.before.points) if self.before else 0)


def usable(
    question: Question,
    incidents: pd.DataFrame,
    *,
    boundary_set: BoundarySet | None,
    timezone: str,
    elsewhere: Elsewhere | None = None,
) -> Usable:
    """Return the incidents of a question that a point method may use, in its study area.

    Raises
    ------
    ThinDataError
        No incident to make a hull of.
    BoundaryError, NotFoundError, ParameterError
        As `run`.
    """
    area = area_of(question, boundary_set)
    selection = question.select(incidents, timezone=timezone, elsewhere=elsewhere)
    sieve = selection.sieve()
    how_placed = leave_unlocated(sieve, incidents, precision=question.precision)
    if area is None:
        known = sieve.rows
        # Without a point there is no hull; the guard has to say what is missing.
        guards.enough_incidents(
            len(known),
            kind=HULL,
            question=question,
            left_out=sieve.left_out,
            force=len(known) > 0,
            log=DecisionLog(),
        )
        area = hull_of(incidents["lon"].to_numpy()[known], incidents["lat"].to_numpy()[known])
    else:
        leave_outside(sieve, incidents, area)
    rows = sieve.rows if sieve.left_out else None
    points = points_of(incidents, area, timezone=timezone, harm=question.harm, rows=rows, span=selection.span)
    return Usable(area, points, Rows(selection.read, sieve.left_out, how_placed))


def area_of(question: Question, boundary_set: BoundarySet | None) -> StudyArea | None:
    """Return the study area that is named; None for a hull, which the incidents have to make."""
    if question.area == HULL:
        return None
    _, codes = parse_area(question.area)
    return study_area(boundary_set_of(question, boundary_set), codes)


def _note_area(log: DecisionLog, area: StudyArea, districts: BoundarySet | None) -> None:
    log.decide("study area", f"{area.label}, {area.area_km2:,.1f} km²", text.area_name(area, districts))
    log.decide("CRS", area.crs, "automatic: the UTM zone of the study area's middle; degrees only in output")
    if area.kind == "hull":
        log.warn(
            "The study area is only a hull around the incidents: where else they could have happened is not "
            "known, so significance is rough. Name a boundary set to be sure."
        )


def _note_rows(log: DecisionLog, question: Question, rows: Rows, points: Points) -> None:
    for reason, number in rows.left_out.items():
        log.decide("incidents left out", f"{number:,}", REASONS[reason])
    if question.hours and question.weekdays and question.hours[1] <= question.hours[0]:
        log.decide("nights", "by the day they begin", "the hours asked about go past midnight")
    unplaced = sum(rows.left_out.get(reason, 0) for reason in ("district_only", "not_located", "place_only"))
    if unplaced > len(points) / 4:
        log.warn(
            f"{counted(unplaced, 'incident')} could not be placed well enough and "
            f"{counted(len(points), 'incident was', 'incidents were')} used: "
            "hotspots of the unplaced are missed."
        )
    by_place = rows.placed["place"]["incidents"] if question.precision == "place" else 0
    if by_place:
        log.warn(
            f"{counted(int(by_place), 'incident is', 'incidents are')} placed at the middle point of a "
            "town, as was asked: a hotspot there may only say that places are recorded by name."
        )
    shore = rows.left_out.get("outside_near_shore", 0)
    if shore > len(points) / 20:
        log.warn(
            f"{counted(shore, 'incident lies', 'incidents lie')} just outside the districts, as at a "
            "coarse shore, and had to be left out. Import finer boundaries to use them."
        )
