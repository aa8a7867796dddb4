"""A child with tasks that misbehave in every way a reader of files can."""

from __future__ import annotations

import errno
import os
import sys

from hotspot.errors import InputError, ParameterError, ThinDataError
from hotspot.service import child_main


def _echo(payload, progress):
    progress("Half", 1, 2)
    print("noise of a library")
    return {"said": payload["say"]}


def _refuse(payload, progress):
    raise {
        "input": InputError("Row 3 is no row."),
        "parameter": ParameterError("cell_size", "cell_size is too small."),
        "thin": ThinDataError("Only 4 incidents.", remedies=("Ask for a longer time.",)),
    }[payload["how"]]


def _hoard(payload, progress):
    hoard = [bytearray(64 << 20) for _ in range(10_000)]
    return {"hoarded": len(hoard)}


def _spin(payload, progress):
    while True:
        pass


def _abort(payload, progress):
    os.abort()


def _break(payload, progress):
    return 1 / 0


class PanicException(BaseException):  # what a reader written in Rust raises
    pass


def _panic(payload, progress):
    raise PanicException("index out of bounds: the len is 3 but the index is 7")


def _leave(payload, progress):
    sys.exit(0)


def _fill(payload, progress):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _wait(payload, progress):
    progress("Waiting", os.getpid(), 1)
    while True:
        os.read(os.pipe()[0], 1)


child_main.TASKS.update(
    echo=_echo, refuse=_refuse, hoard=_hoard, spin=_spin, abort=_abort, fail=_break, fill=_fill, wait=_wait,
    panic=_panic, leave=_leave
)  # fmt: skip

if __name__ == "__main__":
    code = child_main.main()
    sys.stderr.flush()
    os._exit(code)
