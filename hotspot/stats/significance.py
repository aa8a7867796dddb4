"""From scores to what may be said: p-values, false-discovery control, classes of confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEVELS = ((1, 0.10), (2, 0.05), (3, 0.01))
"""Each class of confidence and the largest adjusted p that it admits: 90, 95 and 99 %."""


def two_sided_p(z: ArrayLike) -> Floats:
    """Return the probability of a standard normal at least as far from 0 as each z, either way.

    >>> two_sided_p([0, 1.959963984540054, -1.959963984540054]).round(6)
    array([1.  , 0.05, 0.05])
    """
    from scipy.special import ndtr

    return np.asarray(np.minimum(2 * ndtr(-np.abs(np.asarray(z, dtype=np.float64))), 1.0))


def adjust(p: ArrayLike, method: str = "bh") -> Floats:
    """Return p-values adjusted for false discoveries, in the order given.

    Calling significant what is at most q keeps the expected share of false
    calls at q. No p-values: none back.

    Parameters
    ----------
    p
        Raw p-values, 0..1.
    method
        ``bh``, Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x;
        or ``by``, Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998, stricter
        and right under any dependence.

    Examples
    --------
    >>> adjust([0.01, 0.04, 0.03, 0.5])
    array([0.04      , 0.05333333, 0.05333333, 0.5       ])
    """
    raw = np.asarray(p, dtype=np.float64)
    if method not in {"bh", "by"}:
        msg = f"False-discovery control is one of bh, by; got {method!r}."
        raise ParameterError("adjustment", msg)
    # One that is missing makes the least and the largest missing too.
    if len(raw) and not (raw.min() >= 0 and raw.max() <= 1):
        msg = "p-values lie between 0 and 1, none missing."
        raise ValueError(msg)
    if not len(raw):
        return raw.copy()
    # Equal p-values come out equal whatever their order: it need not be stable, which is slower.
    order = np.argsort(raw)
    rank = np.arange(1, len(raw) + 1)
    scaled = raw[order]
    scaled *= len(raw) / rank
    if method == "by":
        scaled *= float((1 / rank).sum())
    # No p-value is adjusted above that of a larger one.
    np.minimum.accumulate(scaled[::-1], out=scaled[::-1])
    np.minimum(scaled, 1.0, out=scaled)
    result = np.empty_like(raw)
    result[order] = scaled
    return result


def classes(z: ArrayLike, p_adjusted: ArrayLike) -> NDArray[np.int8]:
    """Return the class of confidence of each place, -3..3: hot above 0, cold below, 0 not significant.

    3 is 99 %, 2 is 95 % and 1 is 90 %, by the adjusted p.

    >>> classes([4.0, 2.6, 2.2, 1.0, -4.0], [0.001, 0.04, 0.1, 0.3, 0.002])
    array([ 3,  2,  1,  0, -3], dtype=int8)
    """
    p = np.asarray(p_adjusted, dtype=np.float64)
    level = np.zeros(p.shape, dtype=np.int8)
    for name, most in LEVELS:
        level[p <= most] = name
    return (level * np.sign(np.asarray(z, dtype=np.float64))).astype(np.int8)
