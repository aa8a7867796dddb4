"""The environment, read once into one frozen ``Settings``.

Each setting is an environment variable with the prefix ``HOTSPOT_``, such as
``HOTSPOT_DATA_DIR``; a value that cannot be meant is refused at start.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hotspot.errors import ParameterError
from hotspot.words import quoted

PREFIX: Final = "HOTSPOT_"
_HERE: Final = Path("hotspot-data")
_ADDRESS: Final = re.compile(r"https?://[^/\s]+[^?#\s]*")


@dataclass(frozen=True)
class Setting:
    """What is known of one setting: its meaning, and how its text is read."""

    description: str
    takes: str
    """What can be meant, in words."""
    read: Callable[[Any], Any]
    """Gives the value, or raises ValueError."""


def _setting(default: Any, takes: str, read: Callable[[Any], Any], *, description: str) -> Any:
    return dataclasses.field(default=default, metadata={PREFIX: Setting(description, takes, read)})


def _whole(default: int, *, at_least: int, at_most: int | None = None, description: str) -> Any:
    """Return a field for a whole number."""

    def read(value: Any) -> int:
        number = int(value)
        if number < at_least or (at_most is not None and number > at_most) or number != float(value):
            raise ValueError
        return number

    takes = f"a whole number, at least {at_least}"
    if at_most is not None:
        takes = f"a whole number from {at_least} to {at_most}"
    return _setting(default, takes, read, description=description)


def _seconds(value: Any) -> float:
    seconds = float(value)
    if not 0 < seconds <= 3600:
        raise ValueError
    return seconds


def _words(value: Any) -> str:
    if not str(value).strip():
        raise ValueError
    return str(value)


def _link(value: Any) -> str | None:
    if value is None:
        return None
    if not _ADDRESS.fullmatch(value):
        raise ValueError
    return str(value)


def _names(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the administrator chose; everything has a default that works on one machine."""

    data_dir: Path = _setting(  # noqa: RUF009 - a field, as the others
        _HERE,
        "the path of a folder",
        lambda value: Path(_words(value)),
        description="Folder of the store; made when it is not there.",
    )
    host: str = _setting("127.0.0.1", "an address", _words, description="Address the server listens on.")
    port: int = _whole(
        8000, at_least=0, at_most=65535, description="Port the server listens on; 0 takes a free one."
    )
    base_url: str | None = _setting(
        None,
        "an address that begins with http:// or https://",
        _link,
        description="Address that links are built from.",
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (),
        "names with commas between them",
        _names,
        description="Host names that requests may ask for, with commas between; empty: this machine's.",
    )
    max_upload_mb: int = _whole(
        64, at_least=1, at_most=4096, description="Largest file that may be uploaded, MB."
    )
    max_rows: int = _whole(20_000_000, at_least=1, description="Most rows that one file may hold.")
    parse_memory_mb: int = _whole(
        4096,
        at_least=512,
        at_most=16_777_216,
        description="Most address space for a process that reads a file or makes a layer, MB.",
    )
    parse_seconds: int = _whole(
        120, at_least=1, at_most=86_400, description="Most processor time for such a process, s."
    )
    busy_seconds: float = _setting(
        30.0,
        "a number above 0, at most 3600",
        _seconds,
        description="How long a writer waits for another writer to end, s.",
    )

    def __post_init__(self) -> None:
        for name, known in self.known().items():
            given = getattr(self, name)
            try:
                object.__setattr__(self, name, known.read(given))
            except (TypeError, ValueError, OverflowError, AttributeError):
                msg = (
                    f"The setting {PREFIX}{name.upper()} cannot be used: it takes {known.takes}; "
                    f"got {quoted(given)}. Change the environment variable or remove it."
                )
                raise ParameterError(name, msg) from None

    @classmethod
    def known(cls) -> dict[str, Setting]:
        """Return what is known of each setting, in order."""
        return {field.name: field.metadata[PREFIX] for field in dataclasses.fields(cls)}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Return the default of each setting, in order."""
        return {field.name: field.default for field in dataclasses.fields(cls)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values by name, ready for JSON; ``Settings(**values)`` takes them back."""
        return {**dataclasses.asdict(self), "data_dir": str(self.data_dir)}

    @property
    def database(self) -> Path:
        """Path of the SQLite file."""
        return self.data_dir / "hotspot.sqlite"

    @property
    def work_dir(self) -> Path:
        """Folder for files that live only while something is being done."""
        return self.data_dir / "work"

    @property
    def url(self) -> str:
        """Address that links are built from, without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(**given: Any) -> Settings:
    """Return the settings of the environment, with the given ones in their place.

    Raises
    ------
    ParameterError
        When a value cannot be used; the text names the variable and its rule.

    >>> read_settings(port=8080).url
    'http://127.0.0.1:8080'
    """
    named = {name: os.environ.get(f"{PREFIX}{name.upper()}") for name in Settings.known()}
    values = {**named, **{name: value for name, value in given.items() if value is not None}}
    return Settings(**{name: value for name, value in values.items() if value is not None})
