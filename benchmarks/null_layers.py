"""What whole layers make of pure chance, and how often a comparison prefers one; writes docs/validation.md.

Run as ``python -m benchmarks.null_layers``.

Incidents are strewn over a town and a year. A layer is asked for by each method with
nothing chosen: whatever hotspots it shows, and whatever it is said to foretell better than
prior counts do, is an accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import pandas as pd

from benchmarks.page import percent, write
from benchmarks.town import asked_of, strewn, town
from hotspot.analysis.contest import SHARES
from hotspot.analysis.holdout import BETTER, WORSE
from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import Question
from hotspot.analysis.reports import Report, report
from hotspot.analysis.rivals import PRIOR
from hotspot.incidents.table import conform

SEED = 20_260_104
CASES = ((500, 100), (2_000, 40))
"""Incidents, and towns of so many."""
COMPARED, COMPARISONS = 500, 100
ASKED = tuple(name for name, method in METHODS.items() if not method.looks_back and name != "scan")
ZONE = "America/Belize"
LAYERS = """Printed and written by `python -m benchmarks.null_layers` (a few minutes; the seed is fixed).

Incidents strewn at random over a town of 6 x 6 km and a year, {cases}, and layers with nothing chosen.
"Shows" is the share of layers with at least one hotspot, which is not there; then how many there are on
the average layer, and what part of the incidents they hold. "Better" and "worse" are the shares of the
measured layers that are said to beat prior counts on later data, or to be beaten: nothing can be foretold
here, and luck makes each of them 2.5 %; a row of forty layers shows more than 7 % now and then.

| method | incidents | shows | hotspots | hold | measured | better | worse |
|:--|--:|--:|--:|--:|--:|--:|--:|
"""
NO_TEST = """
**A hotspot of DBSCAN, HDBSCAN, OPTICS or ST-DBSCAN is no evidence that there is one.** They have no null
hypothesis: how dense is dense they take from the incidents themselves, and incidents strewn at random are
somewhere denser than elsewhere. Kernel density draws what is twice as dense as the mean, and dual kernel
density twice as dense as before, which chance makes too. Their layers say so. Ask Gi\\*, local Moran or
the scan whether there is more than chance, and these where it is and what shape it has. Places at risk of
near repeats come with a warning where chance could have made the pattern: see the table above.
"""
COMPARISON = """Printed and written by `python -m benchmarks.null_layers`.

`hotspot compare` on {worlds:,} such towns of {incidents:,} incidents, where all methods and prior counts
are equally good: {methods} methods with nothing chosen, on four grids, from three origins. The table
gives the share of towns in which at least one method is called better than prior counts, or worse, at a
share of the area; as the report allows for the number of methods, at most 2.5 % are promised of each, and
{worlds:,} towns of exactly that would show up to {luck}. "Judged alone" is what would be called better
without: the best of several looks better than it is.

| share of the area | better | worse | better, each judged alone |
|--:|--:|--:|--:|
{lines}

In {used} of the towns the report says to use a method, though none is better. It goes by one share of the
area; a method that is better at one share, in one window, and not at the others deserves a second look.
"""


@dataclass
class Tally:
    """What the layers of one method show."""

    hotspots: list[int] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)

    def line(self, name: str, incidents: int) -> str:
        """Return the line of the page."""
        shows, number, held = (
            float(np.mean(each)) for each in (np.array(self.hotspots) > 0, self.hotspots, self.held)
        )
        figures = f"{percent(shows)} | {number:.1f} | {percent(held)} | {said(self.verdicts)}"
        return f"| {METHODS[name].title} | {incidents:,} | {figures} |"


def said(verdicts: list[str]) -> str:
    """Return how many layers were measured, and the shares of them called better and worse."""
    shares = [percent(verdicts.count(each) / len(verdicts)) if verdicts else "" for each in (BETTER, WORSE)]
    return f"{len(verdicts):,} | {' | '.join(shares)}"


def layers(incidents: int, towns: int, rng: np.random.Generator) -> dict[str, Tally]:
    """Return what each method shows on so many towns of so many incidents."""
    tallies = {name: Tally() for name in ASKED}
    for _ in range(towns):
        points = strewn(incidents, rng)
        for name, tally in tallies.items():
            found = asked_of(name, points)
            tally.hotspots.append(len(found.hotspots))
            tally.held.append(float((found.membership > 0).mean()))
            if found.accuracy["measured"]:
                tally.verdicts.append(found.accuracy["verdict"])
    return tallies


def compared(incidents: int, rng: np.random.Generator) -> Report:
    """Return the comparison of all methods on one town."""
    points, (square, _, _) = strewn(incidents, rng), town()
    times = pd.DatetimeIndex(points.first).tz_localize(ZONE).tz_convert("UTC")
    table = pd.DataFrame(
        {
            "row": np.arange(2, incidents + 2),
            "offence": "Theft",
            "occurred_from": times,
            "occurred_to": times,
            "lon": points.lon,
            "lat": points.lat,
            "location_precision": "exact",
        }
    )
    question = Question(method="compare", area=square.name)
    return report(question, conform(table), boundary_set=square, timezone=ZONE)


def comparison(rng: np.random.Generator) -> str:
    """Return the part of the page on comparisons."""
    rows, used = [], 0
    for number in range(COMPARISONS):
        made = compared(COMPARED, rng)
        used += made.sentences[0].startswith("Use ") and not made.sentences[0].startswith(f"Use {PRIOR}")
        methods = made.table("methods")
        told = pd.DataFrame(list(methods.rows), columns=[each.name for each in methods.fields])
        rows.append(told[told["method"] != PRIOR].assign(town=number))
    every = pd.concat(rows)
    # The report's chance is that of all methods together; alone each has the smaller one of 1.96 deviations.
    alone = NormalDist().inv_cdf(0.975) / NormalDist().inv_cdf(1 - 0.025 / every["method"].nunique())
    lines = []
    for share in SHARES:
        part = every[every["area_share"] == share]
        any_of = [
            percent(float(which.groupby(part["town"]).any().mean()))
            for which in (
                part["verdict"] == BETTER,
                part["verdict"] == WORSE,
                part["ahead"] > alone * part["chance"],
            )
        ]
        lines.append(f"| {percent(share)} | {' | '.join(any_of)} |")
    return COMPARISON.format(
        worlds=COMPARISONS,
        incidents=COMPARED,
        methods=every["method"].nunique(),
        lines="\n".join(lines),
        used=percent(used / COMPARISONS),
        luck=percent(0.025 + 1.96 * np.sqrt(0.025 * 0.975 / COMPARISONS)),
    )


def main() -> None:
    """Print the tables and write them into the page."""
    lines, verdicts = [], []
    for number, (incidents, towns) in enumerate(CASES):
        for name, tally in layers(incidents, towns, np.random.default_rng([SEED, number])).items():
            lines.append(tally.line(name, incidents))
            verdicts += tally.verdicts
            print(lines[-1], flush=True)
    lines.append(f"| All together | | | | | {said(verdicts)} |")
    cases = " and ".join(f"{incidents:,} of them {towns} times" for incidents, towns in CASES)
    write("null layers", LAYERS.format(cases=cases) + "\n".join(lines) + "\n" + NO_TEST)
    text = comparison(np.random.default_rng([SEED, len(CASES)]))
    print(text)
    write("null comparisons", text)


if __name__ == "__main__":
    main()
