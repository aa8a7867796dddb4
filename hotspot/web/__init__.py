"""Floor 7: the HTTP doors."""
