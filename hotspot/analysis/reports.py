"""Answers in sentences and tables, without places on a map."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import hotspot
from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.methods import REPORTS
from hotspot.analysis.tables import Table, named
from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from hotspot.analysis.question import Question
    from hotspot.analysis.run import Usable
    from hotspot.analysis.selection import Selection
    from hotspot.analysis.task import Progress, Task
    from hotspot.parameters import Parameters
    from hotspot.places.boundaries import BoundarySet


@dataclass(frozen=True)
class Report:
    """One answer.

    Attributes
    ----------
    name
        Which report it is: ``compare``, ``profile``.
    title
        What it is about.
    sentences
        What it says, the most important first.
    tables
        The figures.
    decisions, warnings
        The decision log.
    about
        Plain values: question, parameters used, rows read and used, versions.
    """

    name: str
    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    decisions: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """Return the table of that name, or say which there are."""
        return named(self.tables, name, of="report")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; `from_dict` takes them back."""
        return {
            **vars(self),
            "sentences": list(self.sentences),
            "tables": [table.to_dict() for table in self.tables],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the report that `to_dict` wrote."""
        tables = tuple(Table.from_dict(table) for table in values["tables"])
        return cls(**{**values, "sentences": tuple(values["sentences"]), "tables": tables})


@dataclass(frozen=True)
class Answer:
    """What a maker finds: sentences, tables, and the parameters with every automatic one filled in."""

    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    used: dict[str, Any]
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question made ready for the maker of a report.

    Attributes
    ----------
    question
        What is asked.
    incidents
        The whole clean table.
    boundary_set
        The districts that the study area names; None for a hull.
    timezone
        IANA zone of days and hours.
    force
        Whether to answer though the data are too thin.
    log
        Where each automatic choice is noted.
    tell
        Called with the progress.
    """

    question: Question
    incidents: pd.DataFrame
    boundary_set: BoundarySet | None
    timezone: str
    force: bool = False
    log: DecisionLog = field(default_factory=DecisionLog)
    tell: Progress = lambda _share, _what: None

    @property
    def parameters(self) -> Parameters:
        """As the analyst chose them."""
        return self.question.parameters_checked

    @cached_property
    def selection(self) -> Selection:
        """The incidents that are asked about, wherever they are, and what was left out."""
        return self.question.select(self.incidents, timezone=self.timezone)

    @cached_property
    def usable(self) -> Usable:
        """The incidents that a point method may use, in the study area."""
        from hotspot.analysis.run import usable

        return usable(self.question, self.incidents, boundary_set=self.boundary_set, timezone=self.timezone)

    @cached_property
    def task(self) -> Task:
        """The same as a task, for what makers of layers share."""
        from hotspot.analysis import holdout
        from hotspot.analysis.task import Task

        area, points = self.usable.area, self.usable.points
        districts = self.boundary_set if area.kind == "districts" else None
        cut = holdout.split(points)
        return Task(points, area, self.parameters, cut, districts, self.force, self.log, self.tell)


def report(
    question: Question,
    incidents: pd.DataFrame,
    *,
    boundary_set: BoundarySet | None,
    timezone: str,
    force: bool = False,
    progress: Callable[[float, str], None] | None = None,
) -> Report:
    """Return the report that a question with the name of one as its method asks for.

    Parameters
    ----------
    question, incidents, boundary_set, timezone, force, progress
        As for `hotspot.analysis.run.run`.

    Raises
    ------
    ParameterError
        The question asks for a layer, or for what its parameters do not allow.
    ThinDataError
        Too few incidents.
    """
    if question.method not in REPORTS:
        msg = f"{question.method!r} makes a layer, not a report. Reports are: {', '.join(REPORTS)}."
        raise ParameterError("method", msg)
    tell = progress or (lambda _share, _what: None)
    asked = Asked(question, incidents, boundary_set, timezone, force, tell=tell)
    tell(0.0, "choosing incidents")
    answer = REPORTS[question.method].maker()(asked)
    return Report(
        name=question.method,
        title=_title(asked),
        sentences=answer.sentences,
        tables=answer.tables,
        decisions=asked.log.decisions,
        warnings=asked.log.warnings,
        about={
            "question": question.to_dict(),
            "parameters": answer.used,
            "timezone": timezone,
            "rows_read": asked.selection.read,
            "left_out": asked.selection.left_out,
            "software": {"hotspot": hotspot.__version__, "python": platform.python_version()},
            **answer.about,
        },
    )


def _title(asked: Asked) -> str:
    from hotspot.analysis import text
    from hotspot.analysis.run import area_of

    area = area_of(asked.question, asked.boundary_set)
    return text.title_of(asked.question, area, asked.boundary_set)
