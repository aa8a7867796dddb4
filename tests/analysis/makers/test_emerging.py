"""Emerging hotspots as a layer: patterns that were planted, guards, and numbers that add up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotspot import parameters
from hotspot.analysis.cells import cells_of
from hotspot.analysis.cube import MOST_BINS, check_size
from hotspot.analysis.makers.emerging import forecast
from hotspot.analysis.points import points_of
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.analysis.steps import Steps
from hotspot.errors import ParameterError, ThinDataError
from hotspot.incidents.table import conform
from hotspot.places.grid import make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.patterns import PATTERNS
from tests.analysis.conftest import EAST, NORTH, SOUTH, WEST, ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet

PLACES = {
    # Where, and in which of twelve weeks thirty incidents happen there.
    "always": ((-88.28, 17.48), range(12)),
    "new": ((-88.28, 17.42), [11]),
    "of late": ((-88.22, 17.48), [7, 8, 9, 10, 11]),
    "over": ((-88.13, 17.48), range(11)),
    "on and off": ((-88.13, 17.42), [1, 5, 11]),
}


def planted() -> pd.DataFrame:
    """Twelve weeks: places with a story of their own, and few incidents anywhere else."""
    rng = np.random.default_rng(3)
    lon, lat, day = rng.uniform(WEST, EAST, 120), rng.uniform(SOUTH, NORTH, 120), rng.integers(0, 84, 120)
    for (x, y), weeks in PLACES.values():
        for week in weeks:
            lon, lat = np.r_[lon, rng.normal(x, 0.004, 30)], np.r_[lat, rng.normal(y, 0.004, 30)]
            day = np.r_[day, 7 * week + rng.integers(0, 7, 30)]
    day[:2] = 0, 83
    times = pd.Timestamp("2026-01-01 12:00", tz=ZONE).tz_convert("UTC") + pd.to_timedelta(day, unit="D")
    return conform(
        pd.DataFrame(
            {
                "row": np.arange(2, len(day) + 2),
                "offence": "Theft",
                "occurred_from": times,
                "occurred_to": times,
                "lon": lon,
                "lat": lat,
                "location_precision": "exact",
            }
        )
    )


def answer(
    table: pd.DataFrame,
    twins: BoundarySet,
    *,
    area: str = "twins",
    force: bool = False,
    asked: dict[str, Any] | None = None,
    **chosen: Any,
) -> Layer:
    question = Question(method="emerging", area=area, parameters=chosen, **(asked or {}))
    return run(question, table, boundary_set=twins, timezone=ZONE, force=force)


def untimed(table: pd.DataFrame) -> pd.DataFrame:
    """The same incidents, none with a time."""
    never = pd.Series(pd.NaT, index=table.index, dtype=table["occurred_from"].dtype)
    return table.assign(occurred_from=never, occurred_to=never)


def log_of(layer: Layer) -> dict[str, dict[str, str]]:
    return {entry["what"]: entry for entry in layer.provenance["decisions"]}


@pytest.fixture(scope="module")
def story(twins: BoundarySet) -> Layer:
    """The planted places, every cell, in weeks without a look back."""
    return answer(planted(), twins, cell_size=1000, lag=0, step="week", cells="all")


def pattern_at(layer: Layer, place: str) -> str:
    import shapely

    point = shapely.Point(PLACES[place][0])
    return str(layer.features.loc[layer.features.contains(point), "pattern"].iloc[0])


def test_planted_places_get_the_pattern_of_their_story(story: Layer) -> None:
    assert {place: pattern_at(story, place) for place in PLACES} == {
        "always": "persistent hot",
        "new": "new hot",
        "of late": "consecutive hot",
        "over": "historical hot",
        "on and off": "sporadic hot",
    }


def test_hotspots_are_the_cells_that_are_hot_in_the_last_step(story: Layer) -> None:
    assert sorted(story.hotspots["pattern"]) == [
        "consecutive hot",
        "new hot",
        "persistent hot",
        "sporadic hot",
    ]
    cells = story.features
    assert ((cells["class"] >= 1) == (cells["hotspot"] > 0)).all()
    ranked = cells[cells["hotspot"] > 0].groupby("hotspot")["incidents"].sum()
    assert ranked.tolist() == story.hotspots["incidents"].tolist()
    assert story.summary["hot_cells"] == int((cells["class"] >= 1).sum())


def test_nobody_is_counted_twice_or_lost(story: Layer) -> None:
    n = len(planted())
    assert story.features["incidents"].sum() == n == story.summary["incidents"]
    steps = story.table("steps")
    assert sum(steps.column("incidents")) == story.summary["in_steps"] == n
    assert story.features["last_step_incidents"].sum() == steps.column("incidents")[-1]
    assert sum(steps.column("hot_cells")) == story.features["steps_hot"].sum()
    assert sum(steps.column("cold_cells")) == story.features["steps_cold"].sum()


def test_the_table_of_patterns_holds_all_seventeen_and_every_cell(story: Layer) -> None:
    table = story.table("patterns")
    assert table.column("pattern") == PATTERNS
    assert sum(table.column("cells")) == story.summary["cells"] == len(story.features)
    held = story.features["pattern"].value_counts().to_dict()
    assert {name: number for name, number in story.summary["patterns"].items() if number} == held
    assert dict(zip(table.column("pattern"), table.column("cells"), strict=True)) == story.summary["patterns"]
    assert f"{held['none']:,} have no pattern" in " ".join(story.summary["sentences"])


def test_automatic_choices_are_logged(twins: BoundarySet) -> None:
    layer = answer(planted(), twins)
    log, used = log_of(layer), layer.provenance["parameters"]
    assert (used["step"], used["significance"]) == ("week", "exact")
    assert log["steps"]["value"] == "12 weeks from 2026-01-01 to 2026-03-25"
    assert log["step"]["why"].startswith("automatic")
    assert "overlap" in log["trend"]["why"]
    assert log["cell size"]["value"] == f"{used['cell_size']:g} m"


def test_what_fills_no_step_at_the_beginning_is_left_out_and_said(twins: BoundarySet) -> None:
    table = planted()
    layer = answer(table, twins, asked={"end": "2026-03-23"}, cell_size=1000)
    steps = layer.table("steps")
    assert steps.rows[0][:2] == ("2026-01-06", "2026-01-12")
    assert steps.rows[-1][1] == "2026-03-23"
    local = table["occurred_from"].dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d")
    before = int((local < "2026-01-06").sum())
    assert before > 0
    assert log_of(layer)["incidents in no step"]["value"] == str(before)
    assert layer.summary["in_steps"] == layer.summary["incidents"] - before


def test_a_window_that_goes_on_beyond_the_data_ends_with_them(twins: BoundarySet) -> None:
    layer = answer(planted(), twins, asked={"end": "2026-12-31"}, step="week", cell_size=1000)
    assert layer.table("steps").rows[-1][1] == "2026-03-25"
    assert log_of(layer)["last day"]["value"] == "2026-03-25"


def test_exact_chances_call_less_of_sparse_counts_hot_than_the_normal_approximation(
    twins: BoundarySet,
) -> None:
    exact, normal = (
        answer(town_of(), twins, cell_size=500, significance=each) for each in ("exact", "normal")
    )
    assert exact.provenance["parameters"]["significance"] == "exact"
    assert 0 < exact.summary["hot_cells"] < normal.summary["hot_cells"]
    assert any("rough guide" in warning for warning in normal.summary["warnings"])


def test_harm_without_a_common_unit_has_normal_p_and_says_so(twins: BoundarySet) -> None:
    harm = {"Theft": 1, "Robbery": 3.14159265, "Burglary": 2.71828183}
    layer = answer(town_of(), twins, asked={"harm": harm}, cell_size=1000)
    assert layer.provenance["parameters"]["significance"] == "normal"
    assert layer.features["harm"].sum() > layer.features["incidents"].sum()


@pytest.mark.parametrize("shape", ["hexagon", "district"])
def test_hexagons_and_districts_are_judged_too(twins: BoundarySet, shape: str) -> None:
    layer = answer(town_of(2000), twins, cell_shape=shape, cells="all", force=True)
    assert layer.features["incidents"].sum() == 2000
    assert set(layer.features["pattern"]) <= set(PATTERNS)
    assert layer.summary["noun"] == ("district" if shape == "district" else "cell")


def test_the_order_of_the_rows_and_ids_leaves_no_trace(twins: BoundarySet) -> None:
    table = planted()
    shuffled = table.sample(frac=1, random_state=1)
    one, other = (answer(each, twins, cell_size=1000) for each in (table, shuffled))
    assert one.to_parquet() == other.to_parquet()


def test_every_incident_twice_is_more_evidence_but_no_other_score(twins: BoundarySet) -> None:
    table = planted()
    twice = pd.concat([table, table], ignore_index=True)
    one, two = (answer(each, twins, cell_size=1000, cells="all") for each in (table, twice))
    assert two.features["z"].to_numpy() == pytest.approx(one.features["z"].to_numpy(), abs=1e-9)
    assert two.features["trend_z"].to_numpy() == pytest.approx(one.features["trend_z"].to_numpy(), abs=1e-9)


def test_too_few_steps_are_refused_with_the_step_that_would_do(twins: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match=r"at least 10 steps; .* holds 3 whole months") as caught:
        answer(town_of(days=90), twins, step="month")
    assert "Take week as the step." in caught.value.remedies


def test_too_few_incidents_are_refused_and_can_be_forced(twins: BoundarySet) -> None:
    table = town_of(50)
    with pytest.raises(ThinDataError, match="at least 60 incidents in the steps; there are"):
        answer(table, twins, cell_size=2000)
    layer = answer(table, twins, cell_size=2000, force=True)
    assert layer.summary["forced"]
    assert any("at least 60" in warning for warning in layer.summary["warnings"])


def test_incidents_without_times_are_refused_with_the_remedy(twins: BoundarySet) -> None:
    table = untimed(town_of())
    with pytest.raises(ThinDataError, match="none of 600 incidents has a time") as caught:
        answer(table, twins, force=True)
    assert "Map the column" in caught.value.remedies[0]


def test_incidents_in_spans_longer_than_a_step_are_left_out_and_counted(twins: BoundarySet) -> None:
    table = planted()
    vague = rows([("2026-01-10 00:00", "2026-02-10 00:00")] * 5)
    layer = answer(pd.concat([table, vague], ignore_index=True), twins, step="week", cell_size=1000)
    said = [e for e in layer.provenance["decisions"] if e["what"] == "incidents in no step"]
    assert [(e["value"], e["why"]) for e in said] == [
        ("5", "that may have happened in a span longer than a week")
    ]


def test_all_incidents_at_one_place_are_no_pattern_of_space(twins: BoundarySet) -> None:
    table = rows([f"2026-{1 + i // 28 % 3:02d}-{1 + i % 28:02d} 12:00" for i in range(168)])
    layer = answer(table, twins, cell_size=2000, step="week")
    patterns = {name: number for name, number in layer.summary["patterns"].items() if number}
    assert set(patterns) <= {"persistent hot", "none", "consecutive hot", "sporadic hot"}
    assert sum(patterns.values()) == layer.summary["cells"]


def test_a_cube_too_large_is_refused_with_the_size_that_would_fit(twins: BoundarySet) -> None:
    cells = cells_of(make_grid(study_area(twins), size=100))
    few = Steps("day", np.arange("2020-01-01", "2020-04-01", dtype="datetime64[D]"), np.empty(0, np.int64))
    check_size(cells, few)
    many = Steps("day", np.arange("2000-01-01", "2026-01-01", dtype="datetime64[D]"), np.empty(0, np.int64))
    with pytest.raises(ParameterError, match=f"more than {MOST_BINS:,}") as caught:
        check_size(cells, many)
    assert caught.value.parameter == "cell_size"


@pytest.mark.parametrize(
    ("name", "value", "bound"),
    [("lag", -1, "0 to 12"), ("step", "hour", "one of automatic"), ("trend_level", 0.5, "0.001 to 0.2")],
)
def test_parameters_out_of_bounds_name_their_bounds(name: str, value: Any, bound: str) -> None:
    with pytest.raises(ParameterError, match=bound) as caught:
        parameters.Emerging.from_mapping({name: value})
    assert caught.value.parameter == name


def test_the_forecast_gives_more_to_where_it_happened_lately(twins: BoundarySet) -> None:
    table, area = planted(), study_area(twins)
    points = points_of(table, area, timezone=ZONE)
    cells = cells_of(make_grid(area, size=1000)).on(points)
    chosen = parameters.Emerging(lag=0)
    scores = forecast(points, cells, chosen)
    assert scores.shape == (len(cells),)

    def at(place: str) -> float:
        from hotspot.crs import project

        x, y = project([PLACES[place][0][0]], [PLACES[place][0][1]], area.crs)
        return float(scores[cells.locate(x, y)[0]])

    assert at("always") > at("over") > at("of late") > at("new") > float(np.median(scores))


def test_the_forecast_of_incidents_without_times_says_nothing(twins: BoundarySet) -> None:
    table, area = untimed(town_of()), study_area(twins)
    points = points_of(table, area, timezone=ZONE)
    cells = cells_of(make_grid(area, size=1000)).on(points)
    assert not forecast(points, cells, parameters.Emerging()).any()


def test_the_robberies_of_memphis_month_by_month(real_data: Path) -> None:
    import hotspot

    folder = real_data / "incidents"
    precincts = hotspot.read_boundaries(folder / "memphis_precincts.geojson", name="memphis")
    incidents = hotspot.read_incidents(
        folder / "memphis_robberies.csv", area=precincts, timezone="America/Chicago"
    )
    exact, normal = (
        hotspot.find_hotspots(incidents, method="emerging", step="month", cell_size=500, significance=each)
        for each in ("exact", "normal")
    )
    assert (exact.summary["cells"], exact.summary["steps"], exact.summary["in_steps"]) == (3429, 12, 2244)
    # Less than one robbery to a neighbourhood of two months: the normal approximation sees what is not there.
    assert exact.summary["hot_cells"] == 18
    assert normal.summary["hot_cells"] > 10 * exact.summary["hot_cells"]
    assert exact.summary["cold_cells"] == 0
    assert sum(exact.summary["patterns"].values()) == 3429


def test_cells_cut_by_the_edge_are_not_to_be_read_as_cold(real_data: Path) -> None:
    import hotspot

    folder = real_data / "incidents"
    precincts = hotspot.read_boundaries(folder / "memphis_precincts.geojson", name="memphis")
    incidents = hotspot.read_incidents(
        folder / "memphis_robberies.csv", area=precincts, timezone="America/Chicago"
    )
    found = hotspot.find_hotspots(incidents, method="emerging", step="month", cell_size=2000)
    assert any("of 51 cold cells lie at the edge" in warning for warning in found.provenance["warnings"])
