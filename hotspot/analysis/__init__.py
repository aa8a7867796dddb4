"""Floor 4: one question, one layer."""
