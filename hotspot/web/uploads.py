"""A file that a client sends, on disk for as long as it is read."""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request

from hotspot.errors import InputError, StoreError
from hotspot.service.intake import shown_name
from hotspot.web.site import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import IO

_SUFFIX = re.compile(r"(\.(?:csv|tsv|txt|xlsx|xls|ods|xlsm|geojson|json|gpkg))?(\.gz)?$", re.IGNORECASE)
_OPTIONS = ("title", "area", "timezone", "date_order")
_CHUNK = 2**20


@dataclass(frozen=True)
class Upload:
    """A file as it came: where it lies now, and what its sender called it."""

    path: Path
    filename: str


@contextmanager
def received() -> Iterator[Upload]:
    """Give the file of this request, from a form or as the body itself; it is removed afterwards."""
    # curl calls any body a form; only a multipart one can hold a file, and parsing the other eats it.
    parted = request.mimetype == "multipart/form-data"
    sent = request.files.get("file") if parted else None
    if sent is not None:
        with _kept(sent.stream, sent.filename or "") as upload:
            yield upload
    elif parted:
        msg = "No file was sent: the form needs one in its field 'file'. Choose a CSV, Excel or GeoJSON file."
        raise InputError(msg)
    else:
        with _kept(request.stream, request.args.get("filename", "")) as upload:
            yield upload


@contextmanager
def _kept(stream: IO[bytes], given: str) -> Iterator[Upload]:
    filename = shown_name(given) if given else ""
    folder = store().settings.work_dir
    # The name on disk is ours; of the sender's only a known suffix is taken.
    suffix = _SUFFIX.search(filename)
    path = folder / f"upload-{secrets.token_hex(8)}{suffix[0].lower() if suffix else ''}"
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                shutil.copyfileobj(stream, file, _CHUNK)
        except OSError as error:
            msg = f"The file could not be kept: {error.strerror}. Make room and send it again."
            raise StoreError(msg) from None
        if path.stat().st_size == 0:
            msg = f"{filename or 'The file'} is empty: 0 bytes came. Choose a file with a header and rows."
            raise InputError(msg)
        yield Upload(path, filename or "upload")
    finally:
        path.unlink(missing_ok=True)


def options(given: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of an import that a form or a query holds; empty ones are left out."""
    chosen: dict[str, Any] = {name: given[name].strip() for name in _OPTIONS if given.get(name, "").strip()}
    if columns:
        chosen["columns"] = dict(columns)
    return chosen
