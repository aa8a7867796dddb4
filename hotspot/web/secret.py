"""The key that signs form tokens: made once, kept beside the store, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from hotspot.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "web-secret"
_BYTES = 32


def of(folder: Path) -> bytes:
    """Return the key kept in a folder; made first when there is none.

    Processes that start together agree: the first to link its file wins.
    """
    path = folder / NAME
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        msg = (
            f"The key of the forms cannot be kept in {folder}: {error.strerror}. "
            "Give this user the right to write there."
        )
        raise StoreError(msg) from None
    if len(key) != _BYTES:
        msg = f"{path} is not a key of {_BYTES} bytes. Delete it; a new one is made at the next start."
        raise StoreError(msg)
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
