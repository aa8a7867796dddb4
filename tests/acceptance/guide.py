"""The blocks of docs/gis.md, and what readers do with them: type them, or paste them into a page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "gis.md"
SERVICE = "http://127.0.0.1:8000"
"""The address that the guide says."""

_BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One block of the guide."""

    language: str
    name: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.name or self.language}-{self.line}"


def blocks() -> list[Block]:
    """Every block of the guide, in order."""
    text = GUIDE.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(text)
    ]


def typed(
    words: list[str], text: str, *, service: str, env: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """What a program says to a block, in a folder, with the service's own address in it."""
    path = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    return subprocess.run(
        words,
        input=text.replace(SERVICE, service),
        cwd=folder,
        env={**env, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def pasted(html: str, *, service: str) -> Iterator[str]:
    """The address of a page of another site that holds a block, with the service's own address in it."""
    body = html.replace(SERVICE, service).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # A browser asks for an icon, too.
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
