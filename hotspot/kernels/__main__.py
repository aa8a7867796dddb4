"""Compile every kernel now, rather than while somebody waits: ``python -m hotspot.kernels``."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from hotspot import kernels


def main() -> None:
    """Import each kernel, which compiles it or finds it compiled."""
    for module in pkgutil.iter_modules(kernels.__path__, f"{kernels.__name__}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


if __name__ == "__main__":
    main()
