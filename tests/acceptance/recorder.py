"""A door before the server that writes down what a client really asks."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site

_OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


@dataclass(frozen=True)
class Asked:
    """One request of a client, and what it was answered."""

    method: str
    target: str
    headers: dict[str, str]
    status: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """Each parameter once, decoded."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass
class Recorder:
    """The address a client is given instead of the server's own, and what it asked there."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def items(self) -> list[Asked]:
        """Requests for pages of features."""
        return [each for each in self.asked if each.path.endswith("/items")]

    def of(self, ending: str) -> list[Asked]:
        """Requests whose path ends so."""
        return [each for each in self.asked if each.path.endswith(ending)]


@contextmanager
def recording(site: Site) -> Iterator[Recorder]:
    """Pass on to the site whatever comes in, and write it down.

    The host is passed on as the client sent it, so the links of the answers
    lead through this door too.
    """
    upstream = urlsplit(site.url)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        recorder: ClassVar[Recorder]

        def do_GET(self) -> None:
            inner = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=120)
            try:
                inner.request(self.command, self.path, headers=dict(self.headers))
                reply = inner.getresponse()
                body = reply.read()
            finally:
                inner.close()
            self.recorder.asked.append(Asked(self.command, self.path, dict(self.headers), reply.status))
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in _OF_ONE_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_OPTIONS(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as door:
        door.daemon_threads = True
        Door.recorder = Recorder(f"http://127.0.0.1:{door.server_address[1]}")
        thread = threading.Thread(target=door.serve_forever, daemon=True)
        thread.start()
        try:
            yield Door.recorder
        finally:
            door.shutdown()
            thread.join()
