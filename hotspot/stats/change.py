"""Change between two windows: the Poisson z of two counts, its exact p, and what chance alone would flag.

A count of independent incidents varies by about its root, and the root of it by about
a half whatever its size. Twice the difference of the roots therefore judges a rise from 4 to 16
and one from 100 to 144 alike, which a percentage cannot: from 1 to 2 is "100 % more".
Wheeler (2016) gives it to crime analysts, with only what lies beyond 3 flagged.

Where both windows are chance, z varies by the root of 1 + exposure: by 1.41 for windows
of equal length, so that about one place in thirty is flagged without any change, and
more or fewer where counts are small. `chance_flags` says how many exactly, and
`conditional_p` takes the place of z where counts are small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

FLAG: Final = 3.0
"""Change beyond which a place is flagged."""
STATES: Final = ("none", "new", "persisting", "gone")
"""What a place is by whether it held incidents before and holds some now."""


def poisson_z(now: ArrayLike, before: ArrayLike, *, exposure: float = 1.0) -> Floats:
    """Return 2 (sqrt(now) - sqrt(exposure * before)) of each place: above 0 more than before.

    Parameters
    ----------
    now, before
        Incidents, shape (n,).
    exposure
        Length of the window now over that of the one before: what the earlier count is
        multiplied by to be what is expected now.

    Examples
    --------
    >>> poisson_z([16, 144, 2, 0], [4, 100, 1, 9]).round(2)
    array([ 4.  ,  4.  ,  0.83, -6.  ])
    """
    k, b = _counts(now, before, exposure)
    return np.asarray(2 * (np.sqrt(k) - np.sqrt(exposure * b)))


def conditional_p(now: ArrayLike, before: ArrayLike, *, exposure: float = 1.0) -> Floats:
    """Return the exact two-sided p of each place, shape (n,): twice the smaller tail, at most 1.

    Were the rate the same, each of the incidents of both windows would fall into the
    one now with chance exposure / (1 + exposure): a binomial, whatever the rate (Przyborowski
    and Wilenski 1940, doi:10.1093/biomet/31.3-4.313). No incident at all is p 1.

    Parameters
    ----------
    now, before, exposure
        As for `poisson_z`; whole numbers.

    Examples
    --------
    Three incidents where there was none are not yet a change, though their z is 3.5:

    >>> conditional_p([3, 16, 5], [0, 4, 5]).round(4)
    array([0.25  , 0.0118, 1.    ])
    """
    from scipy.special import bdtr

    k, b = _counts(now, before, exposure)
    if (k != np.round(k)).any() or (b != np.round(b)).any():
        msg = "The exact p of a change needs whole numbers of incidents."
        raise ValueError(msg)
    chance = exposure / (1 + exposure)
    together = k + b
    fewer = bdtr(k, together.astype(np.int64), chance)
    # As many or more now are as many or fewer before.
    more = bdtr(b, together.astype(np.int64), 1 - chance)
    return np.asarray(np.minimum(2 * np.minimum(fewer, more), 1.0))


def directions(z: ArrayLike, *, flag: float = FLAG) -> NDArray[np.int8]:
    """Return 1 where there is clearly more than before, -1 where clearly fewer, 0 elsewhere.

    >>> directions([3.2, -0.5, -3.1])
    array([ 1,  0, -1], dtype=int8)
    """
    if not flag > 0:
        msg = f"A change is flagged beyond a z above 0; got {flag}."
        raise ParameterError("flag", msg)
    score = np.asarray(z, dtype=np.float64)
    return np.where(np.abs(score) > flag, np.sign(score), 0).astype(np.int8)


def chance_flags(now: ArrayLike, before: ArrayLike, *, exposure: float = 1.0, flag: float = FLAG) -> Floats:
    """Return the chance of each place to be flagged though its rate stayed the same, shape (n,).

    Given the incidents of both windows together, exactly: the chance of all ways to part
    them that z would flag. Their sum is how many places chance alone would flag.

    Parameters
    ----------
    now, before, exposure
        As for `poisson_z`; whole numbers.
    flag
        As for `directions`.

    Examples
    --------
    >>> chance_flags([2, 3, 50], [0, 0, 50]).round(3)
    array([0.   , 0.25 , 0.035])
    """
    from scipy.special import bdtr

    k, b = _counts(now, before, exposure)
    chance = exposure / (1 + exposure)
    totals, place = np.unique(k + b, return_inverse=True)
    found = np.zeros(len(totals))
    for i, total in enumerate(totals.astype(np.int64).tolist()):
        ways = np.arange(total + 1)
        way = directions(poisson_z(ways, total - ways, exposure=exposure), flag=flag)
        # z grows with the number now: what is flagged are the two ends.
        low, high = int((way < 0).sum()), int((way > 0).sum())
        found[i] = (bdtr(low - 1.0, total, chance) if low else 0.0) + (
            bdtr(high - 1.0, total, 1 - chance) if high else 0.0
        )
    return np.minimum(found, 1.0)[place]


def states(now: ArrayLike, before: ArrayLike) -> NDArray[np.int8]:
    """Return the place in `STATES` of each: none in either window, new, persisting or gone.

    >>> [STATES[state] for state in states([0, 2, 2, 0], [0, 0, 1, 1])]
    ['none', 'new', 'persisting', 'gone']
    """
    k, b = _counts(now, before, 1.0)
    return np.select([(k > 0) & (b == 0), (k > 0) & (b > 0), b > 0], [1, 2, 3], default=0).astype(np.int8)


def _counts(now: ArrayLike, before: ArrayLike, exposure: float) -> tuple[Floats, Floats]:
    k, b = np.asarray(now, dtype=np.float64), np.asarray(before, dtype=np.float64)
    if k.shape != b.shape:
        msg = f"Expected as many counts before as now, {k.shape}; got {b.shape}."
        raise ValueError(msg)
    if not ((k >= 0) & (b >= 0) & np.isfinite(k) & np.isfinite(b)).all():
        msg = "Counts are numbers of 0 or more, none missing."
        raise ValueError(msg)
    if not (np.isfinite(exposure) and exposure > 0):
        msg = f"An exposure is a number above 0; got {exposure}."
        raise ValueError(msg)
    return k, b
