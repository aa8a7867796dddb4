"""Standing questions: asked again and again, answered at an address that never changes.

The question is kept with the length of its window. Each time it is asked the window
ends with the data; the layer that answers it is published as any other, and in the same
moment the name leads to it. What fails changes nothing: the name keeps leading to the
answer before.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from hotspot.errors import ParameterError, ThinDataError
from hotspot.service import publish
from hotspot.service.child_store import opened, run_on_store
from hotspot.service.progress import silent
from hotspot.service.store import StandingQuestion, Store
from hotspot.service.store.datasets import checked_name

if TYPE_CHECKING:
    from hotspot.analysis.question import Question
    from hotspot.service.progress import Progress
    from hotspot.service.store import Dataset, LayerRecord

LONGEST: Final = 3_660
"""Days of the longest window that moves with the data."""


def ask(
    store: Store,
    name: str,
    question: Question,
    *,
    last_days: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> LayerRecord:
    """Keep a question under a name, answer it, and let the name lead to the answer, all at once.

    A question that had the name before is replaced; its layers stay.

    Parameters
    ----------
    store
        Holds the incidents, and gets question and layer.
    name
        Of the address: lower-case letters, digits, ``-`` and ``_``; at most 40.
    question
        What is asked.
    last_days
        Ask about so many days up to the last one of the data, whenever it is asked; the
        question then has no days of its own.
    force
        Answer also when the data are too thin; the layer says so.

    Raises
    ------
    ParameterError
        ``name`` or ``last``: not as above.
    ThinDataError
        Too few incidents; nothing is kept.
    """
    checked_name(name, noun="standing question")
    _check_window(question, last_days)
    kept = StandingQuestion(name=name, question=question.to_dict(), last_days=last_days, force=force)
    return _answered(store, kept, progress=progress, now=now)


def again(
    store: Store, name: str, *, progress: Progress | None = None, now: datetime | None = None
) -> LayerRecord:
    """Answer a standing question anew, and let its name lead to the answer."""
    return _answered(store, store.standing.get(name), progress=progress, now=now)


def asked_now(store: Store, kept: StandingQuestion, *, now: datetime) -> Question:
    """Return the question with the days that it is about now."""
    from hotspot.analysis.question import Question

    question = Question.from_dict(kept.question)
    if kept.last_days is None:
        return question
    end = last_day(store.datasets.get(question.dataset), now=now)
    return dataclasses.replace(question, start=end - timedelta(days=kept.last_days - 1), end=end)


def last_day(dataset: Dataset, *, now: datetime) -> date:
    """Return the last local day of a dataset; one that is still to come is today.

    Raises
    ------
    ThinDataError
        None of its incidents has a time.
    """
    if dataset.last is None:
        msg = f"None of the incidents of {dataset.name} has a time, so there are no last days to ask about."
        raise ThinDataError(msg, remedies=("Import incidents with a time, or ask without --last.",))
    return min(dataset.last, now).astimezone(ZoneInfo(dataset.timezone)).date()


def ask_in_child(
    store: Store,
    name: str,
    question: Question | None = None,
    *,
    last_days: int | None = None,
    force: bool = False,
) -> LayerRecord:
    """Do what ``ask`` does, or without a question what ``again`` does, in a limited process of its own."""
    if question is None:
        store.standing.get(name)
    else:
        checked_name(name, noun="standing question")
        _check_window(question, last_days)
    payload = {
        "name": name,
        "question": None if question is None else question.to_dict(),
        "last_days": last_days,
        "force": force,
    }
    return store.layers.get(run_on_store(store, "standing", payload)["id"])


def ask_here(payload: dict[str, Any], *, progress: Progress) -> dict[str, Any]:
    """Answer for ``ask_in_child``, in the child."""
    from hotspot.analysis.question import Question

    with opened(payload) as store:
        if payload["question"] is None:
            return {"id": again(store, payload["name"], progress=progress).id}
        record = ask(
            store,
            payload["name"],
            Question.from_dict(payload["question"]),
            last_days=payload["last_days"],
            force=payload["force"],
            progress=progress,
        )
        return {"id": record.id}


def _answered(
    store: Store, kept: StandingQuestion, *, progress: Progress | None, now: datetime | None
) -> LayerRecord:
    say, moment = progress or silent, now or datetime.now(UTC)
    question = asked_now(store, kept, now=moment)
    layer = publish.answer(store, question, force=kept.force, progress=say)
    return publish.publish(store, layer, now=moment, progress=say, answers=kept)


def _check_window(question: Question, last_days: int | None) -> None:
    if last_days is None:
        return
    if not 1 <= last_days <= LONGEST:
        msg = f"last is a number of days from 1 to {LONGEST:,}; got {last_days:,}."
        raise ParameterError("last", msg)
    if question.start or question.end:
        msg = (
            "A standing question has either its own first and last day, or the last days of the data; got "
            f"both ({question.start or '..'} to {question.end or '..'}, and the last {last_days:,}). "
            "Leave one out."
        )
        raise ParameterError("last", msg)
