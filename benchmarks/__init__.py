"""How fast and how large, beside what a user would run today: ``python -m benchmarks``."""
