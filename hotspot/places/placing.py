"""How the placing of incidents went: counts of all parts of a file, and what there is to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.incidents.table import PRECISIONS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.places.boundaries import BoundarySet
    from hotspot.places.districts import Located

_MOST: Final = 0.5
_PAIRS_SHOWN: Final = 3
_TEXT_SHOWN: Final = 60
_AS_WRITTEN: Final = 100.0


class Tally:
    """Rows placed so far, counted."""

    def __init__(self) -> None:
        self.given = 0
        """Rows with coordinates."""
        self.swapped = 0
        """Of these, rows that have a district only with longitude and latitude swapped."""
        self._found = 0
        self._precision = np.zeros(len(PRECISIONS), dtype=np.int64)
        self._snapped = 0
        self._farthest = 0.0
        self._outside = 0
        self._ambiguous = 0
        self._compared = 0
        self._disagree = Counter[tuple[int, int]]()
        self._alike = Counter[tuple[str, str]]()

    def add(
        self,
        located: Located,
        exact: NDArray[np.bool_],
        recorded: NDArray[np.int64],
        precision: NDArray[np.int64],
    ) -> None:
        """Add rows that were located.

        Parameters
        ----------
        located
            Their districts by coordinates.
        exact
            Which of them came with coordinates of their own.
        recorded
            Position of the district on record; -1 for none.
        precision
            Position of their precision.
        """
        self.add_precision(precision)
        self._found += int(located.found.sum())
        if len(located.metres):
            self._snapped += len(located.metres)
            self._farthest = max(self._farthest, float(located.metres.max()))
        self._outside += int((exact & ~located.found).sum())
        compared = exact & located.found & (recorded >= 0)
        self._compared += int(compared.sum())
        wrong = compared & (recorded != located.index)
        pairs, counts = np.unique(
            np.stack([recorded[wrong], located.index[wrong]]), axis=1, return_counts=True
        )
        for (was, now), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
            self._disagree[was, now] += count

    def add_precision(self, precision: NDArray[np.int64]) -> None:
        """Add rows by the position of their precision."""
        self._precision += np.bincount(precision, minlength=len(PRECISIONS))

    def add_named(self, texts: pd.Series, answers: pd.DataFrame, rows: NDArray[np.int64]) -> None:
        """Add different texts that were looked up, with the number of rows of each."""
        self._ambiguous += int(rows[answers["ambiguous"].to_numpy(dtype=bool)].sum())
        alike = (answers["lon"].notna() & (answers["score"] < _AS_WRITTEN)).to_numpy(dtype=bool)
        for text, place, count in zip(
            texts[alike], answers["place"][alike], rows[alike].tolist(), strict=True
        ):
            self._alike[text, place] += count

    def counts(self, *, located: bool) -> dict[str, int]:
        """Rows by precision, and where they were located, what became of them."""
        counts = dict(zip(PRECISIONS, self._precision.tolist(), strict=True))
        if not located:
            return counts
        return {
            **counts,
            "snapped": self._snapped,
            "outside": self._outside,
            "ambiguous": self._ambiguous,
            "recorded": self._compared,
            "disagree": self._disagree.total(),
        }

    @property
    def looks_swapped(self) -> int:
        """Rows that fall in the area only with longitude and latitude swapped; 0 unless they are most."""
        enough = _MOST * self.given
        return self.swapped if self._found <= enough < self.swapped else 0

    def notes(self, boundary_set: BoundarySet, *, cap: float) -> Iterator[str]:
        """Say what there is to say."""
        title = boundary_set.title
        if self.looks_swapped:
            yield (
                f"Longitude and latitude look swapped: {_rows(self.looks_swapped)} would fall in "
                f"{title} only if they were. Nothing was changed; "
                "map the two columns the other way round and import again."
            )
        if self._snapped:
            yield (
                f"{_rows(self._snapped)} lay outside every district of {title} and were given the nearest "
                f"within {cap:,.0f} m (the farthest {self._farthest:,.0f} m)."
            )
        if self._outside:
            yield f"{_rows(self._outside)} lay farther than {cap:,.0f} m from {title} and got no district."
        if self._ambiguous:
            yield (
                f"{_rows(self._ambiguous)} named a place of which there are several in {title}, "
                "with no district to tell which, and got no coordinates."
            )
        yield from self._disagreement(boundary_set.codes)
        yield from self._spellings()

    def _disagreement(self, codes: tuple[str, ...]) -> Iterator[str]:
        if not self._disagree:
            return
        wrong = self._disagree.total()
        named = Counter({(codes[was], codes[now]): n for (was, now), n in self._disagree.items()})
        pairs = ", ".join(f"{was} recorded, {now} computed ({n:,})" for (was, now), n in _commonest(named))
        yield (
            f"The recorded district differs from the computed one in {wrong:,} of {_rows(self._compared)} "
            f"({wrong / self._compared:.1%}); the computed one is used. Most often: {pairs}."
        )

    def _spellings(self) -> Iterator[str]:
        """Say which texts were taken for a name that is spelt otherwise."""
        if not self._alike:
            return
        shown = ", ".join(
            f"{text[:_TEXT_SHOWN]!r} as {place} ({n:,})" for (text, place), n in _commonest(self._alike)
        )
        yield f"{_rows(self._alike.total())} placed by a name spelt nearly so: {shown}."


def _commonest(pairs: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_PAIRS_SHOWN]


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
