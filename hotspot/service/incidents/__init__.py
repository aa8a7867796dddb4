"""The incidents of a dataset as features, asked of the store row by row and never held."""
