"""The layer of any clustering method: from the cluster of each incident to ranked places on a map."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspot.analysis.cluster_scores import accuracy_of
from hotspot.analysis.clusters import drawn, note_harm
from hotspot.analysis.ranking import Ranking, first_days, rank_shapes, top_offence
from hotspot.analysis.task import Result
from hotspot.crs import DECIMALS, unproject
from hotspot.stats.outlines import MARGIN
from hotspot.words import counted, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.clusters import Drawn, Find, Found
    from hotspot.analysis.points import Points
    from hotspot.analysis.tables import Table
    from hotspot.analysis.task import Task

    Ints = NDArray[np.int64]


def result_of(
    task: Task,
    find: Find,
    *,
    used: dict[str, Any],
    nothing: str,
    variants: dict[str, Find],
    tables: Callable[[dict[str, Any]], tuple[Table, ...]] = lambda _ranked: (),
    forced: bool = False,
) -> Result:
    """Return the clusters of a task's incidents, ranked, with the hold-out accuracy.

    Parameters
    ----------
    task
        The question, made ready.
    find
        The method.
    used
        Its parameters with every automatic one filled in; ``outline`` says how to draw.
    nothing
        Why there is no hotspot, if there is none.
    variants
        The method with other choices, by name, for the stability.
    tables
        Makes tables from ranks, incidents and what else is known of each ranked hotspot.
    forced
        Whether the answer was only given because it was forced.
    """
    points = task.points
    note_harm(task)
    task.tell(0.4, "finding clusters")
    found = find(points)
    task.tell(0.5, "drawing hotspots")
    places = drawn(points, found, task.area, outline=used["outline"])
    _note_outline(task, places, found, used["outline"])
    task.tell(0.6, "ranking hotspots")
    ranking = rank_shapes(task, places.labels, places.shapes)
    table = ranking.table_with(_more(points, places, task.area.crs))
    task.tell(0.7, "measuring on later data")
    ranked = {"rank": table["rank"].to_numpy(), "incidents": table["incidents"].to_numpy()}
    ranked.update({name: values[ranking.order] for name, values in places.about.items()})
    inside = places.labels >= 0
    area_m2 = task.area.area_km2 * 1e6
    return Result(
        geometry=places.shapes[ranking.order],
        columns=_columns(points, places, ranking, table),
        hotspots=table,
        used=used,
        numbers={
            "clustered": int(inside.sum()),
            "scattered": int((~inside).sum()),
            # Places may overlap, above all those of different weeks.
            "area_share": round(float(shapely.area(shapely.union_all(places.shapes))) / area_m2, 9),
            "nothing": "" if len(table) else nothing,
        },
        accuracy=accuracy_of(task, find, outline=used["outline"]),
        membership=ranking.ranks(places.labels),
        variants=tuple((name, partial(_clustered, other, points)) for name, other in variants.items()),
        tables=tables(ranked),
        forced=forced,
    )


def _clustered(find: Find, points: Points) -> NDArray[np.bool_]:
    return find(points).clusters.labels >= 0


def _note_outline(task: Task, places: Drawn, found: Found, outline: str) -> None:
    if outline == "concave":
        task.log.decide(
            "outline", "concave hulls", f"chosen by the analyst; {metres(MARGIN)} around incidents"
        )
    if outline == "ellipse":
        outside = int((found.clusters.labels >= 0).sum() - (places.labels >= 0).sum())
        task.log.decide(
            "outline",
            "ellipses",
            f"chosen by the analyst; {counted(outside, 'incident')} of the clusters outside them not counted",
        )


def _more(points: Points, places: Drawn, crs: str) -> dict[str, NDArray[Any]]:
    """Columns of the ranked table that only clusters have."""
    inside = places.labels >= 0
    lon, lat = unproject(
        np.array([one.x for one in places.spread]), np.array([one.y for one in places.spread]), crs
    )
    return {
        "locations": _locations(points, places),
        "first_incident": first_days(places.labels[inside], points.first[inside], len(places)),
        "mean_lon": np.round(lon, DECIMALS),
        "mean_lat": np.round(lat, DECIMALS),
        "ellipse_major_m": np.round([one.major for one in places.spread], 1),
        "ellipse_minor_m": np.round([one.minor for one in places.spread], 1),
        "ellipse_rotation": np.round([one.rotation for one in places.spread], 1) % 180,
    }


def _columns(points: Points, places: Drawn, ranking: Ranking, table: Any) -> dict[str, NDArray[Any]]:
    """Columns of the features: those of the ranked table, and the commonest offence."""
    inside = places.labels >= 0
    offence, share = top_offence(places.labels[inside], points.offence[inside], points.offences, len(places))
    columns: dict[str, NDArray[Any]] = {name: table[name].to_numpy() for name in table.columns}
    columns["top_offence"] = offence[ranking.order]
    columns["top_offence_share"] = np.round(share[ranking.order], 4)
    return columns


def _locations(points: Points, places: Drawn) -> Ints:
    """Return the number of different locations in each place."""
    inside = places.labels >= 0
    label, lon, lat = places.labels[inside], points.lon[inside], points.lat[inside]
    # Incidents are sorted by place already, and stay so within each label.
    order = np.argsort(label.astype(np.min_scalar_type(len(places))), kind="stable")
    first = np.ones(len(order), dtype=bool)
    for values in (label, lon, lat):
        ordered = values[order]
        first[1:] &= ordered[1:] == ordered[:-1]
    first[1:] = ~first[1:]
    return np.bincount(label[order][first], minlength=len(places))
