"""Floor 5: a layer, seen from outside."""
