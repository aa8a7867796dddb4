"""The log: one JSON object a line on standard error, without the values that incidents hold."""

from __future__ import annotations

import json
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

_MOST_FRAMES: Final = 20


def warning(event: str, **about: Any) -> None:
    """Write that something was refused."""
    _write("warning", event, about)


def error(event: str, **about: Any) -> None:
    """Write that something failed."""
    _write("error", event, about)


def exception(event: str, error: BaseException, **about: Any) -> None:
    """Write that something failed that nobody expected, and where in the code.

    Frames carry no local variables: those may hold what victims told.
    """
    _write("error", event, {**about, "exception": _told(error)})


def _told(error: BaseException) -> list[dict[str, Any]]:
    """Return the error and what caused it, the innermost last."""
    told: list[dict[str, Any]] = []
    at: BaseException | None = error
    while at is not None and len(told) < _MOST_FRAMES:
        frames = traceback.extract_tb(at.__traceback__)[-_MOST_FRAMES:]
        told.append(
            {
                "type": type(at).__name__,
                "value": str(at),
                "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return told


def _write(level: str, event: str, about: dict[str, Any]) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    line = {"event": event, "level": level, "timestamp": now, **about}
    sys.stderr.write(json.dumps(line, ensure_ascii=False, default=repr) + "\n")
    sys.stderr.flush()
