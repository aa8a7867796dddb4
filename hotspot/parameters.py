"""What an analyst chooses: one frozen dataclass a method, with units, defaults and bounds.

Nowhere else holds a unit, a default or a bound: the command line, the HTTP API
and its OpenAPI document are made from these dataclasses.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from hotspot.errors import ParameterError

_SPEC = "hotspot"


@dataclass(frozen=True)
class Spec:
    """What is known of one parameter: its kind, unit, bounds and meaning."""

    kind: str
    doc: str
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    options: tuple[str, ...] = ()
    automatic: str = ""
    """What happens when the value is left out, if the default is automatic."""

    @property
    def bounds(self) -> str:
        """The bounds in words, with the unit."""
        unit = f" {self.unit}" if self.unit else ""
        if self.options:
            return "one of " + ", ".join(self.options)
        if self.at_least is not None and self.at_most is not None:
            return f"{self.at_least:g} to {self.at_most:g}{unit}"
        if self.at_least is not None:
            return f"at least {self.at_least:g}{unit}"
        if self.at_most is not None:
            return f"at most {self.at_most:g}{unit}"
        return f"a number{unit}"


def number(
    default: float | None,
    *,
    doc: str,
    unit: str = "",
    at_least: float | None = None,
    at_most: float | None = None,
    automatic: str = "",
) -> Any:
    """Return a field for a real number; ``None`` as default means automatic."""
    spec = Spec("number", doc, unit, at_least, at_most, automatic=automatic)
    return dataclasses.field(default=default, metadata={_SPEC: spec})


def integer(
    default: int | None, *, doc: str, unit: str = "", at_least: int, at_most: int, automatic: str = ""
) -> Any:
    """Return a field for a whole number; ``None`` as default means automatic."""
    spec = Spec("integer", doc, unit, at_least, at_most, automatic=automatic)
    return dataclasses.field(default=default, metadata={_SPEC: spec})


def choice(default: str, *, options: tuple[str, ...], doc: str) -> Any:
    """Return a field for one of a few words."""
    return dataclasses.field(default=default, metadata={_SPEC: Spec("choice", doc, options=options)})


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Base of every method's parameters: checks each value against its bounds."""

    def __post_init__(self) -> None:
        for name, spec in self.specs().items():
            object.__setattr__(self, name, _checked(name, getattr(self, name), spec))

    @classmethod
    def specs(cls) -> dict[str, Spec]:
        """Return what is known of each parameter, in order."""
        return {f.name: f.metadata[_SPEC] for f in dataclasses.fields(cls)}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Return the default of each parameter, in order; ``None`` is automatic."""
        return {f.name: f.default for f in dataclasses.fields(cls)}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the parameters given by name, as text or as values; the rest are defaults."""
        known = cls.specs()
        for name in values:
            if name not in known:
                msg = f"{name!r} is not a parameter of this method. It has: {', '.join(known)}."
                raise ParameterError(name, msg)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values by name, in order."""
        return dataclasses.asdict(self)


def _checked(name: str, value: Any, spec: Spec) -> Any:
    if value is None or (isinstance(value, str) and value.strip().lower() in {"", "auto"}):
        if spec.automatic:
            return None
        msg = f"{name} needs a value: {spec.bounds}."
        raise ParameterError(name, msg)
    if spec.kind == "choice":
        if value not in spec.options:
            msg = f"{name} must be {spec.bounds}; got {value!r}."
            raise ParameterError(name, msg)
        return value
    return _number(name, value, spec)


def _number(name: str, value: Any, spec: Spec) -> float | int:
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):
        result = math.nan
    whole = spec.kind == "integer"
    if isinstance(value, bool) or not math.isfinite(result) or (whole and result != int(result)):
        msg = f"{name} must be a {'whole ' if whole else ''}number, {spec.bounds}; got {value!r}."
        raise ParameterError(name, msg)
    low, high = spec.at_least, spec.at_most
    if (low is not None and result < low) or (high is not None and result > high):
        msg = f"{name} must be {spec.bounds}; got {value}."
        raise ParameterError(name, msg)
    return int(result) if whole else result


@dataclass(frozen=True, kw_only=True)
class GiStar(Parameters):
    """Getis-Ord Gi* on a grid: cells whose neighbourhood holds more, or less, than chance would put there."""

    cell_shape: str = choice("square", options=("square", "hexagon"), doc="Shape of the grid cells.")
    cell_size: float | None = number(
        None,
        unit="m",
        at_least=25,
        at_most=20_000,
        doc="Side of a square cell, or width of a hexagon between two parallel sides.",
        automatic="twice the larger of the mean and median nearest-neighbour distance, rounded to 50 m",
    )
    neighbour_distance: float | None = number(
        None,
        unit="m",
        at_least=0,
        at_most=100_000,
        doc="Cells whose centres lie within this distance are neighbours; the cell itself always is.",
        automatic="the ring of touching cells",
    )
    significance: str = choice(
        "exact",
        options=("exact", "normal"),
        doc="Where p comes from: the exact chances of each sum of counts when the cells' counts are "
        "shuffled, or their normal approximation, which calls far too much hot where counts are sparse.",
    )
    adjustment: str = choice(
        "bh",
        options=("bh", "by"),
        doc="False-discovery control: Benjamini-Hochberg, or the stricter Benjamini-Yekutieli.",
    )
    cells: str = choice(
        "near",
        options=("near", "all"),
        doc="Cells that become features: those with an incident in reach or a significant class, or all.",
    )


@dataclass(frozen=True, kw_only=True)
class DBSCAN(Parameters):
    """DBSCAN: places where incidents lie densely together, of any shape."""

    eps: float | None = number(
        None,
        unit="m",
        at_least=10,
        at_most=20_000,
        doc="Two incidents within this distance are neighbours.",
        automatic="the knee of the k-distance curve, but at most what makes one incident in ten a core",
    )
    min_samples: int | None = integer(
        None,
        unit="incidents",
        at_least=2,
        at_most=100_000,
        doc="Incidents within eps, itself included, that make an incident the core of a hotspot.",
        automatic="the larger of 5 and 1 % of the incidents, at most 50",
    )
