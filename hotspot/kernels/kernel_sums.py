"""Sums of kernels of incidents: at the nodes of a lattice, at any places, and back from the nodes.

A kernel is named by a number: 0 quartic, 1 Epanechnikov, 2 Gaussian. Its height
is one; who calls scales the weights. Distances are in metres, and the reach of a
kernel ends at ``reach``: of a Gaussian, whose bandwidth is ``scale``, far out,
of the others, whose ``scale`` it is, where they are 0. Rows are taken
as views, with which the inner loops are vectorised.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hotspot.kernels.compiled import compiled

Floats = NDArray[np.float64]


@compiled(inline="always")
def _window(position: float, reach: float, number: int) -> tuple[int, int]:
    """First node in reach, and the one after the last, of a lattice with nodes at 0, 1, 2 ..."""
    first = math.ceil(min(max(position - reach, 0.0), float(number)))
    after = math.floor(max(min(position + reach, number - 1.0), -1.0)) + 1
    return first, max(after, first)


@compiled(inline="always")
def _along(column: Floats, position: float, first: int, scale: float, kind: int) -> None:
    """Write what depends on the column alone: its squared distance, or its part of a Gaussian."""
    for c in range(len(column)):
        far = (first + c - position) / scale
        column[c] = math.exp(-0.5 * far * far) if kind == 2 else far * far


@compiled(inline="always")
def _spread_row(row: Floats, along: Floats, up: float, weight: float, kind: int) -> None:
    """Add the kernel of one incident to a row of nodes."""
    rest = 1.0 - up * up
    if kind == 0:
        for c in range(len(row)):
            inner = max(rest - along[c], 0.0)
            row[c] += weight * inner * inner
    elif kind == 1:
        for c in range(len(row)):
            row[c] += weight * max(rest - along[c], 0.0)
    else:
        part = weight * math.exp(-0.5 * up * up)
        for c in range(len(row)):
            row[c] += part * along[c]


@compiled(inline="always")
def _gather_row(held: Floats, row: Floats, along: Floats, up: float, kind: int) -> None:
    """Add what the kernel of one place holds of a row of nodes, column by column."""
    rest = 1.0 - up * up
    if kind == 0:
        for c in range(len(row)):
            inner = max(rest - along[c], 0.0)
            held[c] += row[c] * inner * inner
    elif kind == 1:
        for c in range(len(row)):
            held[c] += row[c] * max(rest - along[c], 0.0)
    else:
        part = math.exp(-0.5 * up * up)
        for c in range(len(row)):
            held[c] += part * row[c] * along[c]


@compiled("f8[:,::1](f8[::1], f8[::1], f8[::1], f8, f8, f8, f8, i8, i8, f8, f8, i8)")
def spread(
    x: Floats,
    y: Floats,
    weight: Floats,
    west: float,
    south: float,
    east: float,
    north: float,
    n_rows: int,
    n_cols: int,
    reach: float,
    scale: float,
    kind: int,
) -> Floats:
    """Sum of the kernels of all incidents at each node, shape (n_rows, n_cols).

    Nodes are ``east`` and ``north`` apart, the first one at ``west``, ``south``.
    """
    result = np.zeros((n_rows, n_cols))
    column = np.empty(n_cols)
    for i in range(len(x)):
        u, v = (x[i] - west) / east, (y[i] - south) / north
        c0, c1 = _window(u, reach / east, n_cols)
        r0, r1 = _window(v, reach / north, n_rows)
        along = column[: c1 - c0]
        _along(along, u, c0, scale / east, kind)
        for r in range(r0, r1):
            _spread_row(result[r, c0:c1], along, (r - v) * north / scale, weight[i], kind)
    return result


@compiled("f8[::1](f8[::1], f8[::1], f8[:,::1], f8, f8, f8, f8, f8, f8, i8)")
def gathered(
    x: Floats,
    y: Floats,
    values: Floats,
    west: float,
    south: float,
    east: float,
    north: float,
    reach: float,
    scale: float,
    kind: int,
) -> Floats:
    """Sum of the nodes' values under the kernel of each place, shape (n,): `spread` the other way."""
    n_rows, n_cols = values.shape
    result = np.zeros(len(x))
    column, sums = np.empty(n_cols), np.empty(n_cols)
    for i in range(len(x)):
        u, v = (x[i] - west) / east, (y[i] - south) / north
        c0, c1 = _window(u, reach / east, n_cols)
        r0, r1 = _window(v, reach / north, n_rows)
        along, held = column[: c1 - c0], sums[: c1 - c0]
        _along(along, u, c0, scale / east, kind)
        held[:] = 0.0
        for r in range(r0, r1):
            _gather_row(held, values[r, c0:c1], along, (r - v) * north / scale, kind)
        total = 0.0
        for c in range(len(held)):
            total += held[c]
        result[i] = total
    return result


@compiled(inline="always")
def _add(
    out: Floats,
    px: Floats,
    py: Floats,
    x: float,
    y: float,
    weight: float,
    reach2: float,
    scale2: float,
    kind: int,
) -> None:
    """Add the kernel of one incident at a run of places."""
    if kind == 0:
        for k in range(len(out)):
            inner = max(1.0 - ((px[k] - x) ** 2 + (py[k] - y) ** 2) / scale2, 0.0)
            out[k] += weight * inner * inner
    elif kind == 1:
        for k in range(len(out)):
            out[k] += weight * max(1.0 - ((px[k] - x) ** 2 + (py[k] - y) ** 2) / scale2, 0.0)
    else:
        for k in range(len(out)):
            squared = (px[k] - x) ** 2 + (py[k] - y) ** 2
            if squared <= reach2:
                out[k] += weight * math.exp(-0.5 * squared / scale2)


@compiled("f8[::1](f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], i8[::1], i8, f8, f8, f8, f8, f8, i8)")
def at_places(
    x: Floats,
    y: Floats,
    weight: Floats,
    px: Floats,
    py: Floats,
    start: NDArray[np.int64],
    n_cols: int,
    west: float,
    south: float,
    side: float,
    reach: float,
    scale: float,
    kind: int,
) -> Floats:
    """Sum of the kernels of all incidents at each place, shape (m,).

    The places are sorted by the squares they are in, row by row; ``start`` holds how many
    come before each square, and then how many there are.
    """
    n_rows = (len(start) - 1) // n_cols
    result = np.zeros(len(px))
    for i in range(len(x)):
        u, v = (x[i] - west) / side, (y[i] - south) / side
        far = reach / side
        r0 = int(min(max(math.floor(v - far), 0.0), float(n_rows)))
        r1 = int(max(min(math.floor(v + far), n_rows - 1.0), -1.0))
        for r in range(r0, r1 + 1):
            up = max(r - v, v - r - 1.0, 0.0)
            half = math.sqrt(max(far * far - up * up, 0.0)) + 1e-9
            c0 = int(min(max(math.floor(u - half), 0.0), float(n_cols)))
            c1 = int(max(min(math.floor(u + half), n_cols - 1.0), -1.0))
            if c1 < c0:
                continue
            a, b = start[r * n_cols + c0], start[r * n_cols + c1 + 1]
            if b > a:
                _add(result[a:b], px[a:b], py[a:b], x[i], y[i], weight[i], reach * reach, scale * scale, kind)
    return result
