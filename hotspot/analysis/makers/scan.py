"""The layer of the space-time scan: circles that hold more during some days than chance puts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import holdout, in_turn
from hotspot.analysis.days import dated
from hotspot.analysis.methods.method import Field
from hotspot.analysis.ranking import rank_shapes
from hotspot.analysis.scan_plan import Plan, plan_of
from hotspot.analysis.tables import Table
from hotspot.analysis.task import Result
from hotspot.analysis.zones import cut_to, zones
from hotspot.crs import DECIMALS, unproject
from hotspot.stats.circles import MOST_CIRCLES, circles
from hotspot.stats.scan import MOST_CLUSTERS, n_windows, scan
from hotspot.words import counted, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hotspot.analysis.days import Dated
    from hotspot.analysis.points import Points
    from hotspot.analysis.ranking import Ranking
    from hotspot.analysis.task import Task
    from hotspot.stats.circles import Circles
    from hotspot.stats.scan import Scan

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Tell = Callable[[float], None]

_MOST: Final = 10_000_000
"""Cylinders that are compared, so that a thousand shuffles take some ten seconds."""
_LIKELIEST: Final = (
    Field("likeliest", "integer", "Number", doc="1 is the least likely by chance."),
    Field("hotspot", "string", "Hotspot", doc="Yes where p is small enough; else no."),
    Field("start", "string", "Start", doc="First day."),
    Field("end", "string", "End", doc="Last day."),
    Field("lon", "number", "Longitude", "degrees", "Middle of the circle, WGS 84."),
    Field("lat", "number", "Latitude", "degrees", "Middle of the circle, WGS 84."),
    Field("radius_m", "number", "Radius", "m"),
    Field("incidents", "integer", "Incidents", "incidents"),
    Field("expected", "number", "Expected", "incidents", "By chance."),
    Field("ratio", "number", "Ratio", "times", "Incidents over expected ones."),
    Field("llr", "number", "Log likelihood ratio"),
    Field("p", "number", "p", doc="How often shuffled times make one anywhere that is as unlikely."),
    Field("recurrence_days", "number", "Recurrence", "days", "How often chance alone raises such an alarm."),
)


def make(task: Task) -> Result:
    """Return the clusters in space and time that chance hardly makes, and the table of the likeliest.

    No such cluster is an answer too.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.Scan)  # noqa: S101 - the table of methods pairs them
    found = dated(task, what="Space-time scans")
    task.tell(0.2, "laying circles")
    plan = plan_of(task, chosen, found.now + 1)
    looked = _look(
        found.points,
        found.day,
        plan,
        chosen,
        now=found.now,
        tell=lambda share: task.tell(0.25 + 0.45 * share, "shuffling the times"),
    )
    _note(task, looked, chosen)
    task.tell(0.75, "ranking hotspots")
    clusters = _clusters(looked, found, plan, chosen)
    sure = np.flatnonzero(clusters.columns["p"] <= chosen.level)
    shapes = cut_to(zones(clusters.x[sure], clusters.y[sure], clusters.columns["radius_m"][sure]), task.area)
    ranking, label = _ranked(task, found, clusters, sure, shapes)
    table = ranking.table_with({name: values[sure] for name, values in clusters.columns.items()})
    task.tell(0.8, "measuring on later data")
    return Result(
        geometry=shapes[ranking.order],
        columns={name: table[name].to_numpy() for name in table.columns},
        hotspots=table,
        used={
            **chosen.to_dict(),
            "max_radius": plan.max_radius,
            "longest": plan.longest * plan.step,
            "step": plan.step,
            "now": found.date(found.now),
        },
        numbers={
            "cylinders": looked.scan.cylinders,
            "shuffles": looked.scan.permutations,
            "nothing": "" if len(sure) else _nothing(clusters),
            # They held more at other times, which are no part of the cluster.
            "when": "during their days " if len(sure) > 1 else "during its days ",
        },
        accuracy=_accuracy(task, found, plan, chosen),
        membership=ranking.ranks(label),
        forced=found.forced,
        tables=(_table(clusters, chosen, task.area.crs),),
    )


@dataclass(frozen=True, eq=False)
class _Looked:
    """The circles that were laid, and the most likely clusters in them."""

    circles: Circles
    scan: Scan


