"""Small lattices that several statistics are tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.fixture(params=["regular", "masked"])
def cells(request: pytest.FixtureRequest) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and row of the cells of a small town: a whole rectangle, or one with lakes and a ragged edge."""
    row, col = np.divmod(np.arange(17 * 13), 13)
    row, col = row - 6, col + 3
    if request.param == "masked":
        keep = (np.random.default_rng(3).random(len(row)) > 0.25) & ((row - 2) ** 2 + (col - 8) ** 2 > 5)
        row, col = row[keep], col[keep]
    return col, row
