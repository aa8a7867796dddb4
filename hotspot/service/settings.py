"""The environment, read once into one frozen ``Settings``.

Each setting is an environment variable with the prefix ``HOTSPOT_``, such as
``HOTSPOT_DATA_DIR``; a value that cannot be meant is refused at start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hotspot.errors import ParameterError

PREFIX = "HOTSPOT_"


class Settings(BaseSettings):
    """What the administrator chose; everything has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        Path("hotspot-data"), description="Folder of the store; made when it is not there."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 takes a free one.")
    base_url: str | None = Field(
        None, pattern=r"^https?://[^/\s]+[^?#\s]*$", description="Address that links are built from."
    )
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names that requests may ask for, with commas between; empty: this machine's."
    )
    max_upload_mb: int = Field(64, ge=1, le=4096, description="Largest file that may be uploaded, MB.")
    max_rows: int = Field(2_000_000, ge=1, description="Most rows that one file may hold.")
    parse_memory_mb: int = Field(
        4096, ge=512, description="Most address space for a process that reads a file or makes a layer, MB."
    )
    parse_seconds: int = Field(120, ge=1, le=86_400, description="Most processor time for such a process, s.")
    busy_seconds: float = Field(
        30.0, gt=0, le=3600, description="How long a writer waits for another writer to end, s."
    )

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

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
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        msg = (
            f"The setting {PREFIX}{name.upper()} cannot be used: {first['msg'].lower()}; "
            f"got {first.get('input')!r}. Change the environment variable or remove it."
        )
        raise ParameterError(name, msg) from None
