"""The layer of DBSCAN: places where incidents lie densely together, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot import parameters
from hotspot.analysis import holdout
from hotspot.analysis.cells import automatic_cells
from hotspot.analysis.ranking import Districts, Groups, rank, top_offence
from hotspot.analysis.task import Result
from hotspot.places import grid as grids
from hotspot.stats.dbscan import dbscan, suggest_eps
from hotspot.stats.outlines import core_discs
from hotspot.words import metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task, Variant
    from hotspot.stats.clusters import Clusters

_FACTORS: Final = (0.8, 0.9, 1.1, 1.25)
"""Parts of eps that show how far the hotspots depend on it."""


def make(task: Task) -> Result:
    """Return the clusters of the incidents, ranked, and the hold-out accuracy.

    A cluster's polygon is the union of discs of eps around its core incidents,
    cut to the study area. No cluster is an answer too.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.DBSCAN)  # noqa: S101 - the table of methods pairs them
    points = task.points
    task.tell(0.2, "choosing how dense is dense")
    least = _min_samples(task, chosen)
    eps = _eps(task, chosen, least)
    task.tell(0.3, "finding clusters")
    clusters = dbscan(points.x, points.y, eps=eps, min_samples=least)
    shapes = _cut(core_discs(points.x, points.y, clusters, eps=eps), task)
    area_km2 = shapely.area(shapes) / 1e6
    task.tell(0.6, "ranking hotspots")
    districts = Districts.of(task.boundary_set, task.area)
    district = districts.commonest(clusters.labels, points.lon, points.lat, clusters.n_clusters)
    groups = Groups(clusters.labels, shapes, area_km2, district)
    ranking = rank(groups, points, area=task.area, districts=districts)
    locations = _locations(points, clusters)[ranking.order]
    table = ranking.table.assign(locations=locations)
    task.tell(0.7, "measuring on later data")
    useful = _accuracy(task, eps, least)
    shared = ("rank", "incidents", "harm", "share", "area_km2", "density", "pai", "district", "district_name")
    columns: dict[str, NDArray[Any]] = {name: table[name].to_numpy() for name in (*shared, "last_incident")}
    inside = clusters.labels >= 0
    offence, share = top_offence(
        clusters.labels[inside], points.offence[inside], points.offences, clusters.n_clusters
    )
    columns["locations"] = locations
    columns["top_offence"] = offence[ranking.order]
    columns["top_offence_share"] = np.round(share[ranking.order], 4)
    nothing = f"nowhere do {least:,} of them lie within {metres(eps)} of one."
    return Result(
        geometry=shapes[ranking.order],
        columns=columns,
        hotspots=table,
        used={"eps": eps, "min_samples": least},
        numbers={
            "clustered": int(inside.sum()),
            "scattered": int((~inside).sum()),
            "nothing": "" if len(table) else nothing,
        },
        accuracy=useful,
        membership=_ranks(clusters, ranking.order),
        variants=_variants(points, eps, least),
    )


def _ranks(clusters: Clusters, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank of the cluster of each incident, 0 for none."""
    ranks = np.zeros(clusters.n_clusters + 1, dtype=np.int64)
    ranks[order] = np.arange(1, clusters.n_clusters + 1)
    return ranks[clusters.labels]


def _variants(points: Points, eps: float, least: int) -> tuple[Variant, ...]:
    """Return which incidents are clustered with smaller and larger eps."""

    def clustered(other: float) -> NDArray[np.bool_]:
        return dbscan(points.x, points.y, eps=other, min_samples=least).labels >= 0

    return tuple(
        (f"eps {metres(eps * factor)}", lambda other=eps * factor: clustered(other)) for factor in _FACTORS
    )


def _min_samples(task: Task, chosen: parameters.DBSCAN) -> int:
    if chosen.min_samples is not None:
        task.log.decide("min_samples", f"{chosen.min_samples:,} incidents", "chosen by the analyst")
        return chosen.min_samples
    least = min(max(5, round(len(task.points) / 100)), 50)
    task.log.decide(
        "min_samples", f"{least:,} incidents", "automatic: 1 % of the incidents, at least 5 and at most 50"
    )
    return least


def _eps(task: Task, chosen: parameters.DBSCAN, least: int) -> float:
    if chosen.eps is not None:
        task.log.decide("eps", metres(chosen.eps), "chosen by the analyst")
        return chosen.eps
    eps = suggest_eps(task.points.x, task.points.y, least)
    task.log.decide(
        "eps",
        metres(eps),
        f"automatic: the knee of the distances that hold {least:,} incidents each, "
        "but at most what makes one incident in ten a core; rounded to 10 m",
    )
    return eps


def _cut(shapes: NDArray[np.object_], task: Task) -> NDArray[np.object_]:
    """Return the part of each polygon inside the study area."""
    if not len(shapes):
        return shapes
    area = task.area.in_metres()
    shapely.prepare(area)
    over = np.flatnonzero(~shapely.contains_properly(area, shapes))
    shapes = shapes.copy()
    shapes[over] = shapely.intersection(shapes[over], area)
    return shapes


def _locations(points: Points, clusters: Clusters) -> NDArray[np.int64]:
    inside = clusters.labels >= 0
    spots = np.unique(
        np.column_stack([clusters.labels[inside].astype(np.float64), points.lon[inside], points.lat[inside]]),
        axis=0,
    )
    return np.bincount(spots[:, 0].astype(np.int64), minlength=clusters.n_clusters)


def _accuracy(task: Task, eps: float, least: int) -> dict[str, Any]:
    """Score the hotspots of the earlier incidents beside as much area of prior counts."""
    if task.split.reason:
        return holdout.not_measured(task.split)
    earlier, later = task.points.take(task.split.earlier), task.points.take(task.split.later)
    clusters = dbscan(earlier.x, earlier.y, eps=eps, min_samples=least)
    if not clusters.n_clusters:
        return holdout.not_measured(task.split, "the earlier incidents alone make no hotspot.")
    discs = _cut(core_discs(earlier.x, earlier.y, clusters, eps=eps), task)
    places = shapely.union_all(discs)
    km2 = float(shapely.area(places)) / 1e6
    grid = automatic_cells(earlier, task.area, log=task.log, what="cell size of the prior counts")
    if km2 * 1e6 < grid.size**2:
        # In a part of one cell prior counts can only be thinned out, never aimed.
        reason = (
            f"the hotspots of the earlier incidents take {km2:.2g} km² together, less than one cell of the "
            f"prior counts ({metres(grid.size)} wide): too little to compare them in."
        )
        return holdout.not_measured(task.split, reason)
    shapely.prepare(places)
    inside = shapely.intersects_xy(places, later.x, later.y)
    before = grids.count(grid, earlier.x, earlier.y)
    at = holdout.compared_area(inside, grid.cell_of(later.x, later.y), km2, before, area=grid.area_km2)
    return holdout.measured(task.split, [at])
