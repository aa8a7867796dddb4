"""Clusters of incidents as places: how many make one, what each weighs, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.analysis.zones import cut_to
from hotspot.errors import ParameterError
from hotspot.stats.clusters import Clusters, merged
from hotspot.stats.ellipse import ellipses
from hotspot.stats.outlines import concave_hulls, core_discs, ellipse_polygons
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.places.study_area import StudyArea
    from hotspot.stats.ellipse import Ellipse

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_LOCATIONS: Final = 1_000_000
"""Locations that a walk or a spanning tree takes some ten seconds for."""
FEWEST: Final = 5
"""Incidents that a hotspot holds at least where harm makes it dense: one grave incident is no place."""
_A_LITTLE: Final = 1 + 1e-9
"""What rounding may have taken from a sum of weights."""


@dataclass(frozen=True, eq=False)
class Found:
    """Clusters of some incidents, the discs to draw them with, and what else is known of each."""

    clusters: Clusters
    radius: Floats
    """Of the discs around the core incidents of each cluster, m; shape (n_clusters,)."""
    about: dict[str, Floats]
    """More numbers of each cluster, by name."""


Find = Callable[["Points"], Found]
"""A method with its parameters chosen: clusters of whatever incidents it is given."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Clusters with their areas: the same numbers, but for clusters that have no incident in their area."""

    labels: Ints
    """Cluster of each incident that lies in its area, -1 for none; shape (n,)."""
    shapes: NDArray[np.object_]
    spread: tuple[Ellipse, ...]
    """Of all incidents of each cluster, those outside its area too."""
    about: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.shapes)


def weights_of(points: Points) -> Floats | None:
    """Return how many average incidents each counts for; None where all weigh the same.

    So ``min_samples`` stays a number of incidents, whatever the unit of harm.
    """
    mean = float(points.weight.mean()) if len(points) else 0.0
    if mean <= 0 or (points.weight == points.weight[0]).all():
        return None
    return points.weight / mean * _A_LITTLE


def found_by(
    points: Points, clusters: Clusters, radius: Floats | float, about: dict[str, Floats] | None = None
) -> Found:
    """Return what a method found; places of few but grave incidents are none, where harm is asked for."""
    k = clusters.n_clusters
    radii = np.maximum(np.broadcast_to(np.asarray(radius, dtype=np.float64), (k,)), 0.0)
    found = Found(clusters, radii, about or {})
    if weights_of(points) is None:
        return found
    kept = np.bincount(clusters.labels[clusters.labels >= 0], minlength=k) >= FEWEST
    renumbered = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
    labels = renumbered[clusters.labels]
    return Found(
        Clusters(labels, clusters.core & (labels >= 0)),
        radii[kept],
        {name: values[kept] for name, values in found.about.items()},
    )


def note_harm(task: Task) -> None:
    """Say how harm counts, where the question weighs offences."""
    if weights_of(task.points) is not None:
        task.log.decide(
            "harm",
            "dense by weight",
            "an incident counts as its weight over the mean weight, so that sizes stay numbers of average "
            f"incidents; a hotspot holds at least {FEWEST} incidents all the same",
        )


def automatic_least(
    n: int, log: DecisionLog | None = None, name: str = "", *, of: str = "the incidents"
) -> int:
    """Return how many of n incidents are many: 1 %, at least 5 and at most 50; noted in the log, if any."""
    least = min(max(5, round(n / 100)), 50)
    if log is not None:
        log.decide(name, counted(least, "incident"), f"automatic: 1 % of {of}, at least 5 and at most 50")
    return least


def few_enough(points: Points, title: str) -> None:
    """Refuse more locations than a walk over all of them takes ten seconds for.

    Raises
    ------
    ParameterError
        Too many, with what to do instead.
    """
    locations = len(merged(points.x, points.y))
    if locations > MOST_LOCATIONS:
        msg = (
            f"{title} takes at most {MOST_LOCATIONS:,} different locations; the question has {locations:,}. "
            "Ask about a shorter window, fewer offences or a part of the area, or use dbscan."
        )
        raise ParameterError("method", msg)


def drawn(points: Points, found: Found, area: StudyArea, *, outline: str) -> Drawn:
    """Return the clusters with the areas asked for, cut to the study area.

    An ellipse leaves out some of its incidents: those count for no hotspot, so that
    density and PAI are of what is drawn.
    """
    clusters = found.clusters
    spread = ellipses(points.x, points.y, clusters.labels, weights=points.weight)
    if outline == "ellipse":
        shapes = cut_to(ellipse_polygons(spread), area)
        labels = _inside(points, clusters.labels, shapes)
        kept = np.bincount(labels[labels >= 0], minlength=len(shapes)) > 0
        renumbered = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
        about = {name: values[kept] for name, values in found.about.items()}
        left = tuple(one for one, keep in zip(spread, kept, strict=True) if keep)
        return Drawn(renumbered[labels], shapes[kept], left, about)
    if outline == "concave":
        shapes = concave_hulls(points.x, points.y, clusters)
    else:
        shapes = core_discs(points.x, points.y, clusters, eps=found.radius)
    return Drawn(clusters.labels, cut_to(shapes, area), spread, found.about)


def _inside(points: Points, labels: Ints, shapes: NDArray[np.object_]) -> Ints:
    """Labels of the incidents that lie in the area of their cluster; -1 for the others."""
    member = np.flatnonzero(labels >= 0)
    shapely.prepare(shapes)
    within = shapely.intersects_xy(shapes[labels[member]], points.x[member], points.y[member])
    found = np.full(len(labels), -1, dtype=np.int64)
    found[member[within]] = labels[member[within]]
    return found
