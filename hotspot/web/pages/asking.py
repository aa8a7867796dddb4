"""The parts of forms that ask a question: what they offer, and what was filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import WEEKDAYS
from hotspot.web.site import catalogue, store
from hotspot.words import DAYS

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from hotspot.analysis.methods import Method
    from hotspot.service.store import Dataset

GROUPS: Final = {
    "cells": "Places with more than chance would put there",
    "clusters": "Places where incidents lie densely together",
    "density": "How dense, everywhere",
    "spacetime": "What is new, lasting, changing or following",
}
"""What the methods of each module of parameters are for."""
_OTHERS: Final = "Other methods"


def offered(record: Dataset) -> dict[str, Any]:
    """Return what the form of a question on a dataset offers, for its template."""
    return {
        "record": record,
        "offences": store().incidents.offences(record.name),
        "areas": _areas(record.area),
        "weekdays": list(zip(WEEKDAYS, DAYS, strict=True)),
    }


def grouped() -> list[tuple[str, list[Method]]]:
    """Return the methods under what they are for, in the order of their table."""
    found: dict[str, list[Method]] = {}
    for method in METHODS.values():
        room = method.parameters.__module__.rpartition(".")[2]
        found.setdefault(GROUPS.get(room, _OTHERS), []).append(method)
    return list(found.items())


def asked(form: MultiDict[str, str], method: str, *, area: str) -> dict[str, Any]:
    """Return the parts of a question that a form holds.

    Only the parameters of that method, or report, are taken, so that the form works
    without a script, when those of every method are sent. The study area is ``area``, that
    of the dataset, where the form names none.
    """
    area, codes = form.get("area") or area or "hull", form.getlist("districts")
    inside = [code for code in codes if code.startswith(f"{area}/")]
    prefix = f"{method}."
    return {
        "method": method,
        "parameters": {
            name.removeprefix(prefix): ",".join(form.getlist(name))
            for name in form
            if name.startswith(prefix)
        },
        "area": f"{area}/{','.join(code.partition('/')[2] for code in inside)}" if inside else area,
        "offences": form.getlist("offences"),
        "start": form.get("start", ""),
        "end": form.get("end", ""),
        "hours": _hours(form.get("from_hour", ""), form.get("to_hour", "")),
        "weekdays": form.getlist("weekdays"),
        "precision": form.get("precision", "exact"),
        "harm": [line for line in form.get("harm", "").splitlines() if line.strip()],
        "title": form.get("title", ""),
    }


def _hours(first: str, last: str) -> list[str] | None:
    return [first, last] if first or last else None


def _areas(own: str) -> list[dict[str, Any]]:
    """Return the boundary sets to choose from, the dataset's own first and with its districts."""
    records = sorted(store().boundaries.list(), key=lambda record: (record.name != own, record.title))
    return [
        {"name": r.name, "title": r.title, "districts": _districts(r.name) if r.name == own else []}
        for r in records
    ]


def _districts(name: str) -> list[tuple[str, str]]:
    features = catalogue().features(f"districts-{name.lower()}")
    return [(f"{name}/{p['code']}", p["name"]) for p in features.properties]
