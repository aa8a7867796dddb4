"""What is known of a method before it runs: names, parameters, fields, and where its layer is made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.reports import Answer, Asked
    from hotspot.analysis.task import Result, Task
    from hotspot.parameters import Parameters

Style = Literal["classes", "ramp", "diverging", "categories"]
Noun = Literal["cells", "hotspots", "districts"]


@dataclass(frozen=True)
class Field:
    """One property of a layer's features or of its ranked table."""

    name: str
    type: Literal["integer", "number", "string"]
    title: str
    unit: str = ""
    doc: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Method:
    """One way to find hotspots.

    Attributes
    ----------
    name, title, short, summary
        Its name in commands and addresses, on pages, in the title of a layer, and what it does
        in a sentence.
    parameters
        The dataclass of what the analyst chooses.
    make
        ``module:function`` that answers a `hotspot.analysis.task.Task`.
    fields
        The features' properties, in order.
    hotspot_fields
        The columns of the ranked table, in order.
    style, colour_by
        What colours the features, and the field it goes by: ``classes`` of significance, a
        ``ramp`` of numbers from low to high, numbers ``diverging`` from 0, or ``categories``.
    noun
        What the features are: ``cells``, ``hotspots`` or ``districts``.
    forecast
        ``module:function`` that foretells, from earlier incidents, how many later ones each of
        given cells will hold; empty if the method makes no forecast.
    looks_back
        Whether it compares the question's window with an earlier one; its parameters then have
        ``against``, as `hotspot.analysis.windows` has it.
    tested
        Whether its hotspots are held against chance. Of a method that does not, a layer says so.
    """

    name: str
    title: str
    short: str
    summary: str
    parameters: type[Parameters]
    make: str
    fields: tuple[Field, ...]
    hotspot_fields: tuple[Field, ...]
    style: Style
    colour_by: str
    noun: Noun
    forecast: str = ""
    looks_back: bool = False
    tested: bool = True

    def maker(self) -> Callable[[Task], Result]:
        """Import and return the function that makes the layer."""
        maker: Callable[[Task], Result] = _imported(self.make)
        return maker

    def forecaster(self) -> Callable[[Points, Cells, Parameters], NDArray[np.float64]]:
        """Import and return the function that scores cells by earlier incidents."""
        found: Callable[[Points, Cells, Parameters], NDArray[np.float64]] = _imported(self.forecast)
        return found

    @property
    def colour_field(self) -> Field:
        """The field that colours the features."""
        return next(field for field in self.fields if field.name == self.colour_by)

    def fields_as_dicts(self) -> list[dict[str, str]]:
        """Return the features' properties as plain values, ready for JSON."""
        return [field.to_dict() for field in self.fields]


@dataclass(frozen=True)
class ReportKind:
    """One way to answer in sentences and tables alone.

    Attributes
    ----------
    name, title, short, summary
        As of a `Method`.
    parameters
        The dataclass of what the analyst chooses.
    make
        ``module:function`` that answers a `hotspot.analysis.reports.Asked`.
    """

    name: str
    title: str
    short: str
    summary: str
    parameters: type[Parameters]
    make: str

    def maker(self) -> Callable[[Asked], Answer]:
        """Import and return the function that answers."""
        found: Callable[[Asked], Answer] = _imported(self.make)
        return found


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
