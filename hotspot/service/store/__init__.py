"""What lasts: datasets, imports, incidents, layers and boundaries in one SQLite file.

Opening and reading the store imports neither pandas nor GeoPandas; only the
bulk reads of incidents do.
"""

from __future__ import annotations

from hotspot.service.store.database import Store
from hotspot.service.store.records import (
    BoundaryRecord,
    Dataset,
    Import,
    LayerRecord,
    StandingQuestion,
    StoredFile,
)

__all__ = ["BoundaryRecord", "Dataset", "Import", "LayerRecord", "StandingQuestion", "Store", "StoredFile"]
