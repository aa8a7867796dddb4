"""What can go wrong, as one short tree.

Every message gives the rule, the value that broke it and the remedy, in words
an analyst understands. Only the doors (``cli``, ``web``) turn these into exit
codes or HTTP answers.
"""

from __future__ import annotations


class HotspotError(Exception):
    """Something that the user can mend; its text says how."""


class InputError(HotspotError):
    """A file, or a row of it, cannot be used as incidents."""


class LimitError(InputError):
    """The input is larger, slower or deeper than this service accepts."""


class ParameterError(HotspotError):
    """A parameter is unknown or outside its bounds.

    Parameters
    ----------
    parameter
        The name of the parameter as the user wrote it.
    message
        Rule, value and remedy.
    """

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class CRSError(HotspotError):
    """A coordinate reference system does not fit its use."""


class BoundaryError(HotspotError):
    """Boundaries cannot be read, are invalid beyond repair, or do not exist."""


class ThinDataError(HotspotError):
    """Too few incidents for an honest answer.

    Parameters
    ----------
    message
        What was too few, with the number found and the number needed.
    remedies
        What would help, the most useful first.
    """

    def __init__(self, message: str, *, remedies: tuple[str, ...] = ()) -> None:
        super().__init__(" ".join([message, *remedies]))
        self.reason = message
        self.remedies = remedies


class NotFoundError(HotspotError):
    """The thing asked for does not exist."""


class ConflictError(HotspotError):
    """The thing exists already, or is being changed by somebody else."""


class BusyError(HotspotError):
    """As much is being done as the machine bears; the same request will do later."""


class StoreError(HotspotError):
    """The store cannot be read or written; what was in it is unharmed."""
