from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotspot.analysis.layer import Layer
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.errors import NotFoundError, StoreError, ThinDataError
from hotspot.service import behind, index_page, publish
from hotspot.service.store import Store, StoredFile
from hotspot.service.store.engine import StaleError
from hotspot.service.store.imports import StagedFile
from tests.service.conftest import NOW, clean_table
from tests.service.store.test_layers import FILES, record


@pytest.fixture
def town(store: Store, staged) -> Store:
    """A store with 400 burglaries in Belize City, a quarter of them around one corner."""
    rng = np.random.default_rng(7)
    n, at_corner = 400, 100
    spread = np.where(np.arange(n) % 4 == 0, 0.0005, 0.01)
    when = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.arange(n) * 12, unit="h")
    frame = clean_table(
        [str(i) for i in range(n)],
        lon=-88.200 + rng.normal(0, 1, n) * spread,
        lat=17.500 + rng.normal(0, 1, n) * spread,
        occurred_from=when,
        occurred_to=when,
        district="BZ-BZ",
    )
    assert at_corner == (spread < 0.001).sum()
    store.imports.add(staged(frame, area="BZ", timezone="America/Belize"), now=NOW)
    return store


def question(**changed: object) -> Question:
    known = {
        "dataset": "town",
        "method": "gi_star",
        "parameters": {"cell_size": 500},
        "area": "BZ/BZ-BZ",
        "title": "Burglary",
    }
    return Question.from_dict({**known, **changed})


@pytest.mark.parametrize(
    "asked",
    [
        question(),
        question(area="hull"),
        question(method="dbscan", parameters={"eps": 200}, area="BZ", hours=[18, 6], weekdays=["fri", "sat"]),
    ],
    ids=["cells in districts", "cells in a hull", "clusters at night"],
)
def test_a_published_layer_has_every_file_and_is_the_same_made_again(town: Store, asked: Question) -> None:
    made = publish.make_layer(town, asked, now=NOW)
    files = {name: town.layers.file(made.id, name) for name in made.files}
    charts = {name for name in files if name.startswith("chart-") and name.endswith(".svg")}
    packed = {name for name in files if name.endswith(".gz")}
    assert set(files) - charts - packed == {
        "layer.parquet",
        "tables.json",
        "features.geojson",
        "map.html",
        "download.gpkg",
        "download.csv",
        "download.qml",
        "entry.json",
    }
    assert packed >= {"features.geojson.gz", "download.qml.gz"}
    for name in packed:
        assert files[name].gzipped
        assert gzip.decompress(files[name].data) == files[name.removesuffix(".gz")].data
    assert len(json.loads(files["features.geojson"].data)["features"]) == made.n_features > 0
    assert made.hotspots[0]["rank"] == 1
    tables = json.loads(files["tables.json"].data)
    drawn = {behind.chart_name(table["name"]) for table in tables if table["chart"] and table["rows"]}
    assert charts == drawn != set()
    assert Layer.from_parquet(files["layer.parquet"].data).content_hash == made.content_hash
    with Store.open(replace(town.settings, data_dir=town.settings.data_dir / "again")) as other:
        _copy_incidents(town, other)
        again = publish.make_layer(other, asked, now=NOW)
        assert again == made
        for name, file in files.items():
            assert other.layers.file(again.id, name) == file, name


def _copy_incidents(one: Store, other: Store) -> None:
    from hotspot.service import staging

    path = other.settings.data_dir / "copy.sqlite"
    staging.write(one.incidents.read("town").sample(frac=1, random_state=1), path)
    file = StagedFile(
        dataset="town",
        filename="copy",
        sha256="c",
        timezone="America/Belize",
        area="BZ",
        date_order=None,
        columns={},
        path=path,
        rows=400,
        set_aside=0,
        repeated=0,
    )
    other.imports.add(file, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"start": "2026-02-01", "end": "2026-06-30"},
        {"start": "2026-03-01"},
        {"end": "2026-05-31"},
        {"start": "2026-02-01", "offences": ["Burglary"]},
        {"start": "2026-04-01", "end": "2026-06-30", "method": "change"},
        {"start": "2026-01-02", "end": "9999-12-31", "harm": {"Burglary": 2}},
        {"end": "9999-12-31"},
    ],
    ids=str,
)
def test_reading_only_what_analysis_needs_changes_no_answer(
    town: Store, staged: Callable[..., StagedFile], changed: dict[str, object]
) -> None:
    rng = np.random.default_rng(3)
    spans = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 5000, 60), unit="h")
    more = clean_table(
        [f"span-{i}" for i in range(60)],
        occurred_from=spans.where(np.arange(60) > 5),
        occurred_to=(spans + pd.to_timedelta(rng.choice([0, 30, 2000], 60), unit="h")).where(
            np.arange(60) > 5
        ),
        lon=-88.2,
        lat=17.5,
        district="BZ-BZ",
    )
    town.imports.add(staged(more, area="BZ", timezone="America/Belize"), now=NOW)
    asked = question(**changed)
    whole = run(
        asked,
        town.incidents.read("town"),
        boundary_set=town.boundaries.load("BZ"),
        timezone="America/Belize",
    )
    assert publish.answer(town, asked).to_parquet() == whole.to_parquet()
    table, elsewhere = publish.incidents_of(town, asked)
    assert len(table) + (elsewhere.no_time + elsewhere.outside_dates if elsewhere else 0) == 460


