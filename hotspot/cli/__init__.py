"""Floor 7: the ``hotspot`` command."""
