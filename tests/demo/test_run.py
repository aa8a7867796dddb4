"""The demonstration: two files and their layers, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotspot.analysis.methods import METHODS
from hotspot.demo import run
from hotspot.service.settings import read_settings
from hotspot.service.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("demo") / "store"
    with Store.open(read_settings(data_dir=folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(store: Store) -> list[tuple[str, int, int]]:
    told: list[tuple[str, int, int]] = []
    run.load_demo(store, progress=lambda stage, done, total: told.append((stage, done, total)))
    return told


def test_at_least_five_layers_are_published_for_everybody(store: Store, made) -> None:
    layers = store.layers.list()
    assert len(layers) == len(run.QUESTIONS) >= 5
    assert {layer.method for layer in layers} == {
        "gi_star", "dbscan", "kde", "emerging", "near_repeat", "hdbscan"
    }  # fmt: skip


def test_the_layers_show_what_can_be_asked() -> None:
    areas = {question["area"] for question in run.QUESTIONS}
    assert {"BZ", "BZ/BZ-BZ", "hull"} <= areas
    assert any(question["parameters"].get("cell_shape") == "hexagon" for question in run.QUESTIONS)


def test_some_layer_is_drawn_in_each_way(store: Store, made) -> None:
    styles = {METHODS[layer.method].style for layer in store.layers.list()}
    assert styles >= {"classes", "ramp", "categories"}


def test_every_layer_finds_a_hotspot(store: Store, made) -> None:
    assert all(layer.hotspots for layer in store.layers.list())


def test_synthetic_layers_say_so_in_their_titles(store: Store, made) -> None:
    for layer in store.layers.list():
        if layer.provenance["question"]["dataset"] == run.BELIZE:
            assert "SYNTHETIC" in layer.title


def test_progress_goes_forward_to_the_end(made) -> None:
    assert made[-1] == ("Making layers", len(run.QUESTIONS), len(run.QUESTIONS))
    for stage in {stage for stage, _, _ in made}:
        done = [d for s, d, _ in made if s == stage]
        assert done == sorted(done)


def test_a_second_run_changes_nothing(store: Store, made) -> None:
    before = [(layer.id, layer.published_at) for layer in store.layers.list()]
    hashes = [store.incidents.data_hash(name) for name in (run.BELIZE, run.YORKSHIRE)]
    again = run.load_demo(store)
    assert [(layer.id, layer.published_at) for layer in store.layers.list()] == before
    assert {layer.id for layer in again} == {name for name, _ in before}
    assert [store.incidents.data_hash(name) for name in (run.BELIZE, run.YORKSHIRE)] == hashes
