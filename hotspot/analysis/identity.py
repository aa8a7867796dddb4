"""Which hotspot of a layer is which of an earlier one: kept, grown, split, merged, gone or new."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.matching import GROWN, OVERLAP, STATES, Ranked, change, match, states
from hotspot.analysis.methods.method import Field
from hotspot.analysis.reports import Report
from hotspot.analysis.tables import Table
from hotspot.crs import project_shapes
from hotspot.errors import ParameterError
from hotspot.stats.change import FLAG
from hotspot.words import counted

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer

_SAME: Final = ("offences", "hours", "weekdays", "precision", "harm")
_FIELDS: Final = (
    Field("earlier_rank", "integer", "Earlier rank", doc="Empty for a new hotspot."),
    Field("later_rank", "integer", "Later rank", doc="Empty for a hotspot that is gone."),
    Field("state", "string", "State", doc="; ".join(STATES.values()) + "."),
    Field("district_name", "string", "District"),
    Field("overlap", "number", "Overlap", "share", "Part of the smaller of the two in the other, 0 to 1."),
    Field("earlier_incidents", "integer", "Incidents before", "incidents", "In the earlier hotspot."),
    Field("later_incidents", "integer", "Incidents now", "incidents", "In the later hotspot."),
    Field(
        "z",
        "number",
        "z",
        doc="Poisson z of the change, of all that split and merged together; beyond 3 is clear.",
    ),
    Field("earlier_area_km2", "number", "Area before", "km²"),
    Field("later_area_km2", "number", "Area now", "km²"),
)


def changes(earlier: Layer, later: Layer) -> Report:
    """Return what became of each hotspot of the earlier layer, and which of the later are new.

    Two hotspots are the same place if at least `OVERLAP` of the smaller lies in the other. Layers of
    different methods, parameters or questions are compared too, with a warning.

    Parameters
    ----------
    earlier, later
        Of the same study area; their windows should be equally long and not overlap.

    Raises
    ------
    ParameterError
        ``later``: another study area, or a window that begins before the earlier one.
    """
    _refuse(earlier, later)
    log = DecisionLog()
    log.decide("same place", f"{OVERLAP:.0%}".replace("%", " %"), "of the smaller hotspot lies in the other")
    log.decide("grown", f"{GROWN:g} times", "the area it had, or more")
    exposure = _exposure(earlier, later, log)
    _warn(earlier, later, log)
    crs = later.provenance["crs"]
    before, now = _ranked(earlier, crs), _ranked(later, crs)
    rows = _rows(before, now, exposure)
    table = Table(
        "changes",
        "What became of each hotspot",
        _FIELDS,
        rows,
        "A hotspot that split or merged has a row for each of its parts. Incidents are those of the whole "
        "hotspots, whose areas differ; and what was chosen for holding many tends to hold fewer later.",
    )
    return Report(
        name="changes",
        title=f"{later.title}, compared with {earlier.title}",
        sentences=_sentences(rows, len(before.shapes), len(now.shapes), judged=not _overlap(earlier, later)),
        tables=(table,),
        decisions=log.decisions,
        warnings=log.warnings,
        about={"earlier": earlier.id, "later": later.id, "exposure": round(exposure, 6), "crs": crs},
    )


def _ranked(layer: Layer, crs: str) -> Ranked:
    """Return the hotspots of a layer with their polygons in metres: its features, or joined ones."""
    features = layer.features
    rank = features["hotspot" if "hotspot" in features.columns else "rank"].to_numpy()
    polygons = shapely.make_valid(project_shapes(features.geometry.to_numpy(), crs))
    table = layer.hotspots
    shapes = np.empty(len(table), dtype=object)
    for number, each in enumerate(table["rank"]):
        # Published corners are rounded: cells that touch may have slivers between them.
        shapes[number] = shapely.union_all(polygons[rank == each], grid_size=0.2)
    return Ranked(shapes, table["incidents"].to_numpy(dtype=np.int64), tuple(table["district_name"]))


def _rows(before: Ranked, now: Ranked, exposure: float) -> tuple[tuple[Any, ...], ...]:
    old, new, overlap = match(before.shapes, now.shapes)
    growth = now.km2[new] / before.km2[old]
    z = change(old, new, before.incidents, now.incidents, exposure)
    rows: list[tuple[Any, ...]] = []
    for i, j, state, part, score in zip(old, new, states(old, new, growth), overlap, z, strict=True):
        rows.append(
            (
                int(i) + 1,
                int(j) + 1,
                state,
                now.district[j],
                round(float(part), 4),
                int(before.incidents[i]),
                int(now.incidents[j]),
                round(float(score), 3),
                round(float(before.km2[i]), 6),
                round(float(now.km2[j]), 6),
            )
        )
    for i in np.setdiff1d(np.arange(len(before.shapes)), old):
        held, size = int(before.incidents[i]), round(float(before.km2[i]), 6)
        rows.append((int(i) + 1, None, "gone", before.district[i], None, held, None, None, size, None))
    for j in np.setdiff1d(np.arange(len(now.shapes)), new):
        held, size = int(now.incidents[j]), round(float(now.km2[j]), 6)
        rows.append((None, int(j) + 1, "new", now.district[j], None, None, held, None, None, size))
    # By the later rank, those that are gone after them.
    return tuple(sorted(rows, key=lambda row: (row[1] is None, row[1] or row[0], row[0] or 0)))


def _refuse(earlier: Layer, later: Layer) -> None:
    one, other = (layer.provenance["study_area"] for layer in (earlier, later))
    if one["label"] != other["label"] or one["kind"] == "hull":
        hull = (
            " A hull is another area for other incidents." if "hull" in (one["kind"], other["kind"]) else ""
        )
        msg = (
            f"later must have the study area of the earlier layer, {one['label']}; it has {other['label']}."
            f"{hull} Make both layers over the same districts."
        )
        raise ParameterError("later", msg)
    begins = [layer.summary["first"] for layer in (earlier, later)]
    if all(begins) and begins[1] < begins[0]:
        msg = (
            f"later must not begin before the earlier layer does; its incidents begin on {begins[1]}, "
            f"those of the earlier on {begins[0]}. Swap the two."
        )
        raise ParameterError("later", msg)


def _warn(earlier: Layer, later: Layer, log: DecisionLog) -> None:
    if earlier.method != later.method:
        log.warn(
            f"The layers are of different methods, {earlier.method} and {later.method}: a hotspot can "
            "come or go for that alone."
        )
    elif earlier.provenance["parameters"] != later.provenance["parameters"]:
        old, new = earlier.provenance["parameters"], later.provenance["parameters"]
        differ = ", ".join(name for name in new if old.get(name) != new[name])
        log.warn(f"The layers were made with different parameters ({differ}): choose them alike for both.")
    asked = [layer.provenance["question"] for layer in (earlier, later)]
    other = [name for name in _SAME if asked[0].get(name) != asked[1].get(name)]
    if other:
        log.warn(
            f"The layers do not ask about the same incidents: {', '.join(other)} differ. A hotspot can come "
            "or go for that alone."
        )
    if _overlap(earlier, later):
        log.warn(
            f"The windows overlap: the earlier layer reaches to {earlier.summary['last']}, the later "
            f"begins on {later.summary['first']}. Incidents in both make hotspots look kept, and z does not "
            "say whether there are more or fewer."
        )


def _overlap(earlier: Layer, later: Layer) -> bool:
    ends, begins = earlier.summary["last"], later.summary["first"]
    return bool(ends and begins and begins <= ends)


def _exposure(earlier: Layer, later: Layer, log: DecisionLog) -> float:
    """Return the length of the later window over that of the earlier."""
    days = [_days(layer) for layer in (earlier, later)]
    if not all(days):
        log.warn("A layer has no times: its incidents are compared as if both windows were equally long.")
        return 1.0
    exposure = days[1] / days[0]
    if not 0.95 <= exposure <= 1.05:
        log.warn(
            f"The windows are {days[0]:,} and {days[1]:,} days long: incidents before are scaled to the "
            "later window for z, and a longer window makes more hotspots significant."
        )
    return exposure


def _days(layer: Layer) -> int:
    asked, held = layer.provenance["question"], layer.summary
    start, end = asked.get("start") or held["first"], asked.get("end") or held["last"]
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1 if start and end else 0


def _sentences(rows: tuple[tuple[Any, ...], ...], before: int, now: int, *, judged: bool) -> tuple[str, ...]:
    if not rows:
        return ("Neither layer has a hotspot.",)
    ranks = {
        state: {row[0] if state in ("gone", "split") else row[1] for row in rows if row[2] == state}
        for state in STATES
    }
    parts = [f"{len(found):,} {state}" for state, found in ranks.items() if found]
    said = [f"Of {counted(before, 'earlier hotspot')} and {counted(now, 'later one')}: {', '.join(parts)}."]
    if not judged:
        return tuple(said)
    clear = {row[1]: row for row in rows if row[7] is not None and abs(row[7]) > FLAG}
    for row in list(clear.values())[:3]:
        more = "more" if row[7] > 0 else "fewer"
        size = f" to {row[9] / row[8]:.1f} times its area" if row[2] == "grew" else ""
        said.append(
            f"There are clearly {more} incidents than before in hotspot {row[1]} ({row[2]}{size}): "
            f"z {row[7]:.1f}."
        )
    if not clear and any(row[7] is not None for row in rows):
        said.append("In none that lasted did the number of incidents change by more than chance could make.")
    return tuple(said)
