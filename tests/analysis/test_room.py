"""The room's own map."""

from __future__ import annotations

import re
from pkgutil import iter_modules

from hotspot import analysis


def test_the_map_of_the_room_names_every_module_once() -> None:
    named = re.findall(r"``(\w+)``", analysis.__doc__ or "")
    assert sorted(named) == sorted(module.name for module in iter_modules(analysis.__path__))
