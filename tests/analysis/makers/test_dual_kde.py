from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.errors import ParameterError, ThinDataError
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet

FIXED = {"bandwidth": 600, "cell_size": 300}


def answer(
    table: pd.DataFrame, districts: BoundarySet | None, *, force: bool = False, **parameters: Any
) -> Layer:
    area = districts.name if districts else "hull"
    question = Question(method="dual_kde", area=area, parameters=parameters)
    return run(question, table, boundary_set=districts, timezone=ZONE, force=force)


def decided(layer: Layer) -> dict[str, dict[str, str]]:
    return {entry["what"]: entry for entry in layer.provenance["decisions"]}


def moved_town() -> pd.DataFrame:
    """60 incidents in the west in January, as many in the east in March, and 60 in the middle in either."""
    rng = np.random.default_rng(5)
    middle = {"west": (-88.27, 17.43), "east": (-88.13, 17.47), "both": (-88.2, 17.45)}
    where = ["west"] * 60 + ["both"] * 60 + ["east"] * 60 + ["both"] * 60
    lon, lat = (np.array([middle[each][i] for each in where]) + rng.normal(0, 0.002, 240) for i in (0, 1))
    days = [f"2026-01-{1 + i % 30:02d}" for i in range(120)] + [
        f"2026-03-{1 + i % 30:02d}" for i in range(120)
    ]
    return rows(days, lon=lon, lat=lat)


@pytest.fixture(scope="module")
def moved(twins: BoundarySet) -> Layer:
    """What became of the town, since the middle of its window."""
    return answer(moved_town(), twins, **FIXED)


@pytest.fixture(scope="module")
def peopled(twins: BoundarySet) -> BoundarySet:
    """The twins, of which the western one has nine times the people of the other."""
    return replace(twins, figures=(("T-E", 1_000, 2019, "made up"), ("T-W", 9_000, 2019, "made up")))


def at(layer: Layer, lon: float, lat: float) -> pd.Series[Any]:
    """Return the feature nearest to a place."""
    middle = layer.features.geometry.representative_point()
    return layer.features.loc[np.hypot(middle.x - lon, middle.y - lat).idxmin()]


def test_what_came_is_hot_what_went_is_below_and_what_stayed_is_as_before(moved: Layer) -> None:
    east, west, both = at(moved, -88.13, 17.47), at(moved, -88.27, 17.43), at(moved, -88.2, 17.45)
    assert east["log_ratio"] > 2 and west["log_ratio"] < -2
    assert both["ratio"] == pytest.approx(1, abs=0.25)
    assert east["difference"] > 50 > -50 > west["difference"]
    assert len(moved.hotspots) == 1
    assert moved.hotspots["district_name"].tolist() == ["Eastside"]
    assert moved.hotspots["incidents"][0] == pytest.approx(60, abs=8)
    assert moved.hotspots["ratio"][0] > 2
    assert east["hotspot"] == 1 and west["hotspot"] == both["hotspot"] == 0


def test_the_other_way_round_the_signs_are(twins: BoundarySet, moved: Layer) -> None:
    town = moved_town()
    # February has 28 days: what was in January comes in March, and the other way round.
    january = town["occurred_from"] < pd.Timestamp("2026-02-15", tz=ZONE)
    turned = pd.to_timedelta(np.where(january, 59, -59), unit="D")
    back = town.assign(occurred_from=town["occurred_from"] + turned, occurred_to=town["occurred_to"] + turned)
    layer = answer(back, twins, **FIXED)
    one = moved.features.set_index(["share_inside", "district", "other_density"])["log_ratio"].sort_values()
    other = layer.features["log_ratio"].sort_values()
    assert len(one) == len(other)
    assert -other.to_numpy()[::-1] == pytest.approx(one.to_numpy(), abs=1e-5)


def test_everything_is_finite_and_the_columns_agree(moved: Layer) -> None:
    features = moved.features
    numbers = features[["density", "other_density", "ratio", "difference", "log_ratio", "value"]]
    assert np.isfinite(numbers.to_numpy()).all()
    assert np.log2(features["ratio"]).to_numpy() == pytest.approx(features["log_ratio"].to_numpy(), abs=1e-4)
    assert (features["density"] - features["other_density"]).to_numpy() == pytest.approx(
        features["difference"].to_numpy(), abs=3e-6
    )
    floor = moved.summary["floor"]
    ratio = (features["density"] + floor) / (features["other_density"] + floor)
    assert ratio.to_numpy() == pytest.approx(features["ratio"].to_numpy(), rel=1e-4)


@pytest.mark.parametrize("scale", ["ratio", "difference", "log_ratio"])
def test_the_value_is_on_the_scale_asked_for(twins: BoundarySet, scale: str) -> None:
    layer = answer(moved_town(), twins, scale=scale, **FIXED)
    assert layer.features["value"].tolist() == layer.features[scale].tolist()
    assert layer.hotspots["district_name"][0] == "Eastside"
    assert layer.hotspots["incidents"][0] == pytest.approx(60, abs=8)


def test_the_cut_and_the_floor_are_noted_and_a_chosen_floor_is_in_mean_densities(
    twins: BoundarySet, moved: Layer
) -> None:
    log = decided(moved)
    assert log["cut"]["value"] == moved.provenance["parameters"]["cut"] == "2026-02-14"
    assert "120 incidents from" in log["cut"]["why"]
    assert "as shares" in log["scale of the other density"]["value"]
    # Two incidents in one place: 2 x 3 / (pi 0.6^2).
    assert moved.summary["floor"] == pytest.approx(6 / (np.pi * 0.36))
    chosen = answer(moved_town(), twins, floor=0.5, cut="2026-03-01", **FIXED)
    assert chosen.summary["floor"] == pytest.approx(0.5 * chosen.summary["mean_density"], rel=1e-4)
    assert decided(chosen)["cut"]["value"] == "2026-03-01"
    assert chosen.features["ratio"].max() > moved.features["ratio"].max()


