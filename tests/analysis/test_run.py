from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.layer import Layer
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.errors import BoundaryError, NotFoundError, ThinDataError
from hotspot.incidents.table import conform, empty
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

METHODS = ("gi_star", "dbscan")

TWICE = """
import sys
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from tests.analysis.conftest import ZONE, town_of, twin_districts
table = town_of().sample(frac=1, random_state=int(sys.argv[1])).reset_index(drop=True)
for method in ("gi_star", "dbscan"):
    layer = run(Question(area="twins", method=method), table, boundary_set=twin_districts(), timezone=ZONE)
    print(layer.id, layer.content_hash)
"""


def answer(table: pd.DataFrame, twins: BoundarySet | None, *, force: bool = False, **asked: Any) -> Layer:
    return run(Question(**{"area": "twins", **asked}), table, boundary_set=twins, timezone=ZONE, force=force)


def test_another_process_and_shuffled_rows_give_the_same_bytes(
    repository: Path, twins: BoundarySet, town: pd.DataFrame
) -> None:
    here = [answer(town, twins, method=method) for method in METHODS]
    expected = [f"{layer.id} {layer.content_hash}" for layer in here]
    done = subprocess.run(
        [sys.executable, "-c", TWICE, "1"],
        capture_output=True,
        text=True,
        check=True,
        cwd=repository,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(repository)},
    )
    assert done.stdout.split("\n")[:2] == expected


@pytest.mark.parametrize("method", METHODS)
def test_the_table_that_comes_in_is_not_changed(method: str, twins: BoundarySet, town: pd.DataFrame) -> None:
    before = town.copy(deep=True)
    answer(town, twins, method=method)
    pd.testing.assert_frame_equal(town, before)


def test_what_the_answer_depends_on_changes_the_id(twins: BoundarySet, town: pd.DataFrame) -> None:
    moved = town.assign(lon=town["lon"].where(town.index > 0, town["lon"] + 0.001))
    layers = [
        answer(town, twins),
        answer(town, twins, parameters={"cell_size": 500}),
        answer(moved, twins),
        answer(town.iloc[1:], twins),
        run(Question(area="twins"), town, boundary_set=twins, timezone="UTC"),
    ]
    assert len({layer.id for layer in layers}) == len(layers)


@pytest.mark.parametrize("method", METHODS)
def test_every_row_is_used_or_left_out_for_one_reason(method: str, twins: BoundarySet) -> None:
    table = town_of(200)
    table.loc[:9, "location_precision"] = "district"
    table.loc[:9, ["lon", "lat"]] = np.nan
    table.loc[10:12, "location_precision"] = "none"
    table.loc[13:17, "lon"] = -80.0
    table.loc[18:19, "location_precision"] = "place"
    layer = answer(table, twins, method=method, end="2026-03-20")
    data = layer.provenance["data"]
    assert data["rows_read"] == 200
    assert data["rows_used"] + sum(data["left_out"].values()) == 200
    reasons_here = {"outside_dates", "district_only", "place_only", "not_located", "outside_area"}
    assert set(data["left_out"]) == reasons_here
    assert sum(data["placed"].values()) == 200 - data["left_out"]["outside_dates"]
    assert sum(data["placed_share"].values()) == pytest.approx(1, abs=0.001)
    reasons = [e["value"] for e in layer.provenance["decisions"] if e["what"] == "incidents left out"]
    assert [int(value) for value in reasons] == list(data["left_out"].values())


