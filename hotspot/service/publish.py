"""A question answered and put in place: the layer, its files and the map of all layers, at once.

Everything that readers get is made here, once. Importing this module is cheap;
``make_layer_in_child`` keeps the libraries of analysis out of the caller's process.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ConflictError
from hotspot.service import behind, index_page, layer_files
from hotspot.service.child_store import opened, run_on_store
from hotspot.service.progress import silent
from hotspot.service.store import LayerRecord, StandingQuestion, Store, StoredFile
from hotspot.service.store.engine import StaleError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import pandas as pd

    from hotspot.analysis.layer import Layer
    from hotspot.analysis.question import Question
    from hotspot.analysis.selection import Elsewhere
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.progress import Progress

READ: Final = (
    "offence",
    "iccs",
    "occurred_from",
    "occurred_to",
    "lon",
    "lat",
    "location_precision",
    "district",
    "snapped",
)
"""What analysis looks at of an incident."""
_STAGE: Final = "Making the layer"
_ATTEMPTS: Final = 5


def make_layer(
    store: Store,
    question: Question,
    *,
    force: bool = False,
    title: str | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> LayerRecord:
    """Answer a question and publish the layer; asking again on the same data changes nothing.

    Parameters
    ----------
    store
        Holds the incidents and the boundaries, and gets the layer.
    question
        What is asked.
    force
        Answer also when the data are too thin; the layer says so.
    title
        In place of the question's.
    progress
        Called with stage, done and total.
    now
        The present, for tests.
    """
    asked = question if title is None else dataclasses.replace(question, title=title)
    layer = answer(store, asked, force=force, progress=progress)
    return publish(store, layer, now=now, progress=progress)


def answer(
    store: Store, question: Question, *, force: bool = False, progress: Progress | None = None
) -> Layer:
    """Return the layer that answers a question, without keeping it."""
    from hotspot.analysis.run import run

    timezone = store.datasets.timezone(question.dataset)
    boundary_set = boundary_set_of(store, question.area)
    incidents, elsewhere = incidents_of(store, question)
    say = progress or silent
    return run(
        question,
        incidents,
        boundary_set=boundary_set,
        timezone=timezone,
        force=force,
        progress=lambda share, _what: say(_STAGE, round(100 * share), 100),
        elsewhere=elsewhere,
    )


def incidents_of(store: Store, question: Question) -> tuple[pd.DataFrame, Elsewhere | None]:
    """Return the columns and the stretch of time that the layer of a question needs, and what is beside it.

    A question about offences needs the names of all of them, and one that looks back
    the days that all incidents cover.
    """
    from hotspot.analysis.methods import METHODS
    from hotspot.analysis.selection import Elsewhere

    by_code = bool(question.offences or question.harm)
    columns = [name for name in READ if name != "iccs" or by_code]
    # Days begin and end within a day of those of UTC, whatever the zone.
    start, end = _midnight(question.start, days=-2), _midnight(question.end, days=3)
    if not (start or end) or question.offences or METHODS[question.method].looks_back:
        return store.incidents.read(question.dataset, columns=columns, ordered=False), None
    found = store.incidents.window(question.dataset, start, end, columns=columns)
    return found.table, Elsewhere(found.untimed, found.elsewhere)


def _midnight(day: date | None, *, days: int) -> datetime | None:
    """Return the start of a day some days away, UTC; None without a bound or beyond the calendar."""
    try:
        return None if day is None else datetime.combine(day + timedelta(days=days), time(), UTC)
    except OverflowError:
        return None


def publish(
    store: Store,
    layer: Layer,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
    answers: StandingQuestion | None = None,
) -> LayerRecord:
    """Make every file of a layer and put all in place at once; a standing question that it answers, too."""
    say = progress or silent
    say("Publishing", 0, 2)
    moment = now or datetime.now(UTC)
    whole = layer.to_parquet()
    record = _record(layer, moment, content_hash=hashlib.sha256(whole).hexdigest())
    files = _files(store, layer, record, whole)
    say("Publishing", 1, 2)
    entry = json.loads(files[index_page.ENTRY].data)

    def save() -> LayerRecord:
        version = store.version()
        entries = [entry, *index_page.entries(store, without=layer.id)]
        index = {index_page.NAME: index_page.made_here(store, entries)}
        return store.layers.save(record, files, site_files=index, version=version, answers=answers)

    saved = _until_undisturbed(save)
    say("Publishing", 2, 2)
    return saved


def withdraw(store: Store, layer_id: str, *, now: datetime | None = None) -> LayerRecord:
    """Hide a layer from readers, on the map of all layers too; nothing is deleted."""

    def hide() -> LayerRecord:
        version = store.version()
        store.layers.get(layer_id, withdrawn=True)
        index = index_page.made_by_child(store, index_page.entries(store, without=layer_id))
        return store.layers.withdraw(
            layer_id, now=now or datetime.now(UTC), site_files={index_page.NAME: index}, version=version
        )

    return _until_undisturbed(hide)


def restore(store: Store, layer_id: str) -> LayerRecord:
    """Show a withdrawn layer again."""

    def show() -> LayerRecord:
        version = store.version()
        store.layers.get(layer_id, withdrawn=True)
        own = json.loads(store.layers.file(layer_id, index_page.ENTRY, withdrawn=True).data)
        index = index_page.made_by_child(store, [own, *index_page.entries(store, without=layer_id)])
        return store.layers.restore(layer_id, site_files={index_page.NAME: index}, version=version)

    return _until_undisturbed(show)


def make_layer_in_child(
    store: Store, question: Question, *, force: bool = False, progress: Progress | None = None
) -> LayerRecord:
    """Do what ``make_layer`` does, in a limited process of its own."""
    payload = {"question": question.to_dict(), "force": force}
    result = run_on_store(store, "layer", payload, progress=progress)
    return store.layers.get(result["id"])


def make_layer_here(payload: dict[str, Any], *, progress: Progress) -> dict[str, Any]:
    """Answer for ``make_layer_in_child``, in the child."""
    from hotspot.analysis.question import Question

    with opened(payload) as store:
        question = Question.from_dict(payload["question"])
        return {"id": make_layer(store, question, force=payload["force"], progress=progress).id}


def boundary_set_of(store: Store, area: str) -> BoundarySet | None:
    """Return the boundary set that a study area names; None for a hull."""
    from hotspot.places.study_area import parse_area

    if area == "hull":
        return None
    name, _codes = parse_area(area)
    return store.boundaries.load(name)


def _record(layer: Layer, moment: datetime, *, content_hash: str) -> LayerRecord:
    question = layer.provenance["question"]
    return LayerRecord(
        id=layer.id,
        seq=0,
        title=layer.title,
        method=layer.method,
        dataset=question["dataset"],
        area=question["area"],
        question=question,
        summary=layer.summary,
        provenance=layer.provenance,
        hotspots=layer.hotspot_records,
        fields=[dict(field) for field in layer.fields],
        bbox=layer.bbox,
        n_features=len(layer),
        start=question.get("start"),
        end=question.get("end"),
        content_hash=content_hash,
        created_at=moment,
        published_at=moment,
    )


def _files(store: Store, layer: Layer, record: LayerRecord, whole: bytes) -> dict[str, StoredFile]:
    from hotspot.outputs import maps

    area = _area_name(record.area)
    page = maps.layer_map(
        layer,
        data_url=f"/layers/{layer.id}/features.geojson",
        districts_url=index_page.districts_url(area),
        credit=store.boundaries.load(area).source if area else "",
    )
    entry = dataclasses.asdict(maps.IndexEntry.of(layer, url=f"/layers/{layer.id}"))
    made = {
        "map.html": StoredFile(page.encode(), index_page.HTML),
        index_page.ENTRY: StoredFile(json.dumps({**entry, "area": area}).encode(), "application/json"),
    }
    downloads = layer_files.at_publishing(layer, besides={"parquet": whole})
    return made | downloads | layer_files.with_gzip(behind.files_of(layer))


def _area_name(area: str) -> str:
    return "" if area == "hull" else area.split("/")[0]


def _until_undisturbed(change: Callable[[], LayerRecord]) -> LayerRecord:
    """Do a change that depends on what was there; do it anew when that changed meanwhile."""
    for _attempt in range(_ATTEMPTS):
        try:
            return change()
        except StaleError:
            continue
    msg = "Others publish layers at the same time, again and again. Try again in a minute."
    raise ConflictError(msg)
