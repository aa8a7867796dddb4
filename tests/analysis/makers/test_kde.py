from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

import hotspot
from hotspot import parameters
from hotspot.analysis import holdout
from hotspot.analysis.cells import cells_of
from hotspot.analysis.makers.kde import LEVELS, forecast
from hotspot.analysis.question import Question
from hotspot.analysis.run import run, usable
from hotspot.crs import project_shapes
from hotspot.errors import ParameterError
from hotspot.places.boundaries import BoundarySet
from hotspot.places.grid import make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.accuracy import caught
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer


def answer(table: pd.DataFrame, districts: BoundarySet, **parameters: Any) -> Layer:
    question = Question(method="kde", area=districts.name, parameters=parameters)
    return run(question, table, boundary_set=districts, timezone=ZONE)


@pytest.fixture(scope="module")
def cells(twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """The density of the town in cells."""
    return answer(town, twins, bandwidth=500, cell_size=250)


@pytest.fixture(scope="module")
def contours(twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """The same in contours."""
    return answer(town, twins, bandwidth=500, cell_size=250, output="contours")


def test_forty_incidents_at_two_corners_are_the_two_hotspots(twins: BoundarySet) -> None:
    lon = [-88.26] * 25 + [-88.15] * 15
    days = [f"2026-03-{1 + i % 20:02d}" for i in range(40)]
    layer = answer(rows(days, lon=lon, lat=[17.43] * 25 + [17.47] * 15), twins, bandwidth=300, cell_size=100,
                   hot_share=0.9)  # fmt: skip
    assert layer.hotspots["incidents"].tolist() == [25, 15]
    assert layer.hotspots["district_name"].tolist() == ["Westside", "Eastside"]
    highest = layer.features.loc[layer.features["density"].idxmax()]
    # A quartic kernel of 25 incidents has 25 x 3 / (pi 0.3^2) in its middle, a cell a little less.
    assert highest["density"] == pytest.approx(25 * 3 / (np.pi * 0.09), rel=0.1)
    assert highest["incidents"] == 25
    assert layer.summary["nothing"] == ""


def test_the_cells_add_up_to_the_incidents_and_the_levels_to_their_shares(cells: Layer) -> None:
    features = cells.features
    n = cells.summary["incidents"]
    for level, short in zip(LEVELS, (0.25, 0.5, 0.75, 0.9, 0.99), strict=True):
        held = features.loc[features["level"] <= level, "expected"].sum() / n
        assert short <= held < short + 0.02
    assert set(features["level"]) <= set(LEVELS)
    # A denser cell never has a higher level.
    order = features.sort_values("density", ascending=False)
    assert order["level"].is_monotonic_increasing
    table = next(each for each in cells.tables if each.name == "levels")
    assert table.column("level") == LEVELS
    assert list(table.column("density")) == sorted(table.column("density"), reverse=True)


def test_hot_cells_hold_a_quarter_and_make_the_hotspots(cells: Layer) -> None:
    features, summary = cells.features, cells.summary
    hot = features["density"] >= summary["hot_from"] - 1e-6
    assert hot.sum() == summary["hot_cells"]
    assert 0.25 <= features.loc[hot, "expected"].sum() / 600 < 0.35
    assert (features.loc[features["hotspot"] > 0, "density"] >= summary["hot_from"] - 1e-6).all()
    assert cells.hotspots["cells"].sum() == (features["hotspot"] > 0).sum()
    assert "confidence" not in cells.hotspots
    assert cells.hotspots["survival"].between(0, 1).all()


def test_contours_have_the_fields_of_cells_and_are_cut_to_the_study_area(
    cells: Layer, contours: Layer, twins: BoundarySet
) -> None:
    features = contours.features
    assert features.columns.tolist() == cells.features.columns.tolist()
    pd.testing.assert_frame_equal(contours.hotspots, cells.hotspots)
    area = study_area(twins)
    shapes = project_shapes(features.geometry.to_numpy(), area.crs)
    assert shapely.is_valid(features.geometry.to_numpy()).all()
    assert shapely.covers(shapely.buffer(area.in_metres(), 1.0), shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.union_all(shapes)), rel=1e-4)
    levels = features["level"].to_numpy()
    areas = np.array([shapely.area(shapes[levels <= level]).sum() / 1e6 for level in LEVELS])
    table = next(each for each in contours.tables if each.name == "levels")
    assert areas == pytest.approx(table.column("area_km2"), rel=0.15)


def test_every_incident_is_in_one_contour_or_beyond_the_last(contours: Layer) -> None:
    features = contours.features
    assert 0.97 * 600 <= features["incidents"].sum() <= 600
    assert features.loc[features["level"] == 25, "incidents"].sum() > 0.25 * 600
    assert features["harm"].tolist() == features["incidents"].tolist()
    assert features["hotspot"].max() == len(contours.hotspots)


def test_the_automatic_choices_are_logged_with_the_curve_behind_them(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    layer = answer(town, twins)
    used = layer.provenance["parameters"]
    log = {entry["what"]: entry for entry in layer.provenance["decisions"]}
    assert log["bandwidth"]["value"] == f"{used['bandwidth']:g} m"
    assert "last third" in log["bandwidth"]["why"]
    assert used["cell_size"] <= used["bandwidth"]
    assert log["edge"]["value"] == "renormalised"
    table = next(each for each in layer.tables if each.name == "bandwidth")
    best = max(table.rows, key=lambda row: row[1])
    assert best[0] == used["bandwidth"]
    assert table.chart is not None and (table.chart.kind, table.chart.x) == ("line", "bandwidth")


def test_incidents_known_to_the_month_choose_their_bandwidth_in_folds(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    months = town.assign(
        occurred_from=pd.Timestamp("2026-01-01", tz="UTC"), occurred_to=pd.Timestamp("2026-04-01", tz="UTC")
    )
    one, same, other = (answer(months, twins, seed=seed, cell_size=500) for seed in (3, 3, 4))
    why = {entry["what"]: entry["why"] for entry in one.provenance["decisions"]}["bandwidth"]
    assert "in folds (seed 3)" in why
    assert one.to_parquet() == same.to_parquet()
    curves = [next(t for t in each.tables if t.name == "bandwidth").rows for each in (one, other)]
    assert curves[0] != curves[1]


def test_incidents_all_in_one_place_are_one_hotspot_of_the_smallest_bandwidth(twins: BoundarySet) -> None:
    layer = answer(rows([f"2026-03-{1 + i % 28:02d}" for i in range(40)]), twins)
    assert layer.hotspots["incidents"].tolist() == [40]
    assert layer.provenance["parameters"]["bandwidth"] == 150
    why = {entry["what"]: entry["why"] for entry in layer.provenance["decisions"]}["bandwidth"]
    assert "all incidents lie in one place" in why
    assert not [table for table in layer.tables if table.name == "bandwidth"]


@pytest.mark.parametrize("output", ["cells", "contours"])
def test_an_even_town_has_no_hotspot_and_says_so(twins: BoundarySet, output: str) -> None:
    east, north = np.meshgrid(np.linspace(-88.299, -88.101, 30), np.linspace(17.401, 17.499, 15))
    days = [f"2026-03-{1 + i % 28:02d}" for i in range(450)]
    table = rows(days, lon=east.ravel(), lat=north.ravel())
    layer = answer(table, twins, bandwidth=2000, cell_size=500, output=output)
    assert len(layer.hotspots) == 0
    assert layer.summary["sentences"][0].endswith(
        "nowhere is the density twice that of the whole study area."
    )
    assert len(layer.features) > 0


def test_islands_keep_their_incidents(town: pd.DataFrame) -> None:
    west, east = shapely.box(-88.27, 17.42, -88.25, 17.44), shapely.box(-88.16, 17.46, -88.14, 17.48)
    cays = BoundarySet(
        name="cays", title="Cays", codes=("C-E", "C-W"), names=("East", "West"), types=("Cay",) * 2,
        area_km2=np.array([4.7, 4.7]), geometry=np.array([east, west], dtype=object), source="made up",
        licence="none",
    )  # fmt: skip
    for output in ("cells", "contours"):
        layer = answer(town, cays, bandwidth=1000, cell_size=100, output=output)
        assert layer.features["expected"].sum() == pytest.approx(0.99 * layer.summary["incidents"], rel=0.05)
        assert set(layer.features["district"]) == {"C-E", "C-W"}


def test_harm_weighs(twins: BoundarySet, town: pd.DataFrame) -> None:
    question = Question(
        method="kde",
        area="twins",
        parameters={"bandwidth": 500, "cell_size": 250},
        harm={"Robbery": 10, "*": 1},
    )
    layer = run(question, town, boundary_set=twins, timezone=ZONE)
    total = 600 + 9 * (town["offence"] == "Robbery").sum()
    assert layer.features["expected"].sum() == pytest.approx(0.99 * total, rel=0.02)


@pytest.mark.parametrize("output", ["cells", "contours"])
def test_incidents_that_all_weigh_nothing_leave_an_empty_layer(
    twins: BoundarySet, town: pd.DataFrame, output: str
) -> None:
    coarse = town.assign(occurred_to=town["occurred_from"] + pd.Timedelta(days=80))
    choice = {"bandwidth": 500, "cell_size": 250, "output": output}
    question = Question(method="kde", area="twins", parameters=choice, harm={"Arson": 1, "*": 0})
    layer = run(question, coarse, boundary_set=twins, timezone=ZONE)
    assert len(layer.features) == len(layer.hotspots) == 0
    assert layer.summary["hot_from"] is None
    assert next(table for table in layer.tables if table.name == "levels").column("density") == (None,) * 5


def test_a_hull_will_do(town: pd.DataFrame) -> None:
    layer = run(
        Question(method="kde", area="hull", parameters={"output": "contours", "cell_size": 250}),
        town,
        boundary_set=None,
        timezone=ZONE,
    )
    assert len(layer.hotspots) >= 2
    assert set(layer.features["district"]) == {""}


def test_twice_the_incidents_are_twice_the_density_and_the_same_levels(
    twins: BoundarySet, cells: Layer
) -> None:
    town = town_of()
    twice = pd.concat([town, town.assign(row=town["row"] + 1000)], ignore_index=True)
    layer = answer(twice.sample(frac=1, random_state=1), twins, bandwidth=500, cell_size=250)
    assert layer.features["density"].to_numpy() == pytest.approx(
        2 * cells.features["density"].to_numpy(), abs=2e-6
    )
    assert layer.features["level"].tolist() == cells.features["level"].tolist()


@pytest.mark.parametrize(
    ("choice", "name", "said"),
    [
        ({"bandwidth": 200, "cell_size": 400}, "bandwidth", "at least the size of the cells, here 400 m"),
        ({"bandwidth": 10}, "bandwidth", "25 to 20000 m"),
        ({"kernel": "triangle"}, "kernel", "quartic, epanechnikov, gaussian"),
        ({"hot_share": 1}, "hot_share", "0.01 to 0.9"),
        ({"cell_size": 25, "bandwidth": 100}, "cell_size", "Use a cell_size of at least"),
    ],
)
def test_bad_input_names_the_parameter_its_bounds_and_the_remedy(
    twins: BoundarySet, town: pd.DataFrame, choice: dict[str, Any], name: str, said: str
) -> None:
    with pytest.raises(ParameterError, match=said) as refused:
        answer(town, twins, **choice)
    assert refused.value.parameter == name


@pytest.fixture(scope="module")
def memphis(real_data: Path) -> Any:
    folder = real_data / "incidents"
    precincts = hotspot.read_boundaries(folder / "memphis_precincts.geojson", name="memphis")
    table = hotspot.read_incidents(
        folder / "memphis_robberies.csv", area=precincts, timezone="America/Chicago"
    ).table
    question = Question(method="kde", area="memphis")
    found = usable(question, table, boundary_set=precincts, timezone="America/Chicago")
    return found.area, found.points


def test_an_automatic_bandwidth_foretells_memphis_about_as_well_as_300_m_and_far_better_than_2000(
    memphis: Any,
) -> None:
    area, points = memphis
    train = points.last < np.datetime64("2019-07-01")
    earlier, later = points.take(train), points.take(~train)
    cells = cells_of(make_grid(area, size=200))
    of = cells.on(later).of

    def taken(**choice: Any) -> Any:
        scores = forecast(earlier, cells.on(earlier), parameters.KDE(**choice))
        return caught(scores, area=cells.area_km2, share=0.01)[of]

    automatic, fine, coarse = taken(), taken(bandwidth=300), taken(bandwidth=2000)
    assert holdout.verdict(holdout.difference(automatic, fine)) == holdout.EQUAL
    assert holdout.verdict(holdout.difference(automatic, coarse)) == holdout.BETTER
    assert automatic.mean() / 0.01 > 11.5
