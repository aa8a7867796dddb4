"""What a filter says, as a small typed tree: names are checked, types agree, and little is left to do.

Whoever evaluates a tree meets the nodes below and no others. What CQL2 (OGC
21-065r2) says in many ways is said here in one:

- ``BETWEEN`` is an `And` of two `Compare`, ``NOT LIKE`` a `Not` of a `Like`, a property of
  truth values by itself is a `Compare` with true;
- all fifteen ``T_`` functions, and comparisons of times, are `Compare` of `Moment` and `Literal`
  under `And`, `Or` and `Not`; an open end of an interval is the first or last moment there is;
- ``BBOX`` and ``ENVELOPE`` are polygons, every shape is in CRS84, and of two operands of a
  spatial function the first is the features' geometry.

A comparison with a missing value is unknown, as in SQL; what is unknown is not found,
and ``NOT`` of it is unknown too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from typing import Literal as OneOf

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Kind = OneOf["number", "text", "boolean", "time", "geometry"]

GEOMETRY: Final = "geometry"
"""The name of the property that holds the features' geometry."""
FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Property:
    """A property of the features; one of the kind ``time`` or ``geometry`` stands only in `IsNull`."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Moment:
    """The first or the last moment of a property that tells a time (a day has both)."""

    name: str
    last: bool = False


@dataclass(frozen=True)
class Literal:
    """A value: a finite float, a text, a truth value, or a moment in UTC."""

    value: float | str | bool | datetime


@dataclass(frozen=True)
class Folded:
    """A text without differences of case (``CASEI``), of accents (``ACCENTI``), or of both.

    Its value is that of `hotspot.ogc.cql_text.folded`, whoever evaluates it. Literals are
    folded already.
    """

    value: Property
    case: bool
    accents: bool


@dataclass(frozen=True)
class Sum:
    """Arithmetic: ``+ - * / % div ^``. Without a finite result (1 / 0) it is missing."""

    op: OneOf["+", "-", "*", "/", "%", "div", "^"]
    left: Operand
    right: Operand


Operand = Property | Moment | Literal | Folded | Sum


@dataclass(frozen=True)
class Constant:
    """True or false for every feature."""

    value: bool


@dataclass(frozen=True)
class And:
    """Whether all parts are true; there are two or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Whether any part is true; there are two or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Whether the part is false."""

    part: Node


@dataclass(frozen=True)
class Compare:
    """A comparison of two operands of one kind; texts go by their code points."""

    op: OneOf["=", "<>", "<", "<=", ">", ">="]
    left: Operand
    right: Operand


@dataclass(frozen=True)
class In:
    """Whether an operand equals one of some literals of its kind."""

    value: Operand
    options: tuple[Literal, ...]


@dataclass(frozen=True)
class Like:
    r"""Whether a text matches a pattern.

    ``%`` stands for any characters, ``_`` for one, ``\`` takes the next as it is; case counts.
    """

    value: Property | Folded
    pattern: str


@dataclass(frozen=True)
class IsNull:
    """Whether an operand is missing; never unknown."""

    value: Operand


@dataclass(frozen=True)
class Spatial:
    """How the features' geometry lies to a shape in CRS84 (as a planar shape, in degrees)."""

    op: OneOf["intersects", "disjoint", "equals", "touches", "within", "overlaps", "crosses", "contains"]
    shape: BaseGeometry


Node = Constant | And | Or | Not | Compare | In | Like | IsNull | Spatial