def test_an_even_density_beside_the_people_is_high_where_few_live(peopled: BoundarySet) -> None:
    rng = np.random.default_rng(2)
    days = [f"2026-03-{1 + i % 28:02d}" for i in range(800)]
    table = rows(days, lon=rng.uniform(-88.299, -88.101, 800), lat=rng.uniform(17.401, 17.499, 800))
    layer = answer(table, peopled, against="population", bandwidth=2000, cell_size=500)
    west, east = at(layer, -88.27, 17.45), at(layer, -88.13, 17.45)
    # Half of the incidents, but 90 and 10 % of the people.
    assert west["other_density"] / east["other_density"] == pytest.approx(9, rel=0.05)
    assert west["log_ratio"] < -0.5 < 1 < east["log_ratio"]
    held = (layer.features["other_density"] - layer.features["density"]).mean()
    assert abs(held) < 0.05 * layer.features["density"].mean()
    assert any("spread evenly over each district" in each for each in layer.provenance["warnings"])
    assert decided(layer)["population"]["value"] == "10,000 people, 2019"
    assert set(layer.hotspots["district_name"]) == {"Eastside"}


def test_a_district_without_people_is_left_out(peopled: BoundarySet, town: pd.DataFrame) -> None:
    half = replace(peopled, figures=(("T-W", 9_000, 2019, "made up"),))
    layer = answer(town, half, against="population", **FIXED)
    assert set(layer.features["district"]) == {"T-W"}
    assert set(layer.hotspots["district"]) <= {"T-W"}
    assert any(
        "1 district has no known population and is left out" in each for each in layer.provenance["warnings"]
    )


def test_nothing_changed_is_no_hotspot(twins: BoundarySet) -> None:
    first = moved_town()[:120]
    later = first.assign(
        **{each: first[each] + pd.Timedelta(days=59) for each in ("occurred_from", "occurred_to")},
        row=first["row"] + 500,
    )
    still = pd.concat([first, later], ignore_index=True)
    layer = answer(still, twins, **FIXED)
    assert len(layer.hotspots) == 0
    assert "nowhere is there 2 times as much as expected" in layer.summary["sentences"][0]
    difference = answer(still, twins, scale="difference", times=100, **FIXED)
    assert "more than expected" in difference.summary["nothing"]


def test_all_in_one_place_is_as_before(twins: BoundarySet) -> None:
    table = rows([f"2026-03-{1 + i % 28:02d}" for i in range(84)])
    layer = answer(table, twins)
    assert len(layer.hotspots) == 0
    assert layer.features["ratio"].to_numpy() == pytest.approx(1, abs=1e-9)


def test_few_incidents_are_refused_unless_forced(twins: BoundarySet) -> None:
    town = town_of(40)
    with pytest.raises(ThinDataError, match="30 incidents on either side of the cut"):
        answer(town, twins, **FIXED)
    layer = answer(town, twins, force=True, **FIXED)
    assert layer.summary["forced"] and np.isfinite(layer.features["log_ratio"]).all()
    with pytest.raises(ThinDataError, match="nothing earlier to compare with"):
        answer(town.iloc[:1], twins, force=True, **FIXED)
    two = answer(rows(["2026-03-01", "2026-03-03"]), twins, force=True, **FIXED)
    assert two.features["ratio"].to_numpy() == pytest.approx(1)


def test_the_accuracy_is_not_measured_and_says_why(moved: Layer) -> None:
    accuracy = moved.provenance["accuracy"]
    assert (accuracy["measured"], accuracy["verdict"]) == (False, "not measured")
    assert "foretells no number" in accuracy["reason"]
    assert moved.hotspots["survival"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("choice", "name", "said"),
    [
        ({"cut": "2025-12-01"}, "cut", r"2026-01-02 to 2026-03-30; got 2025-12-01"),
        ({"cut": "2026-02-01", "against": "population"}, "cut", "Leave cut out"),
        ({"against": "population"}, "against", "people of each district"),
        ({"bandwidth": 100, "cell_size": 300}, "bandwidth", "at least the size of the cells"),
        ({"floor": 0}, "floor", "0.01 to 100"),
        ({"times": 1}, "times", "1.1 to 100"),
    ],
)
def test_bad_input_names_the_parameter_its_bounds_and_the_remedy(
    twins: BoundarySet, choice: dict[str, Any], name: str, said: str
) -> None:
    with pytest.raises(ParameterError, match=said) as refused:
        answer(moved_town(), twins, **choice)
    assert refused.value.parameter == name


def test_incidents_without_times_and_a_hull_without_people_are_refused(twins: BoundarySet) -> None:
    town = moved_town()
    untimed = town.assign(
        **{each: town[each].mask(town[each].notna()) for each in ("occurred_from", "occurred_to")}
    )
    with pytest.raises(ParameterError, match="needs the times of the incidents") as refused:
        answer(untimed, twins)
    assert refused.value.parameter == "against"
    with pytest.raises(ParameterError, match="Import the boundary set with a population"):
        answer(moved_town(), None, against="population")
