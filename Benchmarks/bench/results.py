"""What is measured, in the form that report.py takes."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


def figure(label: str, unit: str, runs: list[float]) -> dict:
    return {"label": label, "unit": unit, "runs": runs, "median": statistics.median(runs) if runs else None}


def ratio(one: dict, other: dict) -> float:
    """Of two figures: the median of the ratios in each round, where they were measured in turn. What a shared machine
    does beside changes from minute to minute, and both of a round had about the same of it."""
    if len(one["runs"]) == len(other["runs"]):
        return statistics.median(a / b for a, b in zip(one["runs"], other["runs"], strict=True))
    return one["median"] / other["median"]


def check(text: str, value: float | None, bound: float, direction: str = "at least", **more: object) -> dict:
    """Whether a goal is met; more: what report.py knows besides."""
    met = None
    if value is not None:
        met = value >= bound if direction == "at least" else value <= bound
    return {"text": text, "value": value, "bound": bound, "direction": direction, "met": met, **more}


@dataclass
class Goal:
    id: str
    name: str
    how: str
    figures: list[dict]
    checks: list[dict] = field(default_factory=list)
    charts: list[dict] = field(default_factory=list)

    def ratio(self, one: int, other: int) -> float:
        """Of two figures."""
        return ratio(self.figures[one], self.figures[other])

    @property
    def as_json(self) -> dict:
        return {"id": self.id, "name": self.name, "how": self.how, "figures": self.figures, "checks": self.checks}
