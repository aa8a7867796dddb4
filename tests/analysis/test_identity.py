"""What became of the hotspots of an earlier layer: made-up layers of rectangles, and of a real method."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.identity import changes
from hotspot.analysis.layer import Layer
from hotspot.analysis.question import Question
from hotspot.analysis.reports import Report
from hotspot.analysis.run import run
from hotspot.crs import unproject_shapes
from hotspot.errors import ParameterError
from tests.analysis.conftest import ZONE, town_of

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

CRS = "EPSG:32616"
Box = tuple[float, float, int]
"""West and east end of a hotspot 200 m high, m, and its incidents."""


def layer_of(
    *hotspots: Box,
    window: tuple[str, str] = ("2026-01-01", "2026-01-31"),
    cells: bool = False,
    method: str = "dbscan",
    area: str = "BZ",
    kind: str = "districts",
    parameters: dict[str, Any] | None = None,
    **asked: Any,
) -> Layer:
    """A layer whose hotspots are rectangles, whole or in cells of 100 m."""
    pieces, ranks = [], []
    for rank, (west, east, _) in enumerate(hotspots, start=1):
        edges = np.arange(west, east, 100) if cells else [west]
        width = 100 if cells else east - west
        for x in edges:
            pieces.append(shapely.box(4e5 + x, 19e5, 4e5 + x + width, 19e5 + 200))
            ranks.append(rank)
    if cells:
        # A cell in no hotspot.
        pieces.append(shapely.box(4e5 - 9000, 19e5, 4e5 - 8900, 19e5 + 200))
        ranks.append(0)
    shapes = np.empty(len(pieces), dtype=object)
    shapes[:] = pieces
    features = geopandas.GeoDataFrame(
        {"id": np.arange(1, len(pieces) + 1), "hotspot" if cells else "rank": ranks},
        geometry=unproject_shapes(shapes, CRS),
        crs="EPSG:4326",
    )
    n = len(hotspots)
    table = pd.DataFrame(
        {
            "rank": np.arange(1, n + 1),
            "incidents": np.array([number for *_, number in hotspots], dtype=np.int64),
            "district_name": pd.Series(["Belize"] * n, dtype="str"),
        }
    )
    question: dict[str, Any] = {
        "offences": [],
        "hours": None,
        "weekdays": [],
        "precision": "exact",
        "start": None,
        "end": None,
    }
    return Layer(
        id=f"made-up-{window[0]}",
        title=f"Made up, {window[0]}",
        method=method,
        features=features,
        hotspots=table,
        summary={"first": window[0], "last": window[1]},
        provenance={
            "question": {**question, **asked},
            "parameters": parameters or {"eps": 300.0},
            "study_area": {"label": area, "kind": kind},
            "crs": CRS,
        },
    )


LATER = ("2026-02-01", "2026-03-03")


def told(found: Report) -> list[tuple[Any, ...]]:
    """Earlier rank, later rank and state of each row."""
    return [row[:3] for row in found.table("changes").rows]


@pytest.mark.parametrize("cells", [False, True])
def test_each_state_by_hand(cells: bool) -> None:
    earlier = layer_of(
        (0, 400, 90),
        (1000, 1200, 80),
        (2000, 3000, 70),
        (4000, 4300, 60),
        (4500, 4800, 50),
        (6000, 6200, 9),
        cells=cells,
    )
    later = layer_of(
        (4000, 4800, 120),
        (100, 500, 70),
        (1000, 1400, 60),
        (2000, 2300, 50),
        (2600, 2900, 40),
        (8000, 8200, 30),
        window=LATER,
        cells=cells,
    )
    found = changes(earlier, later)
    assert told(found) == [
        (4, 1, "merged"),
        (5, 1, "merged"),
        (1, 2, "kept"),
        (2, 3, "grew"),
        (3, 4, "split"),
        (3, 5, "split"),
        (None, 6, "new"),
        (6, None, "gone"),
    ]
    rows = {row[:2]: row for row in found.table("changes").rows}
    assert rows[1, 2][4] == pytest.approx(0.75, abs=0.01)
    assert rows[1, 2][5:7] == (90, 70)
    assert rows[1, 2][7] == pytest.approx(2 * (70**0.5 - 90**0.5), abs=1e-3)
    assert rows[2, 3][8:] == pytest.approx((0.04, 0.08), rel=0.01)
    assert rows[4, 1][7] == rows[5, 1][7] == pytest.approx(2 * (120**0.5 - 110**0.5), abs=1e-3)
    assert found.sentences[0] == (
        "Of 6 earlier hotspots and 6 later ones: 1 kept, 1 grew, 1 split, 1 merged, 1 gone, 1 new."
    )
    assert found.warnings == []


def test_a_layer_beside_itself_is_kept_and_does_not_depend_on_its_ranks() -> None:
    boxes: list[Box] = [(0, 400, 90), (1000, 1200, 80), (2000, 3000, 70)]
    same = changes(layer_of(*boxes), layer_of(*boxes, window=LATER))
    assert told(same) == [(1, 1, "kept"), (2, 2, "kept"), (3, 3, "kept")]
    assert {row[4] for row in same.table("changes").rows} == {1.0}
    assert "chance could make" in same.sentences[1]
    turned = changes(layer_of(*boxes), layer_of(*boxes[::-1], window=LATER))
    assert told(turned) == [(3, 1, "kept"), (2, 2, "kept"), (1, 3, "kept")]


def test_a_clear_change_is_told() -> None:
    found = changes(layer_of((0, 400, 40)), layer_of((0, 400, 100), window=LATER))
    assert found.sentences[1] == "There are clearly more incidents than before in hotspot 1 (kept): z 7.4."
    grown = changes(layer_of((0, 400, 40)), layer_of((0, 800, 100), window=LATER))
    assert "hotspot 1 (grew to 2.0 times its area)" in grown.sentences[1]


def test_no_change_is_judged_of_windows_that_share_incidents() -> None:
    overlapping = ("2026-01-20", "2026-02-20")
    found = changes(layer_of((0, 400, 40)), layer_of((0, 400, 100), window=overlapping))
    assert found.sentences == ("Of 1 earlier hotspot and 1 later one: 1 kept.",)


def test_no_hotspots_on_either_side() -> None:
    assert told(changes(layer_of(), layer_of((0, 200, 9), window=LATER))) == [(None, 1, "new")]
    assert told(changes(layer_of((0, 200, 9)), layer_of(window=LATER))) == [(1, None, "gone")]
    nothing = changes(layer_of(), layer_of(window=LATER))
    assert (told(nothing), nothing.sentences) == ([], ("Neither layer has a hotspot.",))
    # Where none lasted there is none whose incidents could have changed.
    assert len(changes(layer_of((0, 200, 9)), layer_of((900, 1200, 9), window=LATER)).sentences) == 1


def test_another_study_area_a_hull_or_an_earlier_window_is_refused() -> None:
    with pytest.raises(
        ParameterError, match="the study area of the earlier layer, BZ; it has BZ/BZ-BZ"
    ) as caught:
        changes(layer_of(), layer_of(area="BZ/BZ-BZ", window=LATER))
    assert caught.value.parameter == "later"
    with pytest.raises(ParameterError, match="A hull is another area"):
        changes(layer_of(area="hull", kind="hull"), layer_of(area="hull", kind="hull", window=LATER))
    with pytest.raises(ParameterError, match="Swap the two"):
        changes(layer_of(window=LATER), layer_of())


@pytest.mark.parametrize(
    ("other", "warning"),
    [
        ({"method": "gi_star", "cells": True, "window": LATER}, "different methods, dbscan and gi_star"),
        ({"parameters": {"eps": 500.0}, "window": LATER}, r"different parameters \(eps\)"),
        ({"offences": ["Theft"], "window": LATER}, "offences differ"),
        ({"window": ("2026-01-20", "2026-02-20")}, "The windows overlap"),
        ({"window": ("2026-02-01", "2026-05-31")}, "31 and 120 days long"),
    ],
)
def test_what_makes_layers_hard_to_compare_is_warned_about(other: dict[str, Any], warning: str) -> None:
    found = changes(layer_of((0, 400, 90)), layer_of((0, 400, 90), **other))
    assert told(found) == [(1, 1, "kept")]
    assert len(found.warnings) == 1
    assert re.search(warning, found.warnings[0])


def test_windows_that_were_asked_for_count_not_the_first_and_last_incident() -> None:
    earlier = layer_of(
        (0, 400, 90), window=("2026-01-09", "2026-01-20"), start="2026-01-01", end="2026-01-31"
    )
    later = layer_of((0, 400, 90), window=LATER, start="2026-02-01", end="2026-03-03")
    found = changes(earlier, later)
    assert found.warnings == []
    assert found.about["exposure"] == 1.0


def test_the_report_survives_as_plain_values() -> None:
    found = changes(layer_of((0, 400, 90)), layer_of((200, 900, 90), window=LATER))
    assert Report.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found


def test_the_clumps_of_a_town_stay_where_they_are(twins: BoundarySet) -> None:
    table = town_of(1200, days=120)
    layers = [
        run(
            Question(
                area="twins",
                parameters={"cell_size": 500},
                start=date.fromisoformat(start),
                end=date.fromisoformat(end),
            ),
            table,
            boundary_set=twins,
            timezone=ZONE,
        )
        for start, end in (("2026-01-01", "2026-03-01"), ("2026-03-02", "2026-04-30"))
    ]
    found = changes(*layers)
    lasted = {row[2] for row in found.table("changes").rows if row[0] in (1, 2)}
    assert lasted <= {"kept", "grew"}
    assert found.about["exposure"] == 1.0
    assert found.warnings == []
