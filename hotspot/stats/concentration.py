"""How much of the crime lies in how few places, and how much of that chance would make.

Few incidents over many places always look concentrated: a hundred incidents
cannot lie in more than a hundred of a thousand cells. So each number stands
beside what incidents strewn at random would give, and the Gini coefficient
also in its generalised form, which compares with the most even spread that so
few incidents could have. Weisburd 2015, doi:10.1111/1745-9125.12070; Bernasco
and Steenbeek 2017, doi:10.1007/s10940-016-9324-7.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_CHUNK: Final = 1 << 22
_TAIL: Final = 12.0
"""Standard deviations above the mean up to which chance is worked out."""


@dataclass(frozen=True, eq=False)
class Lorenz:
    """Share of the incidents that the fullest places hold: straight lines between points, from (0, 0)."""

    places: Floats = field(repr=False)
    """Share of the places, 0..1, ascending."""
    incidents: Floats = field(repr=False)
    """Share of the incidents that the fullest of them hold, 0..1, ascending."""

    def top(self, share: float) -> float:
        """Share of the incidents in the fullest ``share`` of the places, of the last place a part."""
        return float(np.interp(share, self.places, self.incidents))

    def holding(self, share: float) -> float:
        """Smallest share of the places that holds ``share`` of the incidents; NaN without any."""
        if np.isnan(self.incidents).any():
            return np.nan
        return float(np.interp(share, self.incidents, self.places))

    @property
    def gini(self) -> float:
        """Twice the area between the curve and the line of equality, 0..1."""
        return float(2 * np.trapezoid(self.incidents, self.places) - 1)


@dataclass(frozen=True, eq=False)
class Concentration:
    """How the incidents lie over n places."""

    places: int
    incidents: float
    empty: int
    """Places without any incident."""
    lorenz: Lorenz
    gini: float
    """Gini coefficient: 0 as many everywhere, near 1 all in one place."""
    gini_generalised: float
    """The same against the most even spread that so few incidents could have; at most ``gini``."""
    chance: Lorenz
    """The curve to expect of as many incidents strewn at random; about right for 100 places or more."""
    gini_chance: float
    """The Gini coefficient to expect of them."""


def concentration(counts: ArrayLike, *, area: ArrayLike | None = None) -> Concentration:
    """Return how concentrated incidents are over places; NaN in every number without an incident.

    By chance alone an incident is as likely in each place, or as likely as the
    place is large; the counts are then Poisson, and what they would look like
    follows without simulation.

    Parameters
    ----------
    counts
        Incidents in each place, those without any too; shape (n,).
    area
        Size of each, where chance should go by it; any unit, above 0, shape (n,).

    Examples
    --------
    >>> found = concentration([6, 2, 1, 1, 0, 0, 0, 0, 0, 0])
    >>> round(found.lorenz.top(0.10), 3), round(found.lorenz.holding(0.50), 3)
    (0.6, 0.083)
    >>> round(found.gini, 2), round(found.gini_generalised, 2), round(found.gini_chance, 2)
    (0.76, 0.76, 0.47)
    """
    x = np.asarray(counts, dtype=np.float64)
    size = np.ones(len(x)) if area is None else np.asarray(area, dtype=np.float64)
    if not np.isfinite(x).all() or (x < 0).any():
        msg = "Each place needs a number of incidents, 0 or more."
        raise ValueError(msg)
    if len(size) != len(x) or not (size > 0).all():
        msg = f"Expected an area above 0 for each of {len(x)} places; got {len(size)}."
        raise ValueError(msg)
    n, total = len(x), float(x.sum())
    if not total:
        nothing = Lorenz(np.array([0.0, 1.0]), np.array([np.nan, np.nan]))
        return Concentration(n, total, n, nothing, np.nan, np.nan, nothing, np.nan)
    held = np.concatenate([[0.0], np.cumsum(np.sort(x)[::-1])]) / total
    found = Lorenz(np.arange(n + 1) / n, held)
    expected = by_chance(total * size / size.sum())
    # A place is not compared with itself, as it is in the curve of many places.
    gini_chance = expected.gini * (n - 1) / n
    return Concentration(
        n,
        total,
        int((x == 0).sum()),
        found,
        found.gini,
        generalised(found.gini, n, total),
        expected,
        gini_chance,
    )


def generalised(gini: float, places: int, incidents: float) -> float:
    """Return the Gini coefficient against the most even spread possible, 0..1; itself where incidents abound.

    With fewer incidents c than places n, the most even spread is one incident
    each in c places, whose Gini coefficient is 1 - c/n: that is 0 here. Bernasco
    and Steenbeek 2017, doi:10.1007/s10940-016-9324-7.

    >>> round(generalised(0.96, 100, 4), 3), generalised(0.5, 100, 400)
    (0.0, 0.5)
    """
    return max(1 - (1 - gini) * max(places / incidents, 1.0), 0.0)


def by_chance(expected: ArrayLike) -> Lorenz:
    """Return the curve of many places whose incidents are Poisson, those with most incidents first.

    Parameters
    ----------
    expected
        Incidents to expect in each place, above 0; shape (n,).
    """
    from scipy.special import gammaln

    rate, alike = np.unique(np.asarray(expected, dtype=np.float64), return_counts=True)
    most = int(rate[-1] + _TAIL * np.sqrt(rate[-1])) + 30
    number = np.arange(most + 1, dtype=np.float64)
    factorial = gammaln(number + 1)
    places = np.zeros(most + 1)
    step = max(_CHUNK // (most + 1), 1)
    for start in range(0, len(rate), step):
        part = rate[start : start + step, None]
        places += alike[start : start + step] @ np.exp(number * np.log(part) - part - factorial)
    held = places * number
    along = np.concatenate([[0.0], np.cumsum(places[::-1])])
    up = np.concatenate([[0.0], np.cumsum(held[::-1])])
    return Lorenz(along / along[-1], up / up[-1])


def thinned(curve: Lorenz, *, to: float = 1.0, points: int = 100) -> Lorenz:
    """Return the curve at as many points as a chart needs, or fewer: half at equal steps along, half up.

    Parameters
    ----------
    curve
        The curve; one of nothing is returned as it is.
    to
        Share of the places at which it ends.
    points
        One more at most.

    Examples
    --------
    >>> curve = thinned(concentration([3, 1] + [0] * 998).lorenz)
    >>> len(curve.places) <= 101, round(curve.top(0.0008), 3)
    (True, 0.6)
    """
    if np.isnan(curve.incidents).any():
        return curve
    even = np.linspace(0, 1, points // 2 + 1)
    up = np.interp(even * curve.top(to), curve.incidents, curve.places)
    along = np.union1d(even * to, up[up <= to])
    return Lorenz(along, np.interp(along, curve.places, curve.incidents))
