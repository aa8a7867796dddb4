"""Chances of sums when one value is left out of what they are drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled


@compiled("void(f8[:, ::1], i8[::1], i8[::1], i8[::1], i8, b1, f8[::1], f8[::1])")
def leave_out(
    tail: Any, own: Any, column: Any, number: Any, n: int, upper: bool, chance: Any, loss: Any
) -> None:
    """Find the tail of each place when its own value is left out, and how many times rounding grew.

    Row k, column s of ``tail``: the chance that k of all n values add up to s or more (``upper``),
    or to s or less. Either such a draw has the own value in it or it has not, so the
    chance without it follows from those of fewer draws, one by one from none upwards:
    Q(k, s) = (n P(k, s) - k Q(k - 1, s - own)) / (n - k). ``loss`` is the same with plus for minus, as a
    multiple of what came out.
    """
    width, most = tail.shape[1], tail.shape[0]
    # Divided once, not once a place.
    all_of, rest_of = np.empty(most), np.empty(most)
    for k in range(most):
        left = max(n - k, 1)
        all_of[k], rest_of[k] = n / left, k / left
    for i in range(len(own)):
        v, m = own[i], number[i]
        s = column[i] - m * v
        # None drawn: the sum is 0.
        q = 1.0 if (s <= 0 if upper else s >= 0) else 0.0
        grown = q
        for k in range(1, m + 1):
            s += v
            if s < 0:
                p = 1.0 if upper else 0.0
            elif s >= width:
                p = 0.0 if upper else 1.0
            else:
                p = tail[k, s]
            grown = all_of[k] * p + rest_of[k] * grown
            q = all_of[k] * p - rest_of[k] * q
        chance[i] = q
        loss[i] = grown / q if q > 0.0 else 1e300
