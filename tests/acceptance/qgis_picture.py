"""Run by QGIS' own Python: connect to a service as an officer does, add collections, print the map to a PNG.

Arguments: the address of the OGC API, the folder to write to, and each collection from below to above, with
``=STYLE.qml`` behind it where it has a style. Writes ``qgis-connection.png``, the dialogue with the address
filled in, and ``qgis.png``, the map of what stands out. Prints how many features each collection has.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.gui import QgsNewHttpConnection
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit

MM = QgsUnitTypes.LayoutMillimeters
WIDTH, HEIGHT, LEGEND = 230, 130, 66
SAID_BY_THE_GUIDE = "http://127.0.0.1:8000/ogc"
BELIZE = "EPSG:32616"
LAND, SEA, EDGE = "#f8f7f3", "#dce8ee", "#7d8791"
STANDS_OUT = '"hotspot" > 0'


def main(ogc: str, folder: str, *collections: str) -> None:
    application = QgsApplication([], True)
    application.initQgis()
    connected(Path(folder) / "qgis-connection.png")
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem(BELIZE))
    layers = [added(project, ogc, *given.partition("=")[::2]) for given in collections]
    printed(project, layers[-1], Path(folder) / "qgis.png")
    print(json.dumps([sum(1 for _ in layer.getFeatures()) for layer in layers]))
    project.clear()
    application.exitQgis()


def connected(picture: Path) -> None:
    """Fill in the dialogue of a new connection, and take its picture."""
    dialogue = QgsNewHttpConnection(None, QgsNewHttpConnection.ConnectionWfs, "qgis/connections-wfs/")
    dialogue.findChild(QLineEdit, "txtName").setText("Hotspot")
    dialogue.findChild(QLineEdit, "txtUrl").setText(SAID_BY_THE_GUIDE)
    dialogue.findChild(QComboBox, "cmbVersion").setCurrentText("OGC API - Features")
    dialogue.resize(500, 600)
    if not dialogue.grab().save(str(picture)):
        sys.exit(f"{picture}: not written")


def added(project: QgsProject, ogc: str, name: str, style: str) -> QgsVectorLayer:
    """Add one collection, in the colours of its style."""
    layer = QgsVectorLayer(f"url='{ogc}' typename='{name}'", name, "OAPIF")
    if not layer.isValid():
        sys.exit(f"{name}: {layer.error().message()}")
    layer.setName("\n".join(textwrap.wrap(layer.metadata().title() or name, 30)))
    if style:
        said, done = layer.loadNamedStyle(style)
        if not done:
            sys.exit(f"{style}: {said}")
    else:
        symbol = layer.renderer().symbol()
        symbol.setColor(QColor(LAND))
        symbol.symbolLayer(0).setStrokeColor(QColor(EDGE))
    project.addMapLayer(layer)
    return layer


def extent(project: QgsProject, layer: QgsVectorLayer) -> QgsRectangle:
    """Return the box around what stands out in a layer, with its surroundings."""
    box = QgsRectangle()
    for feature in layer.getFeatures(QgsFeatureRequest().setFilterExpression(STANDS_OUT)):
        box.combineExtentWith(feature.geometry().boundingBox())
    around = layer.extent() if box.isNull() else box
    to_map = QgsCoordinateTransform(layer.crs(), project.crs(), project)
    return to_map.transformBoundingBox(around).buffered(2500)


def printed(project: QgsProject, above: QgsVectorLayer, picture: Path) -> None:
    """Print the map with its legend and scale."""
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(WIDTH, HEIGHT, MM))
    chart = QgsLayoutItemMap(layout)
    # Without a size it would have no scale.
    chart.setRect(0, 0, WIDTH - LEGEND, HEIGHT)
    placed(layout, chart, 0, 0, WIDTH - LEGEND, HEIGHT)
    chart.zoomToExtent(extent(project, above))
    chart.setBackgroundColor(QColor(SEA))
    legend = QgsLayoutItemLegend(layout)
    legend.setWrapString("\n")
    placed(layout, legend, WIDTH - LEGEND + 1, 0, LEGEND - 2, HEIGHT - 20)
    scale = QgsLayoutItemScaleBar(layout)
    scale.setLinkedMap(chart)
    scale.setUnits(QgsUnitTypes.DistanceKilometers)
    scale.setUnitLabel("km")
    scale.setUnitsPerSegment(1)
    scale.setNumberOfSegments(2)
    scale.setNumberOfSegmentsLeft(0)
    placed(layout, scale, WIDTH - LEGEND + 3, HEIGHT - 15, LEGEND - 6, 12)
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 110
    if QgsLayoutExporter(layout).exportToImage(str(picture), settings) != QgsLayoutExporter.Success:
        sys.exit(f"{picture}: not written")


def placed(
    layout: QgsPrintLayout, item: QgsLayoutItem, x: float, y: float, width: float, height: float
) -> None:
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(x, y, MM))
    item.attemptResize(QgsLayoutSize(width, height, MM))


if __name__ == "__main__":
    main(*sys.argv[1:])
