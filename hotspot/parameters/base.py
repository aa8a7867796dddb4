"""What a parameter is: its kind, unit, default, bounds and meaning, and the check of a value against them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from hotspot.errors import ParameterError
from hotspot.words import quoted

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
            return f"{'any' if self.kind == 'words' else 'one'} of {', '.join(self.options)}"
        if self.kind == "words":
            return "words with commas between them"
        if self.kind == "day":
            return "a day such as 2026-01-31"
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


def words(
    default: tuple[str, ...] = (), *, doc: str, options: tuple[str, ...] = (), automatic: str = ""
) -> Any:
    """Return a field for several words, of the options if there are any; none at all is an answer too."""
    spec = Spec("words", doc, options=options, automatic=automatic)
    return dataclasses.field(default=default, metadata={_SPEC: spec})


def day(default: date | None = None, *, doc: str, automatic: str = "") -> Any:
    """Return a field for a local day; ``None`` as default means automatic."""
    return dataclasses.field(default=default, metadata={_SPEC: Spec("day", doc, automatic=automatic)})


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
                msg = f"{quoted(name)} is not a parameter of this method. It has: {', '.join(known)}."
                raise ParameterError(name, msg)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values by name, in order, ready for JSON."""
        return {name: _plain(getattr(self, name)) for name in self.specs()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _checked(name: str, value: Any, spec: Spec) -> Any:
    if spec.kind == "words":
        return _words(name, value, spec)
    if value is None or (isinstance(value, str) and value.strip().lower() in {"", "auto"}):
        if spec.automatic:
            return None
        msg = f"{name} needs a value: {spec.bounds}. {spec.doc}".rstrip()
        raise ParameterError(name, msg)
    if spec.kind == "choice":
        if value not in spec.options:
            msg = f"{name} must be {spec.bounds}; got {quoted(value)}."
            raise ParameterError(name, msg)
        return value
    if spec.kind == "day":
        return _day(name, value, spec)
    return _number(name, value, spec)


def _words(name: str, value: Any, spec: Spec) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else (value or ())
    if not isinstance(given, list | tuple):
        msg = f"{name} takes {spec.bounds}; got {quoted(value)}."
        raise ParameterError(name, msg)
    found = tuple(dict.fromkeys(word for word in (" ".join(str(each).split()) for each in given) if word))
    unknown = [word for word in found if spec.options and word not in spec.options]
    if unknown:
        msg = f"{name} takes {spec.bounds}; got {quoted(unknown[0])}."
        raise ParameterError(name, msg)
    return found


def _day(name: str, value: Any, spec: Spec) -> date:
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        msg = f"{name} must be {spec.bounds}; got {quoted(value)}."
        raise ParameterError(name, msg) from None


def _number(name: str, value: Any, spec: Spec) -> float | int:
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):
        result = math.nan
    whole = spec.kind == "integer"
    if isinstance(value, bool) or not math.isfinite(result) or (whole and result != int(result)):
        msg = f"{name} must be a {'whole ' if whole else ''}number, {spec.bounds}; got {quoted(value)}."
        raise ParameterError(name, msg)
    low, high = spec.at_least, spec.at_most
    if (low is not None and result < low) or (high is not None and result > high):
        msg = f"{name} must be {spec.bounds}; got {quoted(value)}."
        raise ParameterError(name, msg)
    return int(result) if whole else result
