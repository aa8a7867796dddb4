"""QGIS, without a screen, draws the files of every layer in the colours and words of the layer's own map."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotspot.analysis.methods import METHODS
from hotspot.outputs import style
from hotspot.outputs.looks import NOT_KNOWN
from hotspot.outputs.qgis_style import QgisStyle, qml

if TYPE_CHECKING:
    from tests.acceptance.conftest import Qgis, Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

WITH_A_STYLE = ("gpkg", "shp.zip", "qlr")
Drawings = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def draw(qgis: Qgis) -> Callable[..., list[dict[str, Any]]]:
    """Let QGIS open files, one after the other, and tell what it drew."""

    def asked(*jobs: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(qgis.run("qgis_drawing.py", json.dumps(jobs)))
        return found

    return asked


@pytest.fixture(scope="module")
def drawings(
    site: Site,
    draw: Callable[..., list[dict[str, Any]]],
    screenshots: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Drawings:
    """What QGIS made of each file with a style, of every layer; the pictures are among the screenshots."""
    folder = tmp_path_factory.mktemp("files")
    keys = [(layer["id"], suffix) for layer in site.layers() for suffix in WITH_A_STYLE]
    jobs = []
    for name, suffix in keys:
        picture = screenshots / f"qgis-{name}-{suffix.partition('.')[0]}.png"
        jobs.append({"file": str(downloaded(site, name, suffix, folder)), "picture": str(picture)})
    return dict(zip(keys, draw(*jobs), strict=True))


def downloaded(site: Site, layer: str, suffix: str, folder: Path) -> Path:
    answer = site.ask(f"/ogc/collections/{layer}/download.{suffix}")
    assert answer.status == 200, answer.body
    path = folder / f"{layer}.{suffix}"
    if suffix == "shp.zip":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            archive.extractall(folder / layer)
        return folder / layer / "hotspots.shp"
    path.write_bytes(answer.body)
    return path


def rgba(look: style.Look) -> list[int]:
    parts = [int(look.colour[i : i + 2], 16) for i in (1, 3, 5)]
    return [*parts, round(255 * look.opacity)]


def on_white(colour: list[int]) -> list[float]:
    share = colour[3] / 255
    return [part * share + 255 * (1 - share) for part in colour[:3]]


@pytest.mark.parametrize("suffix", WITH_A_STYLE)
def test_every_feature_has_the_colour_of_its_map(site: Site, drawings: Drawings, suffix: str) -> None:
    for layer in site.layers():
        method = METHODS[layer["method"]]
        drawn = drawings[layer["id"], suffix]["features"]
        assert len(drawn) == layer["n_features"]
        values = [feature["values"][method.colour_by] for feature in drawn]
        scale = style.scale(method, values)
        looks = [scale.looks[place] for place in style.looks_at(scale, values)]
        assert [feature["symbol"] for feature in drawn] == [rgba(look) for look in looks], layer["id"]


@pytest.mark.parametrize("suffix", WITH_A_STYLE)
def test_the_legend_has_the_words_of_the_map_in_their_order(
    site: Site, drawings: Drawings, suffix: str
) -> None:
    for layer in site.layers():
        method = METHODS[layer["method"]]
        drawn = drawings[layer["id"], suffix]
        values = [feature["values"][method.colour_by] for feature in drawn["features"]]
        noun = style.noun_of(method, {})
        legend = style.scale(method, values, noun=noun).legend
        assert [words for words, _ in drawn["legend"]] == [entry.label for entry in legend.entries]


@pytest.mark.parametrize("suffix", WITH_A_STYLE)
def test_the_picture_shows_every_colour_of_the_legend(site: Site, drawings: Drawings, suffix: str) -> None:
    for layer in site.layers():
        drawn = drawings[layer["id"], suffix]
        shown = {tuple(symbol) for symbol, _ in drawn["points"]}
        assert shown == {tuple(colour) for _, colour in drawn["legend"]}
        for symbol, points in drawn["points"]:
            wanted = on_white(symbol)
            near = [p for p in points if max(abs(a - b) for a, b in zip(p, wanted, strict=False)) <= 2]
            assert near, (layer["id"], wanted, points)


@pytest.mark.parametrize("suffix", WITH_A_STYLE)
def test_tables_have_titles_with_units(site: Site, drawings: Drawings, suffix: str) -> None:
    for layer in site.layers():
        titles = drawings[layer["id"], suffix]["titles"]
        assert titles["incidents"] == "Incidents"
        assert titles.get("density", "") in ("", "Density (incidents per km²)")


def test_a_layer_definition_is_the_layer_of_the_service(site: Site, drawings: Drawings) -> None:
    for layer in site.layers():
        drawn = drawings[layer["id"], "qlr"]
        assert (drawn["name"], drawn["provider"]) == (layer["title"], "OAPIF")


def test_hotspots_have_their_rank_as_a_label(site: Site, drawings: Drawings) -> None:
    for layer in site.layers():
        whole = METHODS[layer["method"]].noun == "hotspots"
        assert drawings[layer["id"], "gpkg"]["labelled"] == whole


def test_a_style_alone_colours_a_file_without_one(
    site: Site, draw: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    layer = next(each for each in site.layers() if each["method"] == "gi_star")
    bare = downloaded(site, layer["id"], "fgb", tmp_path)
    # Beside a file and of its name a style is found by QGIS.
    beside = downloaded(site, layer["id"], "qml", tmp_path)
    assert beside.stem == bare.stem
    (drawn,) = draw({"file": str(bare)})
    assert drawn["renderer"] == "categorizedSymbol"
    assert {tuple(feature["symbol"]) for feature in drawn["features"]} <= {
        tuple(rgba(look)) for look in style.CLASSES
    }


def test_districts_open_as_land_with_names(
    site: Site, draw: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    (drawn,) = draw({"file": str(downloaded(site, "districts-bz", "gpkg", tmp_path))})
    assert drawn["labelled"]
    assert {tuple(feature["symbol"]) for feature in drawn["features"]} == {(248, 247, 243, 255)}
    assert len(drawn["features"]) == 6


def test_a_layer_that_will_change_is_drawn_as_the_map_does_missing_values_too(
    site: Site, draw: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    chosen = {METHODS[layer["method"]].style: layer for layer in site.layers()}
    assert set(chosen) >= {"classes", "categories", "ramp"}
    jobs, expected = [], []
    for layer in chosen.values():
        method = METHODS[layer["method"]]
        document = site.ask(f"/layers/{layer['id']}/features.geojson").json
        for feature in document["features"][::3]:
            feature["properties"][method.colour_by] = None
        path = tmp_path / f"{layer['id']}.geojson"
        path.write_text(json.dumps(document))
        values = [feature["properties"][method.colour_by] for feature in document["features"]]
        look = QgisStyle.fitting(method, values, parameters={}, every=True)
        path.with_suffix(".qml").write_text(qml(look))
        jobs.append({"file": str(path)})
        places = style.looks_at(look.scale, values)
        expected.append(
            [rgba(look.scale.looks[place]) if place >= 0 else rgba(NOT_KNOWN) for place in places]
        )
    for drawn, colours in zip(draw(*jobs), expected, strict=True):
        assert [feature["symbol"] for feature in drawn["features"]] == colours
        assert drawn["legend"][-1][0] == NOT_KNOWN.label
