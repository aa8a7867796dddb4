from __future__ import annotations

from datetime import timedelta

import pytest

from hotspot.errors import NotFoundError, ParameterError
from hotspot.service.store import StandingQuestion, Store
from hotspot.service.store.engine import StaleError
from tests.service.conftest import NOW
from tests.service.store.test_layers import FILES, record

KEPT = StandingQuestion(name="thefts", question={"dataset": "town"}, last_days=28)


def answered(store: Store, layer_id: str, kept: StandingQuestion = KEPT, *, days: int = 0) -> None:
    """Publish a layer as the newest answer of a standing question."""
    store.layers.save(
        record(layer_id, content_hash=layer_id, published_at=NOW + timedelta(days=days)), FILES, answers=kept
    )


def test_a_standing_question_leads_to_its_newest_answer(store: Store) -> None:
    answered(store, "one")
    answered(store, "two", days=1)
    kept = store.standing.get("thefts")
    assert (kept.latest, kept.layers) == ("two", ("two", "one"))
    assert (kept.question, kept.last_days, kept.force) == ({"dataset": "town"}, 28, False)
    assert (kept.created_at, kept.answered_at) == (NOW, NOW + timedelta(days=1))
    assert store.standing.list() == (kept,)


def test_an_answer_given_again_is_the_newest_again(store: Store) -> None:
    for layer_id in ("one", "two", "one"):
        answered(store, layer_id)
    assert store.standing.get("thefts").layers == ("one", "two")


def test_a_withdrawn_answer_gives_way_to_the_one_before_and_comes_back(store: Store) -> None:
    answered(store, "one")
    answered(store, "two")
    store.layers.withdraw("two")
    assert store.standing.get("thefts").latest == "one"
    store.layers.withdraw("one")
    assert store.standing.get("thefts").latest == ""
    store.layers.restore("two")
    assert store.standing.get("thefts").layers == ("two",)


def test_a_question_is_replaced_and_answers_about_another_dataset_are_forgotten(
    store: Store,
) -> None:
    answered(store, "one")
    answered(store, "two", StandingQuestion(name="thefts", question={"dataset": "city"}, force=True), days=3)
    kept = store.standing.get("thefts")
    assert (kept.question, kept.last_days, kept.force) == ({"dataset": "city"}, None, True)
    assert kept.created_at == NOW
    assert kept.layers == ("two",)
    store.layers.withdraw("two")
    assert store.standing.get("thefts").latest == ""
    assert store.layers.get("one").id == "one"


def test_neither_layer_nor_name_is_kept_where_one_cannot_be(store: Store) -> None:
    version = store.version()
    answered(store, "one")
    with pytest.raises(StaleError):
        store.layers.save(record("two"), FILES, version=version, answers=KEPT)
    assert store.standing.get("thefts").layers == ("one",)
    with pytest.raises(ParameterError, match="name of a standing question"):
        answered(store, "three", StandingQuestion(name="Bad Name", question={}))
    assert [each.id for each in store.layers.list()] == ["one"]


def test_a_removed_question_is_unknown_and_its_layers_stay(store: Store) -> None:
    answered(store, "one")
    answered(store, "two", StandingQuestion(name="other", question={}))
    assert store.standing.remove("thefts").layers == ("one",)
    assert [each.id for each in store.layers.list()] == ["two", "one"]
    for ask in (store.standing.get, store.standing.remove):
        with pytest.raises(NotFoundError, match=r"no standing question 'thefts'.*There are: other"):
            ask("thefts")


def test_what_a_layer_may_be_read_by_is_kept_with_who_chose_it(store: Store) -> None:
    answered(store, "one")
    opened = store.layers.open_to("one", "public", by="Duty analyst", now=NOW)
    assert (opened.audience, opened.audience_by, opened.audience_at) == ("public", "Duty analyst", NOW)
    assert store.layers.get("one") == opened
    with pytest.raises(NotFoundError):
        store.layers.open_to("nothing", "public", by="Duty analyst")


def test_a_withdrawn_layer_comes_back_local(store: Store) -> None:
    answered(store, "one")
    store.layers.open_to("one", "public", by="Duty analyst")
    store.layers.withdraw("one")
    with pytest.raises(NotFoundError):
        store.layers.open_to("one", "public", by="Duty analyst")
    back = store.layers.restore("one")
    assert (back.audience, back.audience_by, back.audience_at) == ("local", None, None)
