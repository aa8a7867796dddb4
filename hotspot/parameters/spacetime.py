"""Parameters of the methods that look at when incidents happened as well as where."""

from __future__ import annotations

from dataclasses import dataclass

from hotspot.parameters import shared
from hotspot.parameters.base import Parameters, choice, integer, number


@dataclass(frozen=True, kw_only=True)
class Emerging(Parameters):
    """Emerging hotspots: places that are new, lasting, fading or past hotspots, by Gi* of space and time."""

    cell_shape: str = shared.cell_shape()
    cell_size: float | None = shared.cell_size()
    neighbour_distance: float | None = shared.neighbour_distance(
        itself=True, automatic="the ring of touching cells"
    )
    step: str = choice(
        "automatic",
        options=("automatic", "day", "week", "fortnight", "month", "quarter", "year"),
        doc="Length of a step of time. Steps are laid back from the last day; what does not fill a step at "
        "the beginning is left out. Automatic: the longest of month, week and day of which the window "
        "holds at least ten.",
    )
    lag: int = integer(
        1,
        unit="steps",
        at_least=0,
        at_most=12,
        doc="Earlier steps that count in the neighbourhood of a cell, beside its own step.",
    )
    definition: str = choice(
        "current",
        options=("current", "2.8"),
        doc="Of the patterns: the current text of ArcGIS Pro, or that of 2.8, by which a sporadic hotspot "
        "need not be hot in the last step.",
    )
    significance: str = choice(
        "exact",
        options=("exact", "normal"),
        doc="Where p comes from: how often the shuffled counts of all cells and steps put as much or as "
        "little around a cell, exactly; or the normal approximation, which calls far too much hot where "
        "counts are sparse.",
    )
    adjustment: str = shared.adjustment(over="all cells and steps")
    trend_level: float = shared.largest_p(
        of="a trend that makes a lasting hotspot an intensifying or diminishing one"
    )
    cells: str = shared.cells()


@dataclass(frozen=True, kw_only=True)
class Change(Parameters):
    """Change: places with clearly more, or fewer, incidents than in an earlier window."""

    cell_shape: str = shared.cell_shape()
    cell_size: float | None = shared.cell_size()
    against: str = choice(
        "previous",
        options=("previous", "year"),
        doc="What is compared with: as many days just before the question's window, or the same days of the "
        "year before. A question without days compares the later half of the data with the earlier.",
    )
    flag: float = number(
        3.0,
        unit="standard deviations",
        at_least=1,
        at_most=10,
        doc="z beyond which a change is called clear, either way.",
    )
    adjustment: str = shared.adjustment()


@dataclass(frozen=True, kw_only=True)
class NearRepeat(Parameters):
    """Near repeat: whether incidents follow one another nearby within days, and what is at risk for it."""

    metric: str = choice(
        "manhattan",
        options=("manhattan", "euclidean"),
        doc="How distances are measured: along a grid of streets, or straight.",
    )
    band: float = number(
        100.0,
        unit="m",
        at_least=5,
        at_most=5_000,
        doc="Width of a band of distance; the first one is the place itself.",
    )
    bands: int = integer(
        4, unit="bands", at_least=1, at_most=20, doc="Bands of distance beyond the place itself."
    )
    days: int = integer(7, unit="days", at_least=1, at_most=366, doc="Length of a band of days.")
    day_bands: int = integer(4, unit="bands", at_least=1, at_most=26, doc="Bands of days.")
    horizon: int = integer(
        7, unit="days", at_least=1, at_most=90, doc="Days after the window that are looked ahead to."
    )
    permutations: int = shared.permutations(doc="How often the days are shuffled over the incidents.")
    seed: int = shared.seed()


@dataclass(frozen=True, kw_only=True)
class Scan(Parameters):
    """Space-time scan: circles and days that hold more incidents than the places and days explain."""

    look: str = choice(
        "recent",
        options=("recent", "any"),
        doc="Clusters that are still going on when the window ends, or those of any time in it.",
    )
    max_radius: float | None = number(
        None,
        unit="m",
        at_least=50,
        at_most=100_000,
        doc="Largest radius of a cluster. None holds more than half of the incidents.",
        automatic="a tenth of the side of a square as large as the study area, 500 to 5,000 m",
    )
    longest: int | None = integer(
        None,
        unit="days",
        at_least=1,
        at_most=3_660,
        doc="Days that a cluster lasts at most; never more than half of the window.",
        automatic="half of the window",
    )
    step: int | None = integer(
        None,
        unit="days",
        at_least=1,
        at_most=366,
        doc="Days that are counted as one moment.",
        automatic="a day for recent clusters; for those of any time as many weeks as make at most 60 steps",
    )
    level: float = shared.largest_p(of="a cluster that becomes a hotspot")
    permutations: int = shared.permutations(
        doc="How often the times are shuffled over the incidents, at most."
    )
    seed: int = shared.seed()
