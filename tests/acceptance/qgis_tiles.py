"""Draws vector tiles as QGIS does; run by the Python that has QGIS.

``python3 qgis_tiles.py TEMPLATE BOX PNG``: tiles by the address template, of a box
(west, south, east, north in metres of EPSG:3857), into a picture of 800 by 600 pixels.
The fraction of it that is painted goes to standard output.
"""

from __future__ import annotations

import sys
from urllib.parse import quote

SIZE = (800, 600)


def draw(template: str, box: list[float], path: str) -> float:
    """Draw the tiles and return the painted fraction."""
    from qgis.core import (
        QgsApplication,
        QgsCoordinateReferenceSystem,
        QgsMapRendererSequentialJob,
        QgsMapSettings,
        QgsRectangle,
        QgsVectorTileBasicRenderer,
        QgsVectorTileLayer,
    )
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorTileLayer(f"type=xyz&url={quote(template, safe=':/')}&zmin=0&zmax=16", "tiles")
    if not layer.isValid():
        raise SystemExit("QGIS does not take the address")
    # No outlines: they would be painted beyond the borders.
    red, none = QColor("red"), QColor(0, 0, 0, 0)
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(QgsVectorTileBasicRenderer.simpleStyle(red, none, 0, none, 0, none, none, 0))
    layer.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(*SIZE))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(QgsRectangle(*box))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    picture.save(path)
    # Red has no green; a pixel on a border has some.
    painted = sum(picture.pixelColor(x, y).greenF() < 0.5 for x in range(SIZE[0]) for y in range(SIZE[1]))
    del layer
    application.exitQgis()
    return painted / (SIZE[0] * SIZE[1])


if __name__ == "__main__":
    print(draw(sys.argv[1], [float(side) for side in sys.argv[2].split(",")], sys.argv[3]))