def test_incidents_known_by_town_only_are_taken_when_asked_for_and_then_it_is_said(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    table = town.copy()
    table.loc[:9, "location_precision"] = "place"
    strict, wide = answer(table, twins), answer(table, twins, precision="place")
    assert wide.provenance["data"]["rows_used"] == strict.provenance["data"]["rows_used"] + 10
    assert any(
        "10 incidents are placed at the middle point of a town" in w for w in wide.provenance["warnings"]
    )
    assert not any("middle point" in warning for warning in strict.provenance["warnings"])


def test_too_few_incidents_give_a_clear_answer_and_no_layer(twins: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match=r"at least 30 usable incidents in the study area; .* leaves 29"):
        answer(town_of(29), twins)
    forced = answer(town_of(29), twins, force=True, parameters={"cell_size": 1000})
    assert forced.provenance["forced"] is True
    assert forced.summary["thinness"]["class"] == "too thin"
    assert any(sentence.startswith("Forced") for sentence in forced.summary["sentences"])


def test_force_leaves_no_trace_where_it_was_not_needed(twins: BoundarySet, town: pd.DataFrame) -> None:
    assert answer(town, twins, force=True).content_hash == answer(town, twins).content_hash


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_forced_layer_of_hardly_anything_still_stands(method: str, n: int, twins: BoundarySet) -> None:
    for area, districts in (("twins", twins), ("hull", None)):
        layer = answer(town_of(n), districts, area=area, method=method, force=True)
        assert layer.summary["incidents"] == n
        assert layer.provenance["accuracy"]["measured"] is False
        assert shapely.is_valid(layer.features.geometry.to_numpy()).all()


@pytest.mark.parametrize("area", ["twins", "hull"])
def test_no_incident_at_all_is_refused_even_if_forced(area: str, twins: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match="leaves 0"):
        answer(empty(), twins, area=area, force=True)


@pytest.mark.parametrize("method", METHODS)
def test_a_hull_is_flagged_and_needs_twice_as_many(method: str, town: pd.DataFrame) -> None:
    with pytest.raises(ThinDataError, match=r"at least 60 .* Name a boundary set"):
        answer(town.iloc[:59], None, area="hull", method=method)
    layer = answer(town, None, area="hull", method=method)
    assert layer.provenance["study_area"]["kind"] == "hull"
    assert any("only a hull" in warning for warning in layer.provenance["warnings"])
    assert set(layer.hotspots["district"]) <= {""}


def test_a_study_area_needs_its_own_boundary_set(twins: BoundarySet, town: pd.DataFrame) -> None:
    with pytest.raises(BoundaryError, match="needs its boundary set"):
        answer(town, None)
    with pytest.raises(BoundaryError, match="not of the boundary set 'twins'"):
        answer(town, twins, area="BZ")
    with pytest.raises(NotFoundError, match="T-X"):
        answer(town, twins, area="twins/T-X")


def test_month_only_times_give_a_layer_that_was_not_measured(twins: BoundarySet, town: pd.DataFrame) -> None:
    month = town.assign(
        occurred_from=pd.Timestamp("2018-07-01", tz="UTC"), occurred_to=pd.Timestamp("2018-08-01", tz="UTC")
    )
    layer = answer(conform(month), twins)
    assert layer.provenance["accuracy"]["measured"] is False
    assert layer.summary["beats_prior"] is None
    assert any(
        "was not measured: times are too coarse" in sentence for sentence in layer.summary["sentences"]
    )


def test_all_incidents_on_one_point_are_answered(twins: BoundarySet) -> None:
    table = rows([f"2026-03-{1 + i % 28:02d}" for i in range(90)])
    for method, chosen in (("gi_star", {"significance": "normal"}), ("dbscan", {})):
        layer = answer(table, twins, method=method, parameters=chosen)
        assert layer.hotspots["incidents"].tolist() == [90]
        assert layer.summary["share_in_hotspots"] == 1.0
    # One full cell says nothing of the cells around it: anywhere it would look the same.
    with pytest.raises(ThinDataError, match="too few of them hold incidents"):
        answer(table, twins, method="gi_star")


def test_many_unplaced_incidents_are_warned_about(twins: BoundarySet, town: pd.DataFrame) -> None:
    lost = town.iloc[:300].assign(location_precision="district", lon=np.nan, lat=np.nan)
    layer = answer(pd.concat([town, lost], ignore_index=True), twins)
    assert any("300 incidents could not be placed" in warning for warning in layer.provenance["warnings"])


def test_incidents_off_a_coarse_shore_are_warned_about(twins: BoundarySet, town: pd.DataFrame) -> None:
    off = town.iloc[:60].assign(lon=-88.09, snapped=True, district="T-E")
    layer = answer(pd.concat([town, off], ignore_index=True), twins)
    assert layer.provenance["data"]["left_out"] == {"outside_near_shore": 60}
    assert any("coarse shore" in warning for warning in layer.provenance["warnings"])


def test_progress_only_grows_and_says_what_is_done(twins: BoundarySet, town: pd.DataFrame) -> None:
    told: list[tuple[float, str]] = []
    run(
        Question(area="twins"),
        town,
        boundary_set=twins,
        timezone=ZONE,
        progress=lambda share, what: told.append((share, what)),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert all(what for _, what in told)


HOSTILE = ["{{7*7}}", "{% raw %}", "<script>alert(1)</script>", "=cmd()", "\u202eevil", "`x`", "${y}"]


@pytest.mark.parametrize("method", METHODS)
def test_incident_text_stays_text(method: str, twins: BoundarySet, town: pd.DataFrame) -> None:
    table = town.assign(offence=[HOSTILE[i % len(HOSTILE)] for i in range(len(town))])
    layer = Layer.from_parquet(answer(table, twins, method=method).to_parquet())
    assert any(text in layer.hotspots["top_offences"][0] for text in HOSTILE)


def test_memphis_robberies_make_the_hotspots_that_were_published(real_data: Path) -> None:
    from hotspot.places.boundary_files import read_boundaries

    folder = real_data / "incidents"
    raw = pd.read_csv(folder / "memphis_robberies.csv")
    times = pd.to_datetime(raw["date"], utc=True)
    table = conform(
        pd.DataFrame(
            {
                "row": np.arange(2, len(raw) + 2),
                "offence": raw["offense_type"],
                "occurred_from": times,
                "occurred_to": times,
                "lon": raw["lon"],
                "lat": raw["lat"],
                "location_precision": "exact",
            }
        )
    )
    precincts = read_boundaries(folder / "memphis_precincts.geojson", name="memphis")
    question = Question(area="memphis", parameters={"cell_size": 200})
    layer = run(question, table, boundary_set=precincts, timezone="America/Chicago")
    assert layer.summary["incidents"] == 2245
    assert layer.provenance["crs"] in {"EPSG:32615", "EPSG:32616"}
    assert layer.summary["accuracy"]["pai"] > 9
    assert layer.hotspots["pai"].min() > 1


@pytest.mark.parametrize(
    ("method", "parameters", "seed"),
    [("kde", {"seed": 5}, 5), ("near_repeat", {"seed": 9, "permutations": 99}, 9), ("gi_star", {}, None)],
)
def test_the_seed_is_told_where_lots_are_drawn(
    method: str, parameters: dict[str, Any], seed: int | None, twins: BoundarySet, town: pd.DataFrame
) -> None:
    assert answer(town, twins, method=method, parameters=parameters).provenance["seed"] == seed


@pytest.mark.parametrize("method", [*METHODS, "kde"])
def test_without_checks_the_hotspots_are_the_same_and_the_layer_says_so(
    method: str, twins: BoundarySet, town: pd.DataFrame
) -> None:
    whole = answer(town, twins, method=method)
    quick = run(Question(area="twins", method=method), town, boundary_set=twins, timezone=ZONE, checks=False)
    pd.testing.assert_frame_equal(
        quick.features.drop(columns="geometry"), whole.features.drop(columns="geometry")
    )
    assert (quick.features.geometry == whole.features.geometry).all()
    rest = [name for name in whole.hotspots if name != "survival"]
    pd.testing.assert_frame_equal(quick.hotspots[rest], whole.hotspots[rest])
    assert whole.hotspots["survival"].notna().all() and quick.hotspots["survival"].isna().all()
    assert (
        quick.summary["accuracy"]["measured"] is False
        and "without checks" in quick.summary["accuracy"]["reason"]
    )
    assert any("do not act on it" in warning for warning in quick.summary["warnings"])
    assert quick.id != whole.id and (quick.provenance["checked"], whole.provenance["checked"]) == (
        False,
        True,
    )
    assert {"week", "stability", "lorenz"} & {table.name for table in quick.tables} == set()
