"""Plain-language sentences about a layer, for pages, the command line and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.analysis.holdout import EQUAL
from hotspot.analysis.methods import METHODS, kind
from hotspot.analysis.question import LONGEST_TITLE, Question
from hotspot.analysis.selection import REASONS
from hotspot.stats.thinness import FAIR, THIN
from hotspot.words import counted, percent, percents

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet
    from hotspot.places.study_area import StudyArea


def incidents(number: int, offences: tuple[str, ...]) -> str:
    """Return a number of incidents, named by their offence if there is only one.

    >>> incidents(1204, ("Burglary",))
    '1,204 incidents of Burglary'
    """
    return counted(number, "incident") + (f" of {offences[0]}" if len(offences) == 1 else "")


def left_out(reasons: dict[str, int]) -> str:
    """Return the rows left out, by reason, as one sentence; empty if none were."""
    if not reasons:
        return ""
    parts = [f"{number:,} {REASONS[reason]}" for reason, number in reasons.items()]
    return f"Left out: {'; '.join(parts)}."


def why_thin(number: int, cells: int, level: str, *, needed: int, noun: str = "cell") -> str:
    """Return why the data are as thin, or as good, as they are.

    >>> why_thin(1047, 161_779, "thin", needed=30)
    '1,047 usable incidents over 161,779 cells: few for so many cells, larger ones would help.'
    """
    said = counted(number, "usable incident") + (f" over {counted(cells, noun)}" if cells else "")
    if level == "too thin":
        return f"{said}: it takes at least {needed}."
    enough = {"thin": THIN, "fair": FAIR}.get(level, 0)
    if number < enough:
        return f"{said}: {enough:,} and more would carry further."
    return f"{said}: few for so many {noun}s, larger ones would help." if enough else f"{said}."


def title_of(question: Question, area: StudyArea | None, boundary_set: BoundarySet | None) -> str:
    """Return the question's own title, or one made from what it asks."""
    if question.title:
        return question.title
    what = " and ".join(question.offences) if 0 < len(question.offences) <= 2 else ""
    if not what:
        what = f"{len(question.offences)} offences" if question.offences else "All incidents"
    parts = [what, area_name(area, boundary_set), *_when(question)]
    title = f"{', '.join(parts)} ({kind(question.method).short})"
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def area_name(area: StudyArea | None, boundary_set: BoundarySet | None) -> str:
    """Return the study area in words.

    Districts are named while they are few.
    """
    if boundary_set is None or area is None or area.kind == "hull":
        return "area around the incidents"
    if len(area.codes) >= len(boundary_set.codes):
        return boundary_set.title
    if len(area.codes) <= 2:
        return " and ".join(_district_name(code, boundary_set) for code in area.codes)
    return f"{len(area.codes)} districts of {boundary_set.title}"


def _district_name(code: str, boundary_set: BoundarySet) -> str:
    name = boundary_set.name_of(code)
    # Belize is a district of Belize.
    type_ = boundary_set.types[boundary_set.codes.index(code)]
    return f"{name} {type_}".strip() if name == boundary_set.title else name


def _when(question: Question) -> list[str]:
    parts = []
    if question.start and question.end:
        same = question.start == question.end
        parts.append(f"{question.start}" if same else f"{question.start} to {question.end}")
    elif question.start or question.end:
        parts.append(f"since {question.start}" if question.start else f"until {question.end}")
    if question.weekdays:
        parts.append(" ".join(day.capitalize() for day in question.weekdays))
    if question.hours:
        parts.append(f"{question.hours[0]:02d}:00 to {question.hours[1]:02d}:00")
    return parts


def sentences(summary: dict[str, Any], question: Question) -> list[str]:
    """Return what a reader should know of the layer, the most important first."""
    said = [_found(summary, question), *summary.get("findings", ()), _untested(summary, question)]
    said += [_accuracy(summary["accuracy"]), _thinness(summary["thinness"])]
    said += [_placed(summary["placed"]), left_out(summary["left_out"])]
    return [sentence for sentence in said if sentence]


def _found(summary: dict[str, Any], question: Question) -> str:
    all_of_them = incidents(summary["incidents"], question.offences)
    if not summary["hotspots"]:
        return f"No hotspot was found among {all_of_them}: {summary['nothing']}"
    if "found" in summary:
        return str(summary["found"])
    many = summary["hotspots"] != 1
    who = counted(summary["hotspots"], "hotspot")
    if "hot_cells" in summary:
        noun = summary.get("noun", "cell")
        who = f"{counted(summary['hotspot_cells'], f'hot {noun}')} in {who}"
        many = many or summary["hotspot_cells"] != 1
    return (
        f"{who} {'hold' if many else 'holds'} {percent(summary['share_in_hotspots'])} of {all_of_them} "
        f"{summary.get('when', '')}in {percent(summary['area_share'])} of the area."
    )


def _untested(summary: dict[str, Any], question: Question) -> str:
    """Return that nothing was held against chance, of hotspots of a method that does not."""
    found = METHODS.get(question.method)
    if found is None or found.tested or not summary["hotspots"]:
        return ""
    return (
        f"{found.title} has no test against chance: incidents strewn at random can show hotspots too. "
        "Gi* has one: ask it about the same incidents."
    )


def _accuracy(accuracy: dict[str, Any]) -> str:
    if not accuracy["measured"]:
        return f"Usefulness on later data was not measured: {accuracy['reason']}"
    figures = (
        f"PAI {accuracy['pai']:,.1f} vs {accuracy['prior']['pai']:,.1f} in {percent(accuracy['area_share'])} "
        f"of the area, hit rate {percent(accuracy['hit_rate'])} vs {percent(accuracy['prior']['hit_rate'])}"
    )
    if accuracy["verdict"] == EQUAL:
        why = _chance(accuracy["difference"])
        return f"On later data this layer and prior counts did about equally well ({figures}): {why}"
    verdict = "yes" if accuracy["beats_prior"] else "no"
    return f"On later data this layer beat prior counts: {verdict} ({figures})."


def _chance(difference: dict[str, float]) -> str:
    hits, chance = abs(difference["hits"]), difference["chance"]
    if not round(hits, 1):
        return "they caught as many incidents."
    return f"they are {_few(hits)} later incidents apart, and chance alone makes up to {_few(chance)}."


def _few(hits: float) -> str:
    return f"{hits:,.1f}".removesuffix(".0") if hits < 10 else f"{hits:,.0f}"


def _placed(placed: dict[str, dict[str, float]]) -> str:
    words = {
        "exact": "by coordinates",
        "place": "by a place name",
        "district": "by district only",
        "none": "not at all",
    }
    shares = {name: placed[name]["share"] for name in words if placed[name]["incidents"]}
    said = dict(zip(shares, percents(tuple(shares.values())), strict=True))
    parts = [f"{said[name]} {way}" for name, way in words.items() if name in said]
    return f"Incidents placed: {', '.join(parts)}." if parts else ""


def _thinness(thinness: dict[str, Any]) -> str:
    if thinness["forced"]:
        return f"Forced although the data are too thin: do not act on this layer alone ({thinness['why']})"
    return f"The data are thin: {thinness['why']}" if thinness["class"] == "thin" else ""
