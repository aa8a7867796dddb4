"""ST-DBSCAN: incidents that lie densely together in space and in time at once.

Two incidents are neighbours if they lie within a distance and within so many
days of each other; an incident with enough neighbours, itself included, is a
core. Birant and Kut 2007, doi:10.1016/j.datak.2006.01.013 (without its third,
thematic radius).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.clusters import Clusters, above_zero, columns, dense_clusters, harm_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_MOMENT: Final = 1e-8
"""Days, about a millisecond."""
_SAMPLE: Final = 4_000
_CHUNK: Final = 256


def st_dbscan(
    x: ArrayLike,
    y: ArrayLike,
    days: ArrayLike,
    *,
    eps: float,
    eps_days: float,
    min_samples: float,
    weights: ArrayLike | None = None,
) -> Clusters:
    """Return the cluster of each incident; no incidents, no clusters.

    Labels are those of scikit-learn's DBSCAN with "within both radii" as metric:
    an incident at the border of several clusters is in the one whose first core
    incident comes first.

    Parameters
    ----------
    x, y
        Metres, none missing.
    days
        When, in days since any moment; none missing.
    eps
        Radius in space, m.
    eps_days
        Radius in time, days.
    min_samples
        Incidents (or their weight) within both radii that make a core.
    weights
        Harm of each incident; 1 each if left out.

    Raises
    ------
    ParameterError
        A radius that is not above 0, or less than a billionth of how far incidents spread.

    Examples
    --------
    >>> st_dbscan([0, 5, 9, 0, 5], [0] * 5, [1, 2, 3, 50, 51], eps=10, eps_days=2, min_samples=3).labels
    array([ 0,  0,  0, -1, -1])
    """
    above_zero("eps", eps, "metres")
    above_zero("days", eps_days, "days")
    # Seven days are seven days, though minutes are no whole parts of one.
    return dense_clusters(
        columns(x, y, days), harm_of(weights), eps=eps, least=min_samples, days=eps_days + _MOMENT
    )


def st_k_distances(x: ArrayLike, y: ArrayLike, days: ArrayLike, k: int, *, eps_days: float) -> Floats:
    """Return the radius around incidents that holds ``k`` within so many days, itself included, sorted.

    Metres, ascending; infinite where there are fewer. Of many incidents every
    so manieth is looked at, some 4,000 evenly through time.

    Parameters
    ----------
    x, y
        Metres.
    days
        When, in days since any moment.
    k
        Incidents to hold.
    eps_days
        Radius in time, days.
    """
    order = np.argsort(np.asarray(days, dtype=np.float64), kind="stable")
    when = np.asarray(days, dtype=np.float64)[order]
    px, py = np.asarray(x, dtype=np.float64)[order], np.asarray(y, dtype=np.float64)[order]
    looked = np.arange(0, len(when), max(len(when) // _SAMPLE, 1))
    found = np.full(len(looked), np.inf)
    for start in range(0, len(looked), _CHUNK):
        part = looked[start : start + _CHUNK]
        low = np.searchsorted(when, when[part[0]] - eps_days, side="left")
        high = np.searchsorted(when, when[part[-1]] + eps_days, side="right")
        if high - low < k:
            continue
        apart = np.hypot(px[part, None] - px[low:high], py[part, None] - py[low:high])
        apart[np.abs(when[part, None] - when[low:high]) > eps_days] = np.inf
        found[start : start + _CHUNK] = np.partition(apart, k - 1, axis=1)[:, k - 1]
    return np.sort(found)
