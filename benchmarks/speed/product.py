"""The same answers by the product: three layers and a map.

``python -m benchmarks.speed.product incidents.parquet`` is the whole of it in a fresh process; from a CSV
file, the incidents are cleaned, placed and reported on first, and the layers are checked.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.speed.script import BANDWIDTH, CELL, EPS, LEAST
from hotspot.cli import SELDOM

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet
    from hotspot.places.districts import Located

ASKED: dict[str, dict[str, Any]] = {
    "gi_star": {"cell_size": CELL, "cells": "all"},
    "dbscan": {"eps": EPS, "min_samples": LEAST},
    "kde": {"cell_size": CELL, "bandwidth": BANDWIDTH},
}


@dataclass(frozen=True)
class Answer:
    """What the product makes."""

    located: Located
    layers: tuple[Layer, ...]
    documents: tuple[bytes, ...]
    """Three GeoJSON documents and a page with a map."""


def answer(incidents: pd.DataFrame, area: BoundarySet, *, checks: bool) -> Answer:
    """Return districts and the three layers.

    Parameters
    ----------
    incidents
        A clean table.
    area
        Boundary set; its district BZ-BZ is the study area.
    checks
        Whether each layer is also measured on later incidents, made again in other ways, and
        tells hours and concentration, as layers do by default.
    """
    from hotspot.analysis.question import Question
    from hotspot.analysis.run import run
    from hotspot.outputs.geojson import encode_layer
    from hotspot.outputs.maps import notebook_view
    from hotspot.places.districts import DistrictIndex

    located = DistrictIndex(area).locate(incidents["lon"].to_numpy(), incidents["lat"].to_numpy())
    layers = tuple(
        run(
            _question(Question, method),
            incidents,
            boundary_set=area,
            timezone="America/Belize",
            checks=checks,
        )
        for method in ASKED
    )
    documents = tuple(encode_layer(layer) for layer in layers)
    page = notebook_view(layers[0]).get_root().render().encode()
    return Answer(located, layers, (*documents, page))


def _question(kind: Any, method: str) -> Any:
    return kind.from_dict(
        {
            "dataset": "bench",
            "method": method,
            "parameters": ASKED[method],
            "area": "BZ/BZ-BZ",
            "offences": [],
            "start": None,
            "end": None,
            "hours": None,
            "weekdays": [],
            "title": "Benchmark",
        }
    )


def main() -> None:
    """Answer from a file, as a fresh process."""
    import hotspot

    # As the command line does.
    gc.set_threshold(SELDOM)
    path, area = Path(sys.argv[1]), hotspot.load_boundaries("BZ")
    if path.suffix == ".csv":
        found = answer(hotspot.read_incidents(path, area="BZ").table, area, checks=True)
    else:
        import pandas as pd

        found = answer(pd.read_parquet(path), area, checks=False)
    print(len(found.layers[0]), sum(len(text) for text in found.documents))


if __name__ == "__main__":
    main()
