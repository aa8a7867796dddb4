"""Reads layers as QGIS does; run by the Python that has QGIS: ``python3 qgis_client.py ADDRESS JOBS``.

``JOBS`` is JSON: a list of what to ask of which collection. What QGIS found is
written to standard output as JSON, one object a job.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def read(address: str, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open each collection as a layer and count what comes."""
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    try:
        return [_read(address, job) for job in jobs]
    finally:
        application.exitQgis()


def _read(address: str, job: dict[str, Any]) -> dict[str, Any]:
    from qgis.core import Qgis, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

    more = "".join(f" {name}='{value}'" for name, value in job.get("options", {}).items())
    uri = f"url='{address}' typename='{job['collection']}'{more}"
    layer = QgsVectorLayer(uri, job["collection"], "OAPIF")
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    request = QgsFeatureRequest()
    if "expression" in job:
        request.setFilterExpression(job["expression"])
    if "box" in job:
        request.setFilterRect(QgsRectangle(*job["box"]))
    accepted = layer.setSubsetString(job["subset"]) if "subset" in job else None
    read = 0
    names: set[str] = set()
    drawn = 0
    for feature in layer.getFeatures(request):
        read += 1
        drawn += feature.hasGeometry()
        names |= {field.name() for field in feature.fields()}
    extent = layer.extent()
    return {
        "valid": True,
        "version": Qgis.QGIS_VERSION,
        "count": layer.featureCount(),
        "read": read,
        "with_geometry": drawn,
        "fields": sorted(names),
        "subset_accepted": accepted,
        "crs": layer.crs().authid(),
        "title": layer.name(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
    }


if __name__ == "__main__":
    print("\n" + json.dumps(read(sys.argv[1], json.loads(sys.argv[2]))))