def _look(points: Points, day: Ints, plan: Plan, chosen: parameters.Scan, *, now: int, tell: Tell) -> _Looked:
    """Return the likeliest clusters among incidents until the day ``now``."""
    windows = n_windows(plan.n_steps, plan.longest, look=chosen.look)
    laid = circles(points.x, points.y, max_radius=plan.max_radius, most=min(_MOST // windows, MOST_CIRCLES))
    found = scan(
        laid,
        plan.n_steps - 1 - (now - day) // plan.step,
        n_steps=plan.n_steps,
        longest=plan.longest,
        look=chosen.look,
        permutations=chosen.permutations,
        rng=np.random.default_rng(chosen.seed),
        tell=tell,
    )
    return _Looked(laid, found)


def _note(task: Task, looked: _Looked, chosen: parameters.Scan) -> None:
    laid, found = looked.circles, looked.scan
    centres = f"{laid.n_centres:,} of {counted(laid.n_places, 'place')}"
    why = "automatic: every place with an incident is a centre, every other place's distance a radius"
    if laid.n_radii:
        thinned = " and the fullest place of each square" if laid.n_centres < laid.n_places else ""
        why = f"automatic: only {laid.n_radii} radii{thinned}, for all would be too much work"
    task.log.decide("circles", f"{len(laid):,} around {centres}", why)
    task.log.decide(
        "shuffles",
        f"{found.permutations:,}, seed {chosen.seed}",
        "the times are shuffled over the incidents"
        + (
            f"; stopped before {chosen.permutations:,}, for chance makes the likeliest cluster often"
            if 0 < found.permutations < chosen.permutations
            else ""
        ),
    )
    if task.points.weighted:
        task.log.decide("harm", "told, not used", "clusters are found by the number of incidents")


@dataclass(frozen=True, eq=False)
class _Clusters:
    """The likeliest clusters, with what the features and tables say of each."""

    x: Floats
    y: Floats
    columns: dict[str, NDArray[Any]]
    members: list[Ints]
    """Which of the incidents known to the day are in each."""

    def __len__(self) -> int:
        return len(self.x)


def _clusters(looked: _Looked, found: Dated, plan: Plan, chosen: parameters.Scan) -> _Clusters:
    laid, scanned = looked.circles, looked.scan
    # Steps are laid back from the last day, so the first one may begin before the window does.
    before = plan.n_steps * plan.step - (found.now + 1)
    first = np.maximum(scanned.start * plan.step - before, 0)
    last = scanned.stop * plan.step - before - 1
    recurrence = plan.step / scanned.p if chosen.look == "recent" else np.full(len(scanned), np.nan)
    members = []
    for i, circle in enumerate(scanned.circle):
        inside = laid.members(int(circle))
        members.append(inside[(found.day[inside] >= first[i]) & (found.day[inside] <= last[i])])
    columns = {
        "incidents": scanned.observed,
        "expected": np.round(scanned.expected, 3),
        "ratio": np.round(scanned.ratio, 3),
        "llr": np.round(scanned.llr, 4),
        "p": scanned.p,
        "recurrence_days": np.round(recurrence, 1),
        "start": found.dates(first),
        "end": found.dates(last),
        "radius_m": np.round(laid.radius[scanned.circle], 1),
    }
    return _Clusters(laid.x[scanned.circle], laid.y[scanned.circle], columns, members)


def _ranked(
    task: Task, found: Dated, clusters: _Clusters, sure: Ints, shapes: NDArray[np.object_]
) -> tuple[Ranking, Ints]:
    """Return the clusters ranked, and which of them each incident is in, -1 for none."""
    label = np.full(len(task.points), -1, dtype=np.int64)
    where = np.flatnonzero(found.kept)
    for number, which in enumerate(sure):
        label[where[clusters.members[which]]] = number
    return rank_shapes(task, label, shapes), label


def _nothing(clusters: _Clusters) -> str:
    if not len(clusters):
        return "no circle holds more of them during any days than its place and those days explain."
    one = {name: values[0] for name, values in clusters.columns.items()}
    number = counted(int(one["incidents"]), "incident")
    return (
        f"the likeliest cluster, {number} where {one['expected']:.2g} were expected, is what chance makes "
        f"somewhere in {percent(float(one['p']))} of all shuffles."
    )


def _table(clusters: _Clusters, chosen: parameters.Scan, crs: str) -> Table:
    lon, lat = unproject(clusters.x, clusters.y, crs)
    sure = clusters.columns["p"] <= chosen.level
    columns = {
        **clusters.columns,
        "likeliest": np.arange(1, len(clusters) + 1),
        "hotspot": np.where(sure, "yes", "no"),
        "lon": np.round(lon, DECIMALS),
        "lat": np.round(lat, DECIMALS),
    }
    more = " There may be more: no more are looked for." if sure.sum() == MOST_CLUSTERS else ""
    note = (
        f"The {len(clusters)} likeliest clusters that do not overlap; {int(sure.sum()) or 'none'} of them "
        f"with a p of at most {chosen.level:g}.{more}"
    )
    return Table.of("clusters", "Likeliest clusters", _LIKELIEST, columns, note=note)


def _accuracy(task: Task, found: Dated, plan: Plan, chosen: parameters.Scan) -> dict[str, Any]:
    """Score the clusters of the earlier incidents on the later ones."""
    if task.split.reason:
        return holdout.not_measured(task.split)
    cut = found.number(task.split.about["cut"])
    earlier = found.day < cut
    before = found.points.take(earlier)
    looked = _look(before, found.day[earlier], plan.until(cut), chosen, now=cut - 1, tell=lambda _share: None)
    sure = looked.scan.circle[looked.scan.p <= chosen.level]
    if not len(sure):
        return holdout.not_measured(task.split, "the earlier incidents alone make no hotspot.")
    laid = looked.circles
    shapes = cut_to(zones(laid.x[sure], laid.y[sure], laid.radius[sure]), task.area)
    after = task.points.take(task.split.later)
    return in_turn.scored(task, [in_turn.Turn(shapes, before, after)])
