"""Run by QGIS' own Python: open files as an officer does, draw them to PNG, and tell how QGIS draws them.

The argument is JSON: a list of jobs, each with the ``file`` to open and the ``picture`` to write. What was
found is written to standard output as JSON, one object a job: the layer's name, its legend, the titles of
its fields, for each feature its values and the colour of its symbol, and for each such colour the points
of pictures that should have it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayerDefinition,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

MERCATOR = QgsCoordinateReferenceSystem("EPSG:3857")
SIZE = 900
TRIED = 5
"""Features of a colour that are looked at: some lie below others."""


def main(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    application = QgsApplication([], False)
    application.initQgis()
    try:
        return [told(job) for job in jobs]
    finally:
        QgsProject.instance().clear()
        application.exitQgis()


def opened(path: str) -> QgsVectorLayer:
    """The layer in a file, added to the project."""
    project = QgsProject.instance()
    project.clear()
    if path.endswith(".qlr"):
        done, said = QgsLayerDefinition.loadLayerDefinition(path, project, project.layerTreeRoot())
        if not done:
            sys.exit(f"{path}: {said}")
        (layer,) = project.mapLayers().values()
    else:
        layer = QgsVectorLayer(path, "layer", "ogr")
        project.addMapLayer(layer)
    if not layer.isValid():
        sys.exit(f"{path}: {layer.error().message()}")
    return layer


def told(job: dict[str, Any]) -> dict[str, Any]:
    layer = opened(job["file"])
    to_map = QgsCoordinateTransform(layer.crs(), MERCATOR, QgsProject.instance())
    if job.get("picture"):
        drawn(layer, to_map.transformBoundingBox(layer.extent()), SIZE).save(job["picture"])
    found = list(features(layer))
    legend = layer.renderer().legendSymbolItems()
    return {
        "name": layer.name(),
        "provider": layer.providerType(),
        "renderer": layer.renderer().type(),
        "legend": [[item.label(), rgba(item.symbol().color())] for item in legend],
        "titles": {field.name(): field.alias() for field in layer.fields()},
        "labelled": layer.labelsEnabled(),
        "features": [{"values": values, "symbol": symbol} for values, symbol, _ in found],
        "points": [
            [symbol, points(layer, to_map, [shape for _, each, shape in found if each == symbol][:TRIED])]
            for symbol in {tuple(each or ()): each for _, each, _ in found}.values()
        ],
    }


def drawn(layer: QgsVectorLayer, extent: Any, size: int, *, labels: bool = True) -> Any:
    """The picture of a layer, on white."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(MERCATOR)
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setOutputSize(QSize(size, size))
    settings.setFlag(QgsMapSettings.DrawLabeling, labels)
    extent.scale(1.1)
    settings.setExtent(extent)
    drawing = QgsMapRendererSequentialJob(settings)
    drawing.start()
    drawing.waitForFinished()
    return drawing.renderedImage()


def points(layer: QgsVectorLayer, to_map: Any, shapes: list[Any]) -> list[list[int]]:
    """The colours in the middle of pictures of features, each about a point inside."""
    found = []
    for shape in shapes:
        middle = to_map.transform(shape.pointOnSurface().asPoint())
        box = to_map.transformBoundingBox(shape.boundingBox())
        near = min(box.width(), box.height()) / 4
        around = QgsRectangle(middle.x() - near, middle.y() - near, middle.x() + near, middle.y() + near)
        picture = drawn(layer, around, 61, labels=False)
        found.append(rgba(QColor(picture.pixel(30, 30))))
    return found


def features(layer: QgsVectorLayer) -> Any:
    """Values, colour of the symbol and shape of each feature."""
    context = QgsRenderContext()
    words = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setExpressionContext(words)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        symbol = next(iter(renderer.originalSymbolsForFeature(feature, context)), None)
        values = {
            name: None if value is None or str(value) == "NULL" else value
            for name, value in feature.attributeMap().items()
        }
        yield values, rgba(symbol.color()) if symbol else None, feature.geometry()
    renderer.stopRender(context)


def rgba(colour: QColor) -> list[int]:
    return list(colour.getRgb())


if __name__ == "__main__":
    print("\n" + json.dumps(main(json.loads(sys.argv[1])), default=str))
