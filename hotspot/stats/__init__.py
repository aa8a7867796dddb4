"""Floor 3: pure statistics, arrays in and arrays out."""
