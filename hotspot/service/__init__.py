"""Floor 6: what lasts."""
