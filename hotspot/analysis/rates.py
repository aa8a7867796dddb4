"""What Gi* is taken of: the incidents or harm of each place, or its rate beside that of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.places.boundaries import newest_figures
from hotspot.stats.rates import standardised_rates
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.task import Task
    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]

COUNT, RATE = "count", "rate"
LEAST_PLACES: Final = 3
"""Places with a population below which there is no rate to compare with."""


@dataclass(frozen=True, eq=False)
class Among:
    """Neighbours among some places only: the others are nobody's neighbour and have none."""

    near: Neighbours
    chosen: NDArray[np.bool_] = field(repr=False)
    """Which of the n places, shape (n,)."""

    @property
    def number(self) -> Floats:
        """Number of neighbours of each chosen place, itself included."""
        return self.sums(np.ones(int(self.chosen.sum())))

    def sums(self, values: ArrayLike) -> Floats:
        """Sum of the values in each neighbourhood, of the chosen places."""
        spread = np.zeros(len(self.chosen))
        spread[self.chosen] = values
        return self.near.sums(spread)[self.chosen]


def population(task: Task, cells: Cells) -> Floats:
    """Return the people of each place, shape (n,); NaN where not known, as in the cells of a grid."""
    people = np.full(len(cells), np.nan)
    if cells.grid is None and task.boundary_set is not None:
        figures = newest_figures(task.boundary_set)
        codes = [code for code in task.boundary_set.codes if code in task.area.codes]
        for place, code in enumerate(codes):
            people[place] = figures[code][0] if code in figures else np.nan
    return people


def known_rates(task: Task, cells: Cells, people: Floats) -> NDArray[np.bool_]:
    """Which places have a rate, shape (n,); the log is told of those that have none, and of the years.

    Parameters
    ----------
    task
        Its boundary set has the population, its log is told.
    cells
        The places.
    people
        From `population`.

    Raises
    ------
    ParameterError
        ``value``: cells of a grid, or too few districts with a population.
    """
    if cells.grid is not None or task.boundary_set is None:
        msg = (
            "value rate needs the population of each place, which is known by district, not by grid cell. "
            "Take cell_shape district with it, or value count."
        )
        raise ParameterError("value", msg)
    known: NDArray[np.bool_] = people > 0
    if known.sum() < LEAST_PLACES:
        msg = (
            f"value rate needs at least {LEAST_PLACES} districts with a population; of "
            f"{counted(len(known), 'district')} of the study area {int(known.sum())} have one. Import the "
            "boundary set with a population, or take value count."
        )
        raise ParameterError("value", msg)
    figures = newest_figures(task.boundary_set)
    years = sorted({figures[code][1] for code in task.area.codes if code in figures})
    task.log.decide(
        "rates",
        f"population of {', '.join(map(str, years))}",
        "each rate in standard deviations from the rate of all, by empirical Bayes (Assunção and Reis 1999), "
        "so that few people do not make a hotspot by chance",
    )
    if not known.all():
        names = [
            f"{name} ({code})"
            for code, name in zip(task.boundary_set.codes, task.boundary_set.names, strict=True)
            if code in task.area.codes and not figures.get(code, (0,))[0] > 0
        ]
        task.log.warn(
            f"{counted(len(names), 'district has', 'districts have')} no known population and so no rate: "
            f"{', '.join(names)}. {'It is' if len(names) == 1 else 'They are'} left out of the comparison."
        )
    return known


def rates_of(values: Floats, people: Floats) -> Floats:
    """Return comparable rates of places with a population, none below 0; shape as given."""
    rates = standardised_rates(values, people)
    above: Floats = rates - rates.min(initial=0.0)
    return above
