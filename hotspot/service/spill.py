"""Tables set down on disk, one after the other, and taken up again in order."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd


class Spill:
    """Parts of a table too long for memory; a first part that stays the only one never leaves it.

    The file has no name from before its first row on: whatever ends this process, the rows
    are gone with it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._only: pd.DataFrame | None = None
        self._source: pa.NativeFile | None = None
        self._writer: pa.RecordBatchStreamWriter | None = None

    def put(self, table: pd.DataFrame) -> None:
        """Set a part down; all have the same columns."""
        if self._only is None and self._writer is None:
            self._only = table
            return
        if self._only is not None:
            first, self._only = self._only, None
            self._write(first)
        self._write(table)

    def take(self) -> Iterator[pd.DataFrame]:
        """Yield the parts in order, once, and remove them."""
        if self._writer is None or self._source is None:
            if self._only is not None:
                yield self._only
            return
        self._writer.close()
        self._sink.close()
        with self._source as file, pa.ipc.open_stream(file) as reader:
            for batch in reader:
                yield pa.Table.from_batches([batch]).to_pandas()

    def _write(self, table: pd.DataFrame) -> None:
        # A part is one batch, so that it is taken up as it was set down, were it empty.
        part = pa.RecordBatch.from_pandas(table, preserve_index=False)
        if self._writer is None:
            descriptor, name = tempfile.mkstemp(dir=self._folder)
            os.close(descriptor)
            self._sink, self._source = pa.OSFile(name, "wb"), pa.OSFile(name, "rb")
            Path(name).unlink()
            self._writer = pa.ipc.new_stream(self._sink, part.schema)
        self._writer.write_batch(part)
