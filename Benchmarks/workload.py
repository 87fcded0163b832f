"""What a workload is: rows that are measured in turns, and the goals that they are to meet."""

import dataclasses
import typing

from usage import Usage

# What one sample of a row measured, by the names of its workload's figures.
Sample = dict[str, float]


@dataclasses.dataclass
class Goal:
    """A bound on one figure: on its ratio to the row compared with, or on the figure itself."""

    figure: str
    bound: float
    at_most: bool = False
    of_ratio: bool = True

    def is_met(self, median: float, ratio: float | None) -> bool:
        value = ratio if self.of_ratio else median
        return value <= self.bound if self.at_most else value >= self.bound


@dataclasses.dataclass
class Row:
    what: str
    sample: typing.Callable[[], Sample]
    # The row of the same workload, above this one, that its ratios are to.
    to: str | None = None
    # One a figure.
    goals: tuple[Goal, ...] = ()


@dataclasses.dataclass
class Workload:
    title: str
    # The names of the figures, each with how it is printed.
    figures: dict[str, str]
    rounds: int
    rows: list[Row]


# The figures of `rates`.
RATES = {"tasks/s": "{:,.0f}", "CPU a task": "{:.0f} µs", "own CPU a task": "{:.0f} µs"}


def rates(usage: Usage, count: int) -> Sample:
    return {
        "tasks/s": count / usage.wall,
        "CPU a task": usage.cpu / count * 1e6,
        "own CPU a task": usage.own_cpu / count * 1e6,
    }
