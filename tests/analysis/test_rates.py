"""Rates by population: whose people they are, and what is said where nobody knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from hotspot.analysis.question import Question
from hotspot.analysis.rates import Among, rates_of
from hotspot.analysis.run import run
from hotspot.errors import ParameterError
from hotspot.places.boundaries import BoundarySet
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.rates import standardised_rates
from hotspot.stats.significance import two_sided_p
from tests.analysis.conftest import EAST, NORTH, SOUTH, WEST, ZONE, town_of

SIDE = 6
PEOPLE = np.random.default_rng(4).integers(500, 9_000, SIDE * SIDE)


@pytest.fixture(scope="module")
def beats() -> BoundarySet:
    """36 beats over the town of the two clumps; the first has no known population."""
    lon, lat = np.linspace(WEST, EAST, SIDE + 1), np.linspace(SOUTH, NORTH, SIDE + 1)
    row, col = np.divmod(np.arange(SIDE * SIDE), SIDE)
    codes = tuple(f"B-{each:02}" for each in range(SIDE * SIDE))
    return BoundarySet(
        name="beats",
        title="Beats",
        codes=codes,
        names=tuple(f"Beat {each:02}" for each in range(SIDE * SIDE)),
        types=("Beat",) * len(codes),
        area_km2=np.full(len(codes), 6.5),
        geometry=shapely.box(lon[col], lat[row], lon[col + 1], lat[row + 1]),
        source="made up",
        licence="none",
        figures=tuple(
            (code, int(people), 2022, "made up")
            for code, people in zip(codes[1:], PEOPLE[1:].tolist(), strict=True)
        ),
    )


@pytest.fixture(scope="module")
def rated(beats: BoundarySet) -> object:
    """The beats judged by rate."""
    parameters = {"cell_shape": "district", "value": "rate", "cells": "all"}
    return run(Question(area="beats", parameters=parameters), town_of(), boundary_set=beats, timezone=ZONE)


def test_beats_are_judged_by_their_standardised_rates(rated, beats: BoundarySet) -> None:  # type: ignore[no-untyped-def]
    features = rated.features.sort_values("district").reset_index(drop=True)
    assert features["population"].tolist()[1:] == PEOPLE[1:].tolist()
    assert features["rate"][1:].to_numpy() == pytest.approx(
        1e5 * features["incidents"][1:] / PEOPLE[1:], abs=1e-3
    )
    row, col = np.divmod(np.arange(1, SIDE * SIDE), SIDE)
    near = Lattice.of(col, row, "square").within()
    scores = gi_star(standardised_rates(features["incidents"][1:], PEOPLE[1:]), neighbours=near)
    assert features["z"][1:].to_numpy() == pytest.approx(scores.z, abs=1e-9)
    assert features["p"][1:].to_numpy() == pytest.approx(two_sided_p(scores.z), abs=1e-9)
    assert features["neighbours"].tolist()[1:] == scores.neighbours.tolist()


def test_a_beat_without_a_population_is_left_out_and_said_so(rated) -> None:  # type: ignore[no-untyped-def]
    first = rated.features.set_index("district").loc["B-00"]
    assert first[["population", "rate", "z", "p", "p_adjusted"]].isna().all()
    assert (first["class"], first["neighbours"]) == (0, 0)
    warning = next(text for text in rated.summary["warnings"] if "no known population" in text)
    assert warning.startswith("1 district has no known population and so no rate: Beat 00 (B-00).")
    assert warning.endswith("It is left out of the comparison.")
    log = {each["what"]: each for each in rated.provenance["decisions"]}
    assert log["rates"]["value"] == "population of 2022"
    assert log["p-values"]["value"] == "normal approximation"


def test_counts_of_beats_need_no_population_and_show_it_where_known(beats: BoundarySet) -> None:
    question = Question(area="beats", parameters={"cell_shape": "district", "cells": "all"})
    features = run(question, town_of(), boundary_set=beats, timezone=ZONE).features
    assert features["population"].isna().sum() == 1
    assert features["p"].notna().all()


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_cells_of_a_grid_have_no_rate_and_the_remedy_is_named(beats: BoundarySet, shape: str) -> None:
    question = Question(area="beats", parameters={"cell_shape": shape, "value": "rate"})
    with pytest.raises(ParameterError, match="Take cell_shape district with it, or value count"):
        run(question, town_of(), boundary_set=beats, timezone=ZONE)


def test_districts_without_any_population_are_refused(beats: BoundarySet) -> None:
    question = Question(area="beats", parameters={"cell_shape": "district", "value": "rate"})
    with pytest.raises(ParameterError, match="of 36 districts of the study area 0 have one"):
        run(question, town_of(), boundary_set=replace(beats, figures=()), timezone=ZONE)


def test_among_some_places_the_others_are_nobodys_neighbours() -> None:
    near = Lattice.of([0, 1, 2, 3], [0] * 4, "square").within()
    among = Among(near, np.array([True, False, True, True]))
    assert among.number.tolist() == [1, 2, 2]
    assert among.sums([5, 7, 9]).tolist() == [5, 16, 16]


def test_rates_are_never_below_nothing() -> None:
    found = rates_of(np.array([1.0, 50.0, 3.0]), np.array([900.0, 1000.0, 800.0]))
    assert found.min() == 0
    assert found.argmax() == 1
