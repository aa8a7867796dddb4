"""The passes over the rows of a file: part by part, as often as needed, with how far each is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from hotspot.errors import LimitError
from hotspot.incidents.content import BLOCK

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.clean import Cleaning
    from hotspot.incidents.raw import Raw
    from hotspot.incidents.raw_file import RawFile
    from hotspot.incidents.samples import Samples
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.progress import Progress

STAGES: Final = ("Looking through rows", "Reading rows", "Placing rows")
GUESSED_ROWS: Final = 100_000
"""Rows at the beginning of a file by which its columns are told apart."""
HELD: Final = 72 << 20
"""Bytes of text that are held to tell columns apart: rows may be long."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read."""

    boundary_set: BoundarySet | None
    """Where districts and place names are looked up; without one incidents get no district."""
    timezone: str
    """IANA zone of times that carry none."""
    now: datetime
    """The present: later dates are set aside."""
    mapping_override: Mapping[str, str] | None = None
    """Source column by field, where the guess is wrong; a column that is not there is an error."""
    remembered: Mapping[str, str] | None = None
    """The same from an earlier file; used as far as this file has the columns."""
    date_order: str | None = None
    """``dmy``, ``mdy`` or ``ymd``, where the dates cannot tell."""
    max_rows: int | None = None
    """Most rows the file may hold."""
    block: int = BLOCK
    guessed_rows: int = GUESSED_ROWS
    held: int = HELD


class FileRows:
    """The rows of a file, part by part, as often as needed, with how far each pass is told."""

    def __init__(self, file: RawFile, reading: Reading, say: Progress) -> None:
        self.file = file
        self.count = 0
        """Rows read, and rows that fit no header."""
        self._reading = reading
        self._say = say
        self.all_judged = True
        """Whether columns were told apart by all rows, once they were read."""
        self._whole = True
        self._cut = False
        self._held: list[Raw] = []
        self._total = 0

    def samples(self) -> Samples:
        """Return values by which columns are told apart; a file of few rows is kept, and not read again."""
        import pandas as pd

        from hotspot.incidents.samples import Samples

        self._say(STAGES[0], 0, 0)
        some, most = 0, max(self._reading.held // self._reading.block, 1)
        for part in self.file.parts():
            self._cut = len(self._held) == most
            if self._cut or some >= self._reading.guessed_rows:
                self._whole = False
                break
            self._held.append(part)
            some += len(part.row)
        frames = [part.frame for part in self._held]
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        if not self._whole:
            self._held.clear()
        samples = Samples(frame.head(self._reading.guessed_rows))
        if samples.sparse and not (self._whole and some <= self._reading.guessed_rows):
            for part in self._parts(samples.sparse):
                samples.add(part)
        return samples

    def look(self, cleaning: Cleaning) -> None:
        """Have the whole file looked at."""
        done = 0
        for number, part in enumerate(self._parts(cleaning.columns), start=1):
            cleaning.look(part)
            done += len(part.row)
            about = done * self.file.size // (number * self._reading.block)
            self._say(STAGES[0], done, max(done, about))
        cleaning.decide()
        self._say(STAGES[0], done, done)
        self._total = done

    def all(self) -> Iterator[Raw]:
        """Yield every row."""
        self.count = kept = 0
        most = self._reading.max_rows
        for part in self._parts():
            kept += len(part.row)
            self.count += len(part.row) + len(part.set_aside)
            if most is None or kept <= most:
                yield part
                self._say(STAGES[1], min(self.count, self._total), self._total)
        if most is not None and kept > most:
            msg = f"The file holds {kept:,} rows; the most accepted is {most:,}. Split it by date."
            raise LimitError(msg)
        self.all_judged = not self._cut and kept <= self._reading.guessed_rows
        self._held.clear()
        self._whole = False

    def told(self, parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Yield the parts of the table, telling how far they are."""
        done = 0
        for part in parts:
            yield part
            done += len(part)
            self._say(STAGES[2], done, max(done, self._total))
        self._say(STAGES[2], done, done)

    def _parts(self, only: Collection[str] | None = None) -> Iterable[Raw]:
        return self._held if self._whole else self.file.parts(only)
