from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotspot.ogc.varints import places, sizes, varints, zigzag


def written(number: int) -> bytes:
    """The same by the book, one number at a time."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30))
def test_they_are_written_as_protocol_buffers_write_them(numbers: list[int]) -> None:
    expected = [written(number) for number in numbers]
    column = np.array(numbers, dtype=np.uint64)
    assert varints(column).tobytes() == b"".join(expected)
    assert sizes(column).tolist() == [len(each) for each in expected]


@given(st.lists(st.integers(-(2**62), 2**62), max_size=30))
def test_zigzag_puts_every_signed_number_somewhere_of_its_own(numbers: list[int]) -> None:
    expected = [2 * number if number >= 0 else -2 * number - 1 for number in numbers]
    assert zigzag(np.array(numbers, dtype=np.int64)).tolist() == expected


def test_no_numbers_take_no_bytes() -> None:
    assert varints([]).tobytes() == b""
    assert places(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)).tolist() == []


def test_runs_without_length_have_no_place() -> None:
    assert places(np.array([3, 9, 1]), np.array([1, 0, 2])).tolist() == [3, 1, 2]
