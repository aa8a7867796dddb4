"""Rows out of a CSV file, into the store and back, beside pandas."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel
from hotspot.service.settings import Settings
from hotspot.service.store import Store, bulk
from hotspot.service.store.imports import StagedFile

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS = ("occurred_from", "occurred_to", "lon", "lat")
"""Columns that analysis reads of every incident."""
N = 5_000 if SMALL else 1_000_000


def rows() -> list[Row]:
    """Return the lines of this stage."""
    with tempfile.TemporaryDirectory() as folder:
        return [reading(Path(folder)), *storing(Path(folder))]


def reading(folder: Path) -> Row:
    """Read a CSV file as text, beside pandas reading it as text."""
    import pandas as pd

    from hotspot.incidents.read import read_raw

    path = data.export_file(folder, times=max(N // data.N_ROWS, 1))
    mine, theirs = duel(lambda: read_raw(path), lambda: pd.read_csv(path, dtype=str))
    assert len(mine.result.frame) == len(theirs.result)
    path.unlink()
    return against(
        f"{len(theirs.result):,} CSV rows of 15 columns read as text, faulty rows told",
        mine,
        theirs,
        "pandas.read_csv",
        check="the same rows",
    )


def storing(folder: Path) -> list[Row]:
    """Write incidents to SQLite and read them back, all and a week of them."""
    import pandas as pd

    from hotspot.service import staging

    incidents = data.incidents(N)
    keyed = incidents.assign(source_id=pd.array([f"I{n}" for n in range(N)], dtype="str"))
    plain = keyed.assign(
        **{name: keyed[name].dt.tz_localize(None) for name in ("occurred_from", "occurred_to", "reported_at")}
    )
    turns = iter(range(1_000))

    def ours() -> Path:
        path = folder / f"ours-{next(turns)}.sqlite"
        staging.write(keyed, path)
        return path

    def peer() -> Path:
        path = folder / f"peer-{next(turns)}.sqlite"
        with sqlite3.connect(path) as connection:
            plain.to_sql("clean", connection, index=False)
        return path

    mine, theirs = duel(ours, peer, peer_rounds=3)
    written = against(
        f"{N:,} incidents written to SQLite, keyed, in order of time",
        mine,
        theirs,
        "pandas.to_sql",
        mark=Mark(seconds=0.5, ratio=5),
        check="",
    )
    return [written, *_reading_back(folder, mine.result, theirs.result)]


def _reading_back(folder: Path, staged: Path, theirs: Path) -> list[Row]:
    """Read a dataset of the store, beside pandas on its own table with an index on time."""
    import pandas as pd

    with sqlite3.connect(theirs) as connection:
        connection.execute("CREATE INDEX moment ON clean (occurred_from)")
    week = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 6, 3, tzinfo=UTC)
    with Store.open(Settings(data_dir=folder / "store")) as store:
        _take_over(store, staged)

        def peer(columns: str, where: str = "") -> pd.DataFrame:
            with sqlite3.connect(theirs) as connection:
                return pd.read_sql(f"SELECT {columns} FROM clean {where}", connection)  # noqa: S608 - our words

        mine, other = duel(
            lambda: store.incidents.read("bench", columns=NUMBERS, ordered=False),
            lambda: peer(", ".join(NUMBERS)),
            peer_rounds=3,
        )
        assert len(mine.result) == len(other.result) == N
        all_mine, all_other = duel(lambda: store.incidents.read("bench"), lambda: peer("*"), peer_rounds=1)
        assert len(all_mine.result) == len(all_other.result) == N
        some = f"WHERE occurred_from BETWEEN '{week[0]:%F %T}' AND '{week[1]:%F %T}'"
        micros = [int(moment.timestamp()) * 1_000_000 for moment in week]

        def by_time() -> pa.Table:
            return bulk.read(
                store.settings.database,
                1,
                columns=NUMBERS,
                busy_seconds=30,
                start=micros[0],
                end=micros[1],
                ordered=False,
            )

        few, others = duel(by_time, lambda: peer(", ".join(NUMBERS), some))
        assert len(few.result) == len(others.result)
    return [
        against(
            f"{N:,} incidents read from the store: times and coordinates",
            mine,
            other,
            "pandas.read_sql",
            mark=Mark(seconds=0.28, ratio=5),
            check="as many",
        ),
        against(
            f"{N:,} incidents read from the store: all columns, in order of time",
            all_mine,
            all_other,
            "pandas.read_sql, unordered",
            check="as many",
        ),
        against(
            f"{len(few.result):,} of them, by time, to Arrow",
            few,
            others,
            "pandas.read_sql with an index",
            mark=Mark(seconds=0.004),
            check="as many",
        ),
    ]


def _take_over(store: Store, path: Path) -> None:
    staged = StagedFile(
        dataset="bench",
        filename="bench.csv",
        sha256="0" * 64,
        title=None,
        path=path,
        rejects=b"",
        report={},
        rows=N,
        set_aside=0,
        repeated=0,
        timezone="America/Belize",
        area="BZ",
        date_order=None,
        columns={},
    )
    store.imports.add(staged, now=datetime(2026, 1, 1, tzinfo=UTC))
