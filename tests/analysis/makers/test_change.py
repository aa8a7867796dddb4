"""Change as a layer: hand counts, windows, what chance flags, and data that do not reach back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot import parameters
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.errors import ParameterError, ThinDataError
from hotspot.stats.change import conditional_p, poisson_z
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet

WEST, EAST = (-88.25, 17.45), (-88.15, 17.45)


def answer(
    table: pd.DataFrame,
    twins: BoundarySet,
    *,
    area: str = "twins",
    force: bool = False,
    asked: dict[str, Any] | None = None,
    **chosen: Any,
) -> Layer:
    question = Question(method="change", area=area, parameters=chosen, **(asked or {}))
    return run(question, table, boundary_set=twins, timezone=ZONE, force=force)


def told(layer: Layer) -> dict[str, dict[str, str]]:
    return {entry["what"]: entry for entry in layer.provenance["decisions"]}


def grown() -> pd.DataFrame:
    """April 2026 against March: the west grows from 9 to 49 a month, the east stays at 25."""
    held = [(WEST, "03", 9), (WEST, "04", 49), (EAST, "03", 25), (EAST, "04", 25)]
    days = [f"2026-{month}-{2 + i % 29:02d} 12:00" for _, month, n in held for i in range(n)]
    places = np.array([place for place, _, n in held for _ in range(n)])
    return rows(days, lon=places[:, 0], lat=places[:, 1])


APRIL = {"start": "2026-04-01", "end": "2026-04-30"}


def test_districts_are_judged_by_hand(twins: BoundarySet) -> None:
    layer = answer(grown(), twins, asked=APRIL, cell_shape="district")
    cells = layer.features.set_index("district")
    assert cells["incidents"].to_dict() == {"T-E": 25, "T-W": 49}
    assert cells["before"].to_dict() == {"T-E": 25, "T-W": 9}
    assert cells["change"].to_dict() == {"T-E": 0, "T-W": 40}
    assert cells["change_z"].to_dict() == {"T-E": 0.0, "T-W": 2 * (7 - 3)}
    assert cells["direction"].to_dict() == {"T-E": "no clear change", "T-W": "more than before"}
    assert cells["state"].to_dict() == {"T-E": "persisting", "T-W": "persisting"}
    assert cells["p"]["T-W"] == pytest.approx(float(conditional_p([49], [9])[0]))
    assert layer.hotspots[["district", "incidents", "before", "change"]].to_numpy().tolist() == [
        ["T-W", 49, 9, 40]
    ]
    assert layer.summary["noun"] == "district"


def test_the_windows_are_in_the_log_the_table_and_a_sentence(twins: BoundarySet) -> None:
    layer = answer(grown(), twins, asked=APRIL, cell_shape="district")
    log = told(layer)
    assert log["window"]["value"] == "2026-04-01 to 2026-04-30, 30 days"
    assert log["compared with"]["value"] == "2026-03-02 to 2026-03-31, 30 days"
    table = layer.table("windows")
    assert table.column("days") == (30, 30)
    assert table.column("incidents") == (74, 34)
    said = " ".join(layer.summary["sentences"])
    assert "74 incidents from 2026-04-01 to 2026-04-30, 34 from 2026-03-02 to 2026-03-31" in said
    assert "foretells nothing" in layer.provenance["accuracy"]["reason"]


def test_every_row_is_now_before_or_left_out(twins: BoundarySet) -> None:
    layer = answer(grown(), twins, asked=APRIL, cell_shape="district")
    summary = layer.summary
    assert summary["incidents"] == 74
    assert summary["left_out"]["earlier_window"] == summary["before"] == layer.features["before"].sum()
    assert summary["read"] == summary["incidents"] + sum(summary["left_out"].values())


def test_without_days_the_later_half_is_held_against_the_earlier(twins: BoundarySet) -> None:
    layer = answer(town_of(), twins, cell_size=1000)
    assert layer.summary["window"] == ["2026-02-15", "2026-03-31"]
    assert layer.summary["window_before"] == ["2026-01-01", "2026-02-14"]
    assert layer.provenance["question"]["start"] == "2026-02-15"
    assert told(layer)["window"]["why"] == "automatic: the later half of the data"
    assert layer.features["incidents"].sum() + layer.features["before"].sum() == 600


def test_a_year_before_in_a_leap_year_expects_one_day_more(twins: BoundarySet) -> None:
    table = rows([str(np.datetime64("2023-01-01") + i) + " 12:00" for i in range(731)])
    asked = {"start": "2024-01-01", "end": "2024-12-31"}
    layer = answer(table, twins, asked=asked, against="year", cell_shape="district")
    west = layer.features.set_index("district").loc["T-W"]
    assert (west["incidents"], west["before"], west["expected"]) == (366, 365, 366)
    assert west["change_z"] == 0
    assert "365 days" in told(layer)["expected"]["why"]


def test_places_are_new_persisting_or_gone(twins: BoundarySet) -> None:
    lon = [-88.29] * 20 + [-88.25] * 40 + [-88.12] * 20
    days = [f"2026-{month}-{1 + i % 28:02d} 12:00" for month, n in (("01", 40), ("02", 40)) for i in range(n)]
    asked = {"start": "2026-02-01", "end": "2026-02-28"}
    layer = answer(rows(days, lon=lon, lat=[17.45] * 80), twins, asked=asked, cell_size=1000)
    table = dict(zip(layer.table("states").column("state"), layer.table("states").rows, strict=True))
    # January counts from the 4th on: three of each 20 came before.
    assert table["gone"][1:3] == (1, 0)
    assert table["new"][1:3] == (1, 20)
    assert table["persisting"][1:3] == (1, 20)
    assert table["none"][1] == layer.summary["cells"] - 3
    assert layer.features["state"].value_counts().to_dict() == {"gone": 1, "new": 1, "persisting": 1}
    assert layer.features.set_index("state")["direction"].to_dict() == {
        "gone": "fewer than before",
        "new": "more than before",
        "persisting": "no clear change",
    }


def test_hotspots_are_touching_cells_with_more_than_before(twins: BoundarySet) -> None:
    layer = answer(grown(), twins, asked=APRIL, cell_size=1000)
    cells = layer.features
    assert ((cells["direction"] == "more than before") == (cells["hotspot"] > 0)).all()
    top = layer.hotspots.iloc[0]
    assert (top["incidents"], top["before"]) == (49, 9)
    assert top["change_z"] == pytest.approx(float(poisson_z([49], [9])[0]), abs=1e-6)
    assert top["survival"] == 1.0


def test_flags_that_chance_alone_would_raise_are_counted_and_warned_of(twins: BoundarySet) -> None:
    layer = answer(town_of(3000, clumps=0), twins, cell_size=1000)
    flagged = layer.summary["more"] + layer.summary["fewer"]
    expected = layer.summary["flags_by_chance"]
    assert expected > 1
    assert flagged == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert any("chance alone would flag" in warning for warning in layer.summary["warnings"])
    assert (layer.features["p_adjusted"] > 0.1).all()


def test_a_change_that_is_clear_raises_no_such_warning(twins: BoundarySet) -> None:
    assert answer(grown(), twins, asked=APRIL, cell_shape="district").summary["warnings"] == []


def test_harm_is_shown_but_not_compared(twins: BoundarySet) -> None:
    plain = answer(grown(), twins, asked=APRIL, cell_shape="district")
    harm = answer(grown(), twins, asked={**APRIL, "harm": {"Theft": 7}}, cell_shape="district")
    assert harm.features["harm"].tolist() == [7 * n for n in plain.features["incidents"]]
    assert harm.features["change_z"].tolist() == plain.features["change_z"].tolist()
    assert told(harm)["harm"]["value"] == "not compared"


def test_data_that_begin_too_late_are_refused_not_called_new(twins: BoundarySet) -> None:
    asked = {"start": "2026-03-15", "end": "2026-04-30"}
    with pytest.raises(ThinDataError, match="everything would look new") as caught:
        answer(grown(), twins, asked=asked)
    assert caught.value.remedies[0] == "Ask about 2026-04-01 to 2026-04-30 at most."
    forced = answer(grown(), twins, asked=asked, force=True)
    assert forced.summary["forced"]
    assert any("do not cover both windows" in warning for warning in forced.summary["warnings"])


def test_a_window_that_ends_after_the_data_is_refused(twins: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match="would look quieter"):
        answer(grown(), twins, asked={"start": "2026-04-20", "end": "2026-05-12"})


def test_too_few_incidents_in_both_windows_are_refused(twins: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match="at least 30 usable incidents"):
        answer(town_of(24), twins, cell_shape="district")


def test_no_incident_now_is_refused_even_if_forced(twins: BoundarySet) -> None:
    table = grown()
    april = (table["occurred_from"] >= pd.Timestamp("2026-04-01", tz=ZONE)).to_numpy()
    table.loc[~april, "offence"] = "Arson"
    with pytest.raises(ThinDataError, match="leaves 0"):
        answer(table, twins, asked={**APRIL, "offences": ["Arson"]}, force=True)


def test_a_year_of_more_than_a_year_names_the_parameter(twins: BoundarySet) -> None:
    with pytest.raises(ParameterError, match="at most a year") as caught:
        answer(town_of(days=900), twins, asked={"start": "2026-06-01", "end": "2027-12-31"}, against="year")
    assert caught.value.parameter == "against"


@pytest.mark.parametrize(
    ("name", "value", "bound"), [("flag", 0.5, "1 to 10"), ("against", "week", "previous, year")]
)
def test_parameters_out_of_bounds_name_their_bounds(name: str, value: Any, bound: str) -> None:
    with pytest.raises(ParameterError, match=bound) as caught:
        parameters.Change.from_mapping({name: value})
    assert caught.value.parameter == name


def test_a_hull_lies_around_the_incidents_of_both_windows(twins: BoundarySet) -> None:
    lon = np.r_[np.linspace(-88.29, -88.11, 80), np.linspace(-88.21, -88.19, 80)]
    days = [f"2026-{m}-{1 + i % 28:02d} 12:00" for m in ("01", "02") for i in range(80)]
    asked = {"start": "2026-02-01", "end": "2026-02-28"}
    layer = answer(rows(days, lon=lon, lat=[17.45] * 160), twins, area="hull", asked=asked, cell_size=1000)
    # Of January from the 4th on: 80 less three days' worth of 3, 3 and 3.
    assert layer.summary["before"] == 80 - 9
    assert layer.summary["window"] == ["2026-02-01", "2026-02-28"]


def test_the_order_of_the_rows_leaves_no_trace_but_earlier_incidents_do(twins: BoundarySet) -> None:
    table = town_of()
    one, other = (
        answer(each, twins, cell_size=1000) for each in (table, table.sample(frac=1, random_state=1))
    )
    assert one.to_parquet() == other.to_parquet()
    moved = table.copy()
    before = int(np.argmin(moved["occurred_from"].to_numpy()))
    moved.loc[before, "lon"] = -88.2345
    assert answer(moved, twins, cell_size=1000).id != one.id


def test_now_and_before_exchanged_turn_every_direction_round(twins: BoundarySet) -> None:
    table = town_of(1500)
    # The first minute becomes the last: the earlier half is the later.
    first = pd.Timestamp("2026-01-01", tz=ZONE)
    local = table["occurred_from"].dt.tz_convert(ZONE)
    turned = (first + pd.Timedelta(days=90) - pd.Timedelta(minutes=1)) - (local - first)
    other = table.assign(occurred_from=turned.dt.tz_convert("UTC"), occurred_to=turned.dt.tz_convert("UTC"))
    one, two = (
        answer(each, twins, cell_size=2000).features.assign(place=lambda cells: cells.geometry.to_wkb())
        for each in (table, other)
    )
    both = one.merge(two, on="place", suffixes=("", "_turned"))
    assert len(both) == len(one) == len(two)
    assert both["change_z_turned"].to_numpy() == pytest.approx(-both["change_z"].to_numpy(), abs=1e-6)
    assert both["p_turned"].to_numpy() == pytest.approx(both["p"].to_numpy())


def test_the_assaults_of_chicago_by_district_are_those_of_a_hand_count(real_data: Path) -> None:
    import hotspot

    folder = real_data / "incidents"
    districts = hotspot.read_boundaries(folder / "chicago_police_districts.geojson", name="chicago")
    incidents = hotspot.read_incidents(
        folder / "chicago_aggravated_assaults.csv.gz", area=districts, timezone="America/Chicago"
    )
    layer = hotspot.find_hotspots(
        incidents,
        method="change",
        cell_shape="district",
        start="2019-01-01",
        end="2019-12-31",
        against="year",
    )
    raw = pd.read_csv(folder / "chicago_aggravated_assaults.csv.gz")
    spots = shapely.points(raw["longitude"], raw["latitude"])
    found = layer.features.set_index("district")
    for code, shape in zip(districts.codes, districts.geometry, strict=True):
        if code not in {"2", "22"}:
            continue
        shapely.prepare(shape)
        counts = raw[shapely.contains(shape, spots)]["date"].str[:4].value_counts()
        assert (found["incidents"][code], found["before"][code]) == (counts["2019"], counts["2018"])
        z = 2 * (np.sqrt(counts["2019"]) - np.sqrt(counts["2018"]))
        assert found["change_z"][code] == pytest.approx(z, abs=1e-6)
    assert found["direction"][["2", "17", "22"]].tolist() == [
        "fewer than before",
        "fewer than before",
        "more than before",
    ]
    assert (layer.summary["more"], layer.summary["fewer"]) == (1, 2)
    assert layer.summary["flags_by_chance"] == pytest.approx(0.8, abs=0.1)
