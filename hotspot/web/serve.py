"""The server: waitress, on loopback only."""

from __future__ import annotations

import gc
import ipaddress
import logging
import resource
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from hotspot.errors import ConflictError, ParameterError

if TYPE_CHECKING:
    from flask import Flask
    from waitress.channel import HTTPChannel
    from waitress.server import BaseWSGIServer
    from waitress.task import WSGITask

    from hotspot.service.settings import Settings

CONNECTION_LIMIT = 2000
"""Open connections at once: slow clients wait in these, not in a thread."""
CHANNEL_TIMEOUT = 20
"""Seconds of silence after which a connection is closed."""
SLOWEST = 5_000
"""Bytes a second that a request must bring after its first ``CHANNEL_TIMEOUT`` seconds."""
LONGEST_HEAD = 64 * 1024
UNDIVIDED = 256 * 1024
"""Bytes of an answer that is put behind its head; copying more would take longer than it saves."""
THREADS = 8


def loopback(host: str) -> str:
    """Return the host if it is this machine only, or refuse it.

    >>> loopback("127.0.0.1")
    '127.0.0.1'
    """
    try:
        inside = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        inside = False
    if not inside:
        msg = (
            f"This version has no sign-in yet, so it listens on this machine only; got host {host!r}. "
            "Use 127.0.0.1 and reach it from elsewhere through an SSH tunnel."
        )
        raise ParameterError("host", msg)
    return host


def make_server(app: Flask, *, host: str, port: int) -> BaseWSGIServer:
    """Return a waitress server bound to its address, ready to ``run()``; port 0 takes a free one."""
    from waitress.server import create_server

    _allow_files(2 * CONNECTION_LIMIT)
    # It would tell of every request that waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Somewhat more than the app takes: its own refusal is the one that explains itself.
    room = 2 * ((app.config["MAX_CONTENT_LENGTH"] or 0) + 2**20)
    server = create_server(
        app,
        sockets=[_listening(loopback(host), port)],
        threads=THREADS,
        connection_limit=CONNECTION_LIMIT,
        channel_timeout=CHANNEL_TIMEOUT,
        max_request_body_size=room,
        max_request_header_size=LONGEST_HEAD,
        # select() ends at 1,024 connections.
        asyncore_use_poll=True,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = impatient_channel()
    return server


def impatient_channel() -> type[HTTPChannel]:
    """Return the class of connections that are closed when a request does not come on, or an answer not go.

    Waitress ends a connection that is silent; one that sends a byte every few
    seconds it would hold for ever, and connections are counted. For one that does not read
    a large answer a thread would wait for ever, and eight of those would end the service.
    """
    from waitress.channel import HTTPChannel

    class Channel(HTTPChannel):  # type: ignore[misc]
        task_class = undivided_task()
        begun = 0.0
        came = 0

        def received(self, data: bytes) -> bool:
            now = time.monotonic()
            if self.request is None:
                self.begun, self.came = now, 0
            self.came += len(data)
            if now - self.begun > CHANNEL_TIMEOUT + self.came / SLOWEST:
                self.will_close = True
                return False
            taken: bool = super().received(data)
            return taken

        def _flush_outbufs_below_high_watermark(self) -> None:
            with self.outbuf_lock:
                while self.connected and (left := self.total_outbufs_len) > self.adj.outbuf_high_watermark:
                    self.server.pull_trigger()
                    told = self.outbuf_lock.wait(CHANNEL_TIMEOUT)
                    if not told and left - self.total_outbufs_len < CHANNEL_TIMEOUT * SLOWEST:
                        # A poll never tells of one who does not read; of a broken connection it does.
                        self.will_close = True
                        with suppress(OSError):
                            self.socket.shutdown(socket.SHUT_RDWR)

    return Channel


def undivided_task() -> type[WSGITask]:
    """Return the class of tasks that send a small answer in one piece.

    Waitress sends the head by itself. Two calls of the system for each answer, between
    which threads wait for each other, took a fifth of the time of one feature.
    """
    from waitress.task import WSGITask

    class Task(WSGITask):  # type: ignore[misc]
        wrote_header = False

        def write(self, data: bytes) -> None:
            whole = self.complete and not self.wrote_header and 0 < len(data) <= UNDIVIDED
            if whole and self.content_length == len(data):
                head = self.build_response_header()
                self.wrote_header = True
                if not self.has_body or self.chunked_response:
                    self.channel.write_soon(head)
                else:
                    self.content_bytes_written += len(data)
                    self.channel.write_soon(head + data)
                    return
            super().write(data)

    return Task


def serve(settings: Settings) -> None:
    """Serve the store of these settings until interrupted; says where on standard error."""
    # What is made here stays: looking for garbage in it takes a tenth of the start.
    gc.disable()
    from hotspot.web import create_app, warm

    loopback(settings.host)
    app = create_app(settings)
    server = make_server(app, host=settings.host, port=settings.port)
    gc.freeze()
    # An answer leaves little garbage, and looking for it takes one in thirty of its time.
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    print(
        f"Hotspot listens on http://{settings.host}:{server.effective_port} (Ctrl+C ends it)", file=sys.stderr
    )
    warm.behind(app, url=f"http://{settings.host}:{server.effective_port}")
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        msg = f"Port {port} of {host} cannot be opened: {error.strerror}. Choose another with --port."
        raise ConflictError(msg) from None
    return listener


def _allow_files(wanted: int) -> None:
    """Ask for so many open files, or as many as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
