"""What is too much for the store is refused with the reason, and never keeps it busy."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotspot.errors import ParameterError
from hotspot.service.incidents.bounds import bounded
from tests.service.incidents.conftest import asked

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(uncertain_h > 1 AND (uncertain_h < 3 OR " * 15 + "uncertain_h > 1" + "))" * 15, "too deep for"),
        ("(uncertain_h + " * 28 + "uncertain_h" + ")" * 28 + " > 1", "too deep for incidents; write it flat"),
        ("place LIKE '" + "[" * 19_000 + "'", "LIKE is longer than 50,000 bytes"),
        ("place LIKE '" + "\N{GRINNING FACE}" * 19_000 + "'", "LIKE is longer than 50,000 bytes"),
    ],
)
def test_what_sqlite_cannot_read_is_refused(town, text: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason) as caught:
        town().found(asked(filter=text))
    assert caught.value.parameter == "filter"


def test_a_look_that_takes_too_long_is_ended_and_the_next_is_not(store) -> None:
    with (
        store.engine.reading() as connection,
        pytest.raises(ParameterError, match="longer than 0 s with these incidents"),
        bounded(connection, seconds=0),
    ):
        connection.execute(sa.text(ENDLESS))
    with store.engine.reading() as connection:
        assert (
            connection.execute(sa.text(ENDLESS.replace("FROM n)", "FROM n LIMIT 100000)"))).scalar()
            == 100_000
        )
