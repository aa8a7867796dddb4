"""The decision log: every choice that was made for the analyst, with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class DecisionLog:
    """Choices and warnings in the order they were made.

    >>> log = DecisionLog()
    >>> log.decide("cell size", "250 m", "chosen by the analyst")
    >>> log.decisions
    [{'what': 'cell size', 'value': '250 m', 'why': 'chosen by the analyst'}]
    """

    decisions: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def decide(self, what: str, value: str, why: str) -> None:
        """Note a choice: what was chosen, the value with its unit, and why."""
        self.decisions.append({"what": what, "value": value, "why": why})

    def warn(self, sentence: str) -> None:
        """Note what a reader must know before relying on the layer; said once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)
