"""Plain form: at each step the nearest of all places left is looked for, and what it brings nearer."""

from __future__ import annotations

import numpy as np


def walk(points, core, *, mutual, limit=np.inf):
    """Return the order, how far each was, and from where; with the density of both ends if ``mutual``."""
    m = len(points)
    square = ((points[:, None] - points) ** 2).sum(axis=2)
    core = np.rint(np.square(core))
    reach, before, left, order = np.full(m, np.inf), np.full(m, -1), np.ones(m, dtype=bool), []
    for _ in range(m):
        here = int(np.where(left, reach, np.inf).argmin())
        here = here if left[here] else int(left.argmax())
        order.append(here)
        left[here] = False
        if core[here] <= limit**2:
            way = np.maximum(square[here], core[here])
            way = np.maximum(way, core) if mutual else way
            nearer = left & (square[here] <= limit**2) & (way < reach)
            reach[nearer], before[nearer] = way[nearer], here
    return order, np.sqrt(reach), before.tolist()
