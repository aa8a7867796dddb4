"""Compile every kernel now, rather than while somebody waits: ``python -m hotspot.kernels``."""

from __future__ import annotations

import pkgutil
import shutil
from importlib import import_module

from hotspot import kernels
from hotspot.kernels.compiled import PREFIX, ROOM, folder


def main() -> None:
    """Import each kernel, which compiles it or finds it compiled; remove the code of earlier states."""
    names = [module.name for module in pkgutil.iter_modules(kernels.__path__) if module.name != "__main__"]
    for name in names:
        import_module(f"{kernels.__name__}.{name}")
    here = {folder(ROOM / f"{name}.py") for name in names}
    for old in {path.parent for path in here}.pop().glob(f"{PREFIX}*"):
        if old not in here:
            shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    main()
