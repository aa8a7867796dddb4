"""Floor 5½: the OGC API without HTTP: collections, what may be asked of them, documents and tiles."""
