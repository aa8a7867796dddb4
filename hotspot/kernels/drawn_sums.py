"""Chances of the sums of values drawn without replacement, kind by kind, in place."""

from __future__ import annotations

from typing import Any

from hotspot.kernels.compiled import compiled


@compiled()
def _sum(values: Any) -> float:
    """Four running sums side by side: as many at once as the processor adds."""
    a = b = c = d = 0.0
    whole = len(values) // 4 * 4
    for i in range(0, whole, 4):
        a += values[i]
        b += values[i + 1]
        c += values[i + 2]
        d += values[i + 3]
    for i in range(whole, len(values)):
        a += values[i]
    return (a + b) + (c + d)


@compiled()
def _move(source: Any, into: Any, shift: int, part: float) -> None:
    """Add a part of one row to another so many columns further on, what lies beyond to its last column."""
    inside = min(len(source), len(into) - 1 - shift)
    moved = into[shift : shift + inside]
    for s in range(inside):
        moved[s] += part * source[s]
    if inside < len(source):
        into[len(into) - 1] += part * _sum(source[inside:])


@compiled()
def _drop(row: Any) -> None:
    """Make what is too small to keep all its digits nothing: it also makes processors slow."""
    for s in range(len(row)):
        if row[s] < 1e-300:
            row[s] = 0.0


@compiled("void(f8[:, ::1], i8[::1], i8[::1], i8[::1], i8, b1)")
def take_in(ways: Any, top: Any, value: Any, number: Any, n: int, flush: bool) -> None:
    """Take kinds of values into a table of chances, one kind after another.

    Row k, column s of ``ways``: the ways to draw k of the values taken in so far that add up
    to s, as a part of all ways to draw k of n; the last column those that add up to as
    much or more. ``top`` is the last column of each row that is not 0, -1 for none. Of
    a kind there are ``number`` values, of ``value``, 0 or more, each; ``flush`` drops what
    is too small to be kept with all its digits.
    """
    most, cap = ways.shape[0] - 1, ways.shape[1] - 1
    for kind in range(len(value)):
        v, many = value[kind], number[kind]
        # Downwards: a row is read by those above it before it changes itself.
        for k in range(most, 0, -1):
            into = ways[k]
            part = 1.0
            for c in range(1, min(k, many) + 1):
                # C(many, c) C(n, k - c) / C(n, k), a factor at a time.
                part *= (many - c + 1) / c * ((k - c + 1) / (n - k + c))
                last, shift = top[k - c], min(c * v, cap)
                if last >= 0:
                    _move(ways[k - c, : last + 1], into, shift, part)
                    top[k] = max(top[k], min(last + shift, cap))
            if flush:
                _drop(into[: top[k] + 1])


@compiled("void(f8[:, ::1], i8[::1], f8[:, ::1])")
def add_up(ways: Any, top: Any, at_least: Any) -> None:
    """Turn chances of sums into those of as little or less, in place, and of as much or more, at most 1.

    Right of ``top`` a row of ``at_least`` is left as it is, 0.
    """
    for k in range(len(top)):
        row, upper, last = ways[k], at_least[k], top[k]
        # From both ends at once: neither addition waits for the other.
        for s in range(last + 1):
            upper[s] = row[s]
        more = less = 0.0
        for s in range(last + 1):
            more += upper[last - s]
            upper[last - s] = min(more, 1.0)
            less += row[s]
            row[s] = min(less, 1.0)
        row[last + 1 :] = min(less, 1.0)
