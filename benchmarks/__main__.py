"""Run every benchmark, print the table and write it to ``benchmarks/RESULTS.md``.

``SIZE=small`` uses little data and writes nothing: it only shows that the
results still agree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks import measure, stages, way

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    """Print the table; a target that was missed has a cross beside it."""
    machine = measure.machine()
    rows = [way.importing(), way.layer(), *way.web(), stages.gi_star(), stages.district_lookup()]
    text = measure.table(rows)
    print(text)
    print(machine)
    if not measure.SMALL:
        head = (
            "# Results\n\nWritten by `make bench`. Medians of several runs: compare ratios rather than "
            "seconds, and expect a busy machine to be slower.\n\n"
            f"{datetime.now(UTC):%Y-%m-%d}; {machine}\n\n"
        )
        RESULTS.write_text(head + text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
