"""Standing questions: a window that ends with the data, and a name that leads to the newest answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from hotspot.analysis.question import Question
from hotspot.errors import NotFoundError, ParameterError, ThinDataError
from hotspot.service import publish, standing
from tests.service.conftest import NOW, clean_table
from tests.service.test_publish import question, town

if TYPE_CHECKING:
    from hotspot.service.store import Store

__all__ = ["town"]


def later(store: Store, staged, *, days: int) -> None:
    """Import 40 more burglaries that many days after the newest of the town."""
    last = store.datasets.get("town").last
    assert last is not None
    when = pd.Series([pd.Timestamp(last + timedelta(days=days, minutes=-i)) for i in range(40)])
    frame = clean_table(
        [f"later-{i}" for i in range(40)],
        occurred_from=when,
        occurred_to=when,
        lon=-88.2005,
        lat=17.5005,
        district="BZ-BZ",
    )
    store.imports.add(staged(frame, area="BZ", timezone="America/Belize"), now=NOW)


def test_the_window_ends_with_the_data_and_moves_with_them(town: Store, staged) -> None:
    first = standing.ask(town, "burglary", question(), last_days=100, now=NOW)
    assert (first.start, first.end) == ("2026-04-11", "2026-07-19")
    assert town.standing.get("burglary").latest == first.id
    later(town, staged, days=10)
    again = standing.again(town, "burglary", now=NOW)
    assert (again.start, again.end) == ("2026-04-21", "2026-07-29")
    assert town.standing.get("burglary").layers == (again.id, first.id)


def test_a_day_still_to_come_ends_no_window(town: Store) -> None:
    dataset = town.datasets.get("town")
    assert standing.last_day(dataset, now=NOW) == date(2026, 7, 19)
    # Ten in the evening of the day before, there.
    assert standing.last_day(dataset, now=datetime(2026, 2, 1, 4, tzinfo=UTC)) == date(2026, 1, 31)


def test_without_a_window_the_question_keeps_its_own_days(town: Store) -> None:
    made = standing.ask(town, "spring", question(start="2026-03-01", end="2026-05-31"), now=NOW)
    assert (made.start, made.end) == ("2026-03-01", "2026-05-31")
    assert town.standing.get("spring").last_days is None


def test_the_same_question_on_the_same_data_is_the_same_layer(town: Store) -> None:
    one = standing.ask(town, "a", question(), last_days=90, now=NOW)
    other = standing.ask(town, "b", question(), last_days=90, now=NOW)
    plain = publish.make_layer(town, question(start=one.start, end=one.end), now=NOW)
    assert one.id == other.id == plain.id
    assert {each.latest for each in town.standing.list()} == {one.id}


def test_a_question_too_thin_to_answer_is_not_kept(town: Store) -> None:
    with pytest.raises(ThinDataError):
        standing.ask(town, "thin", question(), last_days=2, now=NOW)
    assert town.standing.list() == ()


def test_an_answer_that_fails_leaves_the_one_before(town: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = standing.ask(town, "burglary", question(), last_days=100, now=NOW)
    version = town.version()

    def fail(*_arguments: object, **_named: object) -> None:
        raise ThinDataError("Too few.")

    monkeypatch.setattr(publish, "answer", fail)
    with pytest.raises(ThinDataError):
        standing.again(town, "burglary", now=NOW)
    assert town.version() == version
    assert town.standing.get("burglary").latest == first.id


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_a_window_of_no_sensible_length_is_refused(town: Store, days: int) -> None:
    with pytest.raises(ParameterError, match="number of days from 1 to 3,660") as refused:
        standing.ask(town, "burglary", question(), last_days=days)
    assert refused.value.parameter == "last"


def test_days_of_its_own_and_a_moving_window_are_too_much(town: Store) -> None:
    with pytest.raises(ParameterError, match="Leave one out"):
        standing.ask(town, "burglary", question(start="2026-03-01"), last_days=30)


def test_a_name_that_cannot_stand_in_an_address_is_refused_before_anything_is_done(store: Store) -> None:
    with pytest.raises(ParameterError, match="Use for example 'burglary-at-night'"):
        standing.ask(store, "Burglary at Night", Question(dataset="none", area="BZ"))
    with pytest.raises(NotFoundError, match="There is none yet"):
        standing.again(store, "burglary")


def test_incidents_without_times_have_no_last_days(store: Store, staged) -> None:
    never = pd.Series([pd.NaT, pd.NaT], dtype="datetime64[us, UTC]")
    frame = clean_table(["a", "b"], occurred_from=never, occurred_to=never)
    store.imports.add(staged(frame, area="BZ"), now=NOW)
    with pytest.raises(ThinDataError, match="has a time") as refused:
        standing.ask(store, "burglary", question(), last_days=30, now=NOW)
    assert refused.value.remedies


def test_it_is_asked_in_a_process_of_its_own(town: Store) -> None:
    made = standing.ask_in_child(town, "burglary", question(), last_days=100)
    assert town.standing.get("burglary").latest == made.id
    assert standing.ask_in_child(town, "burglary").id == made.id
    with pytest.raises(NotFoundError):
        standing.ask_in_child(town, "nothing")
