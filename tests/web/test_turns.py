"""Long work leaves threads to show pages with."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from hotspot.errors import BusyError
from hotspot.web import serve, turns

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_long_work_never_takes_every_thread() -> None:
    assert turns.AT_ONCE <= serve.THREADS // 2


def test_work_beyond_the_bound_is_refused_and_pages_are_shown(client: FlaskClient) -> None:
    question = {"dataset": "testville", "method": "dbscan", "area": "BZ"}
    with ExitStack() as held:
        for _ in range(turns.AT_ONCE):
            held.enter_context(turns.turn())
        answers = [
            client.post("/api/v1/datasets/late/imports", data=b"Offence,Date\nTheft,2026-01-01\n"),
            client.post("/api/v1/layers", json=question),
        ]
        assert client.get("/").status_code == 200
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        assert "Try again" in answer.json["detail"]
    assert client.get("/api/v1/datasets/late").status_code == 404


def test_a_turn_is_given_back_when_the_work_fails() -> None:
    for _ in range(2 * turns.AT_ONCE):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError
    with ExitStack() as held:
        for _ in range(turns.AT_ONCE):
            held.enter_context(turns.turn())
        with pytest.raises(BusyError), turns.turn():
            pass
