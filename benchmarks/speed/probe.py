"""The least that a Flask service of encoded features can do: the bound that ours is held beside.

``python -m benchmarks.speed.probe features.geojson tile.mvt 8123`` joins what was encoded before, checks
nothing and says nothing about itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import shapely
from flask import Flask, Response, request

from hotspot.outputs.geojson import feature_collection, split
from hotspot.web.serve import THREADS

GEOJSON = "application/geo+json"


def app_over(lines: list[bytes], tile: bytes) -> Flask:
    """Return the probe over encoded features and one tile."""
    app = Flask(__name__)
    shapes = shapely.from_geojson(np.array([line.decode() for line in lines], dtype=object))
    tree = shapely.STRtree(shapes)

    @app.get("/items")
    def items() -> Response:
        chosen = lines[: int(request.args.get("limit", 10))]
        if "bbox" in request.args:
            box = shapely.box(*map(float, request.args["bbox"].split(",")))
            chosen = [lines[i] for i in np.sort(tree.query(box, predicate="intersects"))]
        return Response(feature_collection(chosen), content_type=GEOJSON)

    @app.get("/items/<int:number>")
    def item(number: int) -> Response:
        return Response(lines[number - 1], content_type=GEOJSON)

    @app.get("/tile")
    def one_tile() -> Response:
        return Response(tile, content_type="application/vnd.mapbox-vector-tile")

    return app


def main() -> None:
    """Serve on loopback until the process is ended."""
    from waitress import serve

    lines = split(Path(sys.argv[1]).read_bytes())
    app = app_over(lines, Path(sys.argv[2]).read_bytes())
    serve(app, host="127.0.0.1", port=int(sys.argv[3]), threads=THREADS, _quiet=True)


if __name__ == "__main__":
    main()
