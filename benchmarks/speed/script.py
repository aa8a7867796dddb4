"""The straightforward script: what an analyst writes today with geopandas, esda, scikit-learn and folium.

``python -m benchmarks.speed.script incidents.parquet`` is the whole of it in a fresh process.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed.measure import SMALL

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

CELL, BANDWIDTH = (2400.0, 3000.0) if SMALL else (600.0, 1000.0)
"""Metres."""
EPS, LEAST = 150.0, 5 if SMALL else 50
"""Metres, incidents."""


MANY = 500_000
"""Incidents from which the density is made of a tenth of them."""


@dataclass(frozen=True)
class Answer:
    """What the script makes."""

    cells: gpd.GeoDataFrame
    labels: np.ndarray
    documents: tuple[str, ...]
    """Three GeoJSON documents and a page with a map."""


def answer(incidents: pd.DataFrame, districts: gpd.GeoDataFrame, *, code: str, crs: str) -> Answer:
    """Return districts, Gi* with 999 permutations, DBSCAN, a kernel density and a map of incidents.

    Parameters
    ----------
    incidents
        Columns ``lon`` and ``lat``.
    districts
        Columns ``code`` and ``geometry``, degrees.
    code
        The district that is the study area.
    crs
        Its CRS in metres.
    """
    import esda
    import folium
    import geopandas as gpd
    import shapely
    from libpysal.graph import Graph
    from sklearn.cluster import DBSCAN
    from sklearn.neighbors import KernelDensity

    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(incidents["lon"], incidents["lat"]), crs=4326)
    points = gpd.sjoin(points, districts, how="left", predicate="intersects")
    points = points[points["code"] == code].to_crs(crs)
    at = points.get_coordinates().to_numpy()

    area = districts.loc[districts["code"] == code].to_crs(crs).geometry.iloc[0]
    west, south, east, north = area.bounds
    col, row = np.meshgrid(
        np.arange(np.floor(west / CELL), np.ceil(east / CELL)),
        np.arange(np.floor(south / CELL), np.ceil(north / CELL)),
    )
    boxes = shapely.box(col * CELL, row * CELL, (col + 1) * CELL, (row + 1) * CELL).ravel()
    cells = gpd.GeoDataFrame({"col": col.ravel(), "row": row.ravel()}, geometry=boxes, crs=crs)
    cells = cells[cells.intersects(area)].reset_index(drop=True)
    joined = gpd.sjoin(points[["geometry"]], cells, predicate="within")
    counts = joined.groupby("index_right").size().reindex(cells.index, fill_value=0)
    cells["incidents"] = counts

    middle = cells.centroid.get_coordinates().to_numpy()
    weights = Graph.build_distance_band(np.round(middle / CELL, 3), 1.5, binary=True).to_W()
    found = esda.G_Local(
        counts.to_numpy(dtype=float),
        weights,
        transform="B",
        star=True,
        permutations=999,
        n_jobs=1,
        seed=1,
        keep_simulations=False,
    )
    cells["z"], cells["p"] = found.Zs, found.p_sim

    labels = DBSCAN(eps=EPS, min_samples=LEAST).fit(at).labels_
    clustered = points[["geometry"]].assign(cluster=labels)
    hulls = clustered[clustered["cluster"] >= 0].dissolve("cluster").convex_hull

    # In full it takes five minutes of a million: a tenth of them stands for all.
    some = at if len(at) < MANY else at[::10]
    model = KernelDensity(bandwidth=BANDWIDTH).fit(some)
    surface = cells[["geometry"]].assign(density=np.exp(model.score_samples(middle)) * len(at) * 1e6)

    page = folium.Map(location=[incidents["lat"].mean(), incidents["lon"].mean()], zoom_start=9)
    folium.GeoJson(cells[cells["p"] < 0.05].to_crs(4326)).add_to(page)
    documents = (
        cells.to_crs(4326).to_json(),
        gpd.GeoDataFrame(geometry=hulls).to_crs(4326).to_json(),
        surface.to_crs(4326).to_json(),
        page.get_root().render(),
    )
    return Answer(cells, labels, documents)


def main() -> None:
    """Answer from a file, as a fresh process."""
    import pandas as pd

    from hotspot.places import boundaries

    districts = boundaries.load("BZ").districts[["code", "geometry"]]
    found = answer(pd.read_parquet(Path(sys.argv[1])), districts, code="BZ-BZ", crs="EPSG:32616")
    print(len(found.cells), sum(len(text) for text in found.documents))


if __name__ == "__main__":
    main()
