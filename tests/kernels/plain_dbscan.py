"""Plain forms: clusters by looking at each two points, and the order and the places of values."""

from __future__ import annotations

import numpy as np


def clusters(x, y, t, w, eps, days, least):
    """Flood from each core in turn; a border point stays with the first that reaches it."""
    dx, dy = x[:, None] - x, y[:, None] - y
    near = dx * dx + dy * dy <= eps * eps
    if len(t):
        near &= np.abs(t[:, None] - t) <= days
    core = near @ (w if len(w) else np.ones(len(x))) >= least
    label, number = np.full(len(x), -1), 0
    for i in np.flatnonzero(core):
        if label[i] >= 0:
            continue
        waiting = [i]
        while waiting:
            at = waiting.pop()
            reached = np.flatnonzero(near[at] & (label < 0))
            label[reached] = number
            waiting.extend(reached[core[reached]])
        number += 1
    return label, core


def number_places(x, y):
    seen: dict[tuple[float, float], int] = {}
    number = [seen.setdefault(spot, len(seen)) for spot in zip(x.tolist(), y.tolist(), strict=True)]
    return number, [number.index(place) for place in range(len(seen))]
