"""Floor 1: from a file to a clean table."""