def test_asking_the_same_again_changes_nothing_and_tells_how_far_it_is(town: Store) -> None:
    steps: list[tuple[str, int, int]] = []
    first = publish.make_layer(town, question(), now=NOW, progress=lambda *step: steps.append(step))
    again = publish.make_layer(town, question())
    assert again == first
    assert len(town.layers.list()) == 1
    assert {stage for stage, _, _ in steps} == {"Making the layer", "Publishing"}
    assert steps[-1] == ("Publishing", 2, 2)


def test_another_title_is_another_layer(town: Store) -> None:
    one = publish.make_layer(town, question())
    two = publish.make_layer(town, question(), title="Break-ins")
    assert (one.title, two.title) == ("Burglary", "Break-ins")
    assert [layer.id for layer in town.layers.list()] == [two.id, one.id]


def test_the_map_of_all_layers_follows_what_is_published(town: Store) -> None:
    one = publish.make_layer(town, question())
    two = publish.make_layer(town, question(), title="Break-ins")

    def shown() -> list[bool]:
        page = town.site.file("index.html").data.decode()
        return [f"/layers/{layer.id}" in page for layer in (one, two)]

    assert shown() == [True, True]
    publish.withdraw(town, one.id, now=NOW)
    assert shown() == [False, True]
    assert [layer.id for layer in town.layers.list()] == [two.id]
    publish.restore(town, one.id)
    assert shown() == [True, True]


def test_a_layer_that_others_publish_meanwhile_is_on_the_map_too(
    town: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = index_page.made_here, []

    def disturbed(store: Store, entries: list[dict[str, object]]) -> StoredFile:
        calls.append(len(entries))
        if len(calls) == 1:
            entry = {"id": "other", "title": "Other", "url": "/layers/other", "area": ""}
            stored = StoredFile(json.dumps(entry).encode(), "application/json")
            store.layers.save(record("other"), {**FILES, "entry.json": stored})
        return real(store, entries)

    monkeypatch.setattr(index_page, "made_here", disturbed)
    publish.make_layer(town, question())
    assert calls == [1, 2]
    assert "/layers/other" in town.site.file("index.html").data.decode()


def test_too_few_incidents_make_no_layer_unless_forced(town: Store) -> None:
    thin = question(start="2026-03-01", end="2026-03-03")
    with pytest.raises(ThinDataError):
        publish.make_layer(town, thin)
    assert town.layers.list() == ()
    forced = publish.make_layer(town, thin, force=True)
    assert forced.provenance["warnings"]


def test_unknown_datasets_and_boundaries_are_refused(town: Store) -> None:
    with pytest.raises(NotFoundError, match="There are: town"):
        publish.make_layer(town, question(dataset="village"))
    with pytest.raises(NotFoundError, match="no boundaries 'XX'"):
        publish.make_layer(town, question(area="XX"))


def test_a_layer_that_cannot_be_stored_leaves_nothing_half_done(
    town: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotspot.service.store import site

    def full(*_arguments: object) -> None:
        raise StoreError("disk is full")

    monkeypatch.setattr(site, "put", full)
    with pytest.raises(StoreError, match="full"):
        publish.make_layer(town, question())
    assert town.layers.list(withdrawn=True) == ()
    monkeypatch.undo()
    assert publish.make_layer(town, question()).seq == 1


def test_a_store_that_never_rests_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from hotspot.errors import ConflictError

    def never() -> None:
        raise StaleError

    with pytest.raises(ConflictError, match="Try again"):
        publish._until_undisturbed(never)


def test_a_child_makes_the_very_layer_and_refuses_with_the_same_words(town: Store) -> None:
    here = publish.make_layer(town, question())
    there = publish.make_layer_in_child(town, question(title="Elsewhere"))
    assert there.summary["incidents"] == here.summary["incidents"]
    assert there.n_features == here.n_features
    with pytest.raises(ThinDataError) as refused:
        publish.make_layer_in_child(town, question(start="2026-03-01", end="2026-03-03"))
    assert refused.value.remedies


def test_what_the_web_process_needs_imports_no_tables_and_no_statistics(
    repository: Path, tmp_path: Path
) -> None:
    script = (
        "import sys\n"
        "import hotspot.service.settings, hotspot.service.access, hotspot.service.store\n"
        "import hotspot.service.intake, hotspot.service.publish, hotspot.service.child\n"
        "from hotspot.service.settings import read_settings\n"
        "store = hotspot.service.store.Store.open(read_settings(data_dir=sys.argv[1]))\n"
        "store.boundaries.list(), store.datasets.list(), store.layers.list()\n"
        "heavy = ['pandas', 'geopandas', 'pyarrow', 'sklearn', 'scipy', 'libpysal', 'esda', 'folium']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "data")],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "[]\n"
