"""Rates that can be compared: incidents per head where some places have few heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def standardised_rates(incidents: ArrayLike, population: ArrayLike) -> Floats:
    """Return how far the rate of each place lies from the rate of all, in standard deviations; shape (n,).

    A rate over few people swings by chance alone. Each is divided by the spread that a rate
    over so many people has, so that a village with one incident does not outrank a
    town. The spread is estimated by empirical Bayes from all places together. No incidents
    at all: 0 everywhere. Assunção and Reis 1999,
    Statistics in Medicine 18, 2147-2162.

    Parameters
    ----------
    incidents
        Incidents or harm of each place, shape (n,).
    population
        People of each place, above 0; shape (n,).

    Examples
    --------
    Twice as many as expected in a town and in a village:

    >>> standardised_rates([200, 2, 100, 99], [10_000, 100, 20_000, 10_000]).round(2)
    array([ 1.63,  0.86, -0.82, -0.02])
    """
    events, people = (np.asarray(each, dtype=np.float64) for each in (incidents, population))
    if events.shape != people.shape or not (np.isfinite(people) & (people > 0)).all():
        msg = "Every place needs a population above 0; leave out those without."
        raise ValueError(msg)
    if not len(events) or events.sum() == 0:
        return np.zeros(len(events))
    rate = events / people
    overall = float(events.sum() / people.sum())
    among = float((people * (rate - overall) ** 2).sum() / people.sum())
    true_variance = among - overall / float(people.mean())
    variance = true_variance + overall / people
    # Where the rates differ by less than chance alone would make them, only chance is left.
    variance = np.where(variance > 0, variance, overall / people)
    return np.asarray((rate - overall) / np.sqrt(variance))


def per_100_000(incidents: ArrayLike, population: ArrayLike) -> Floats:
    """Return incidents per 100,000 people, shape (n,); NaN where nobody lives or nobody knows.

    >>> per_100_000([5, 1, 0], [20_000, 0, 1_000])
    array([25., nan,  0.])
    """
    events, people = (np.asarray(each, dtype=np.float64) for each in (incidents, population))
    rate = np.full(np.broadcast_shapes(events.shape, people.shape), np.nan)
    np.divide(1e5 * events, people, out=rate, where=people > 0)
    return rate
