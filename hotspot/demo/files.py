"""The demonstration files that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hotspot.errors import NotFoundError

FILES: Final = {
    "belize": "belize-synthetic-incidents.csv.gz",
    "west-yorkshire": "west-yorkshire-2018-07-street.csv.gz",
    "west-yorkshire-julys": "west-yorkshire-july-burglary-robbery.csv.gz",
}
"""Name -> file: a synthetic Belize; and real, openly licensed street crime of one July, and of two
offences in three of them."""


def demo_file(name: str) -> Path:
    """Return the path of a demonstration file: ``belize`` (synthetic), or the real ``west-yorkshire``.

    ``west-yorkshire-julys`` has the burglaries and robberies of July 2016, 2017 and 2018.

    >>> demo_file("belize").name
    'belize-synthetic-incidents.csv.gz'

    Raises
    ------
    NotFoundError
        There is no such file; the text lists the known names.
    """
    if name not in FILES:
        msg = f"There is no demonstration file {name!r}. There are: {', '.join(FILES)}."
        raise NotFoundError(msg)
    return Path(__file__).parent / "data" / FILES[name]
