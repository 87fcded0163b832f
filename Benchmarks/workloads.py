"""What is measured: a function a workload, listed in `ALL`. A new row is a line in one of them."""

import dataclasses
import re
import shutil
import subprocess
import typing

from bench import Bench, Usage

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
    goal: Goal | None = None


@dataclasses.dataclass
class Workload:
    title: str
    # The names of the figures, each with how it is printed.
    figures: dict[str, str]
    rounds: int
    rows: list[Row]


def one_task(bench: Bench) -> Workload:
    """The programs are started one after the other, as a script does."""
    runs = 20

    def sample(command: list[str]) -> Sample:
        usages = [bench.run(command) for _ in range(runs)]
        return {
            "CPU": sum(usage.cpu for usage in usages) / runs * 1e3,
            "wall": sum(usage.wall for usage in usages) / runs * 1e3,
        }

    figures = {"CPU": "{:.2f} ms", "wall": "{:.2f} ms"}
    goal = Goal("CPU", 0.7, at_most=True)
    return Workload("one task", figures, 15, one_task_rows(bench, sample, goal))


def instructions(bench: Bench) -> Workload:
    """One task again: instructions do not depend on what else the machine does."""

    def sample(command: list[str]) -> Sample:
        callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        outcome = subprocess.run(callgrind + command, capture_output=True, text=True)
        count = re.search(r"Collected : (\d+)", outcome.stderr)
        if outcome.returncode != 0 or count is None:
            raise SystemExit(f"run: {' '.join(command)[:200]}: {outcome.stderr}")
        return {"instructions": int(count[1]) / 1e6}

    rows = one_task_rows(bench, sample) if shutil.which("valgrind") else []
    return Workload("one task", {"instructions": "{:.2f} M"}, 1, rows)


def one_task_rows(
    bench: Bench,
    sample: typing.Callable[[list[str]], Sample],
    goal: Goal | None = None,
) -> list[Row]:
    bench.clear()
    task = ["noop", ":1", ":2"]
    redis = bench.tq("tq-send", bench.redis_url, *task)
    sqlite = bench.tq("tq-send", bench.sqlite_url, *task)
    peer = bench.redis("redis-cli", "LPUSH", "list", payload(bench))
    return [
        Row("redis-cli LPUSH", lambda: sample(peer)),
        Row("empty Swift program", lambda: sample(bench.empty), "redis-cli LPUSH"),
        Row("tq-send, Redis", lambda: sample(redis), "redis-cli LPUSH", goal),
        Row("tq-send, SQLite", lambda: sample(sqlite), "redis-cli LPUSH", goal),
    ]


def bulk(bench: Bench) -> Workload:
    """Many tasks from one program: `seq N | tq-send noop -`, their ids printed into a file."""
    count = 200_000
    benchmark = bench.redis("redis-benchmark", "-q", "-n", str(count), "-P", "100")
    push = ["LPUSH", "list", payload(bench)]

    def sample(command: list[str], numbers: int = 0) -> Sample:
        bench.clear()
        usage = bench.run(command, numbers)
        if numbers and bench.output_lines() != count:
            raise SystemExit(f"run: {' '.join(command)} printed {bench.output_lines()} ids")
        return rates(usage, count)

    def send(url: str) -> Sample:
        return sample(bench.tq("tq-send", url, "noop", "-"), numbers=count)

    name = "redis-benchmark -P 100"
    return Workload(
        "bulk sending",
        {"tasks/s": "{:,.0f}", "CPU a task": "{:.2f} µs"},
        7,
        [
            Row(name, lambda: sample([*benchmark, *push])),
            Row("… on one connection", lambda: sample([*benchmark, "-c", "1", *push]), name),
            Row("tq-send -, Redis", lambda: send(bench.redis_url), name, Goal("tasks/s", 0.8)),
            Row(
                "tq-send -, SQLite",
                lambda: send(bench.sqlite_url),
                goal=Goal("tasks/s", 50_000, of_ratio=False),
            ),
        ],
    )


def drain(bench: Bench) -> Workload:
    """Tasks that do nothing, their results stored. Each is a process, as with xargs."""
    count = 2000

    def xargs() -> Sample:
        command = ["xargs", "-n", "1", "-P", str(bench.cores), "true"]
        return rates(bench.run(command, count), count)

    def work(url: str) -> Sample:
        bench.clear()
        bench.run(bench.tq("tq-send", url, "noop", "-"), count)
        return rates(bench.run(bench.tq("tq-work", url, "--burst", "-q", "--", "true")), count)

    return Workload(
        "draining no-op tasks",
        {"tasks/s": "{:,.0f}", "CPU a task": "{:.0f} µs"},
        3,
        [
            Row("xargs true", xargs),
            Row("tq-work -- true, Redis", lambda: work(bench.redis_url), "xargs true"),
            Row("tq-work -- true, SQLite", lambda: work(bench.sqlite_url), "xargs true"),
        ],
    )


def round_trip(bench: Bench) -> Workload:
    """From the start of `tq-send --wait` to its end, a worker having run `true` in between."""
    runs = 20

    def sample(url: str) -> Sample:
        bench.clear()
        command = bench.tq("tq-send", url, "--wait", "noop")
        with bench.running(bench.tq("tq-work", url, "-q", "--", "true")):
            bench.run(command)  # the worker is there when this returns
            usages = [bench.run(command) for _ in range(runs)]
        return {"wall": sum(usage.wall for usage in usages) / runs * 1e3}

    return Workload(
        "from sending to the result",
        {"wall": "{:.2f} ms"},
        3,
        [
            Row("tq-send --wait, Redis", lambda: sample(bench.redis_url)),
            Row("tq-send --wait, SQLite", lambda: sample(bench.sqlite_url)),
        ],
    )


def payload(bench: Bench) -> str:
    """What tq-send puts into Redis for one task, to give others the same to carry."""
    bench.clear()
    bench.run(bench.tq("tq-send", bench.redis_url, "noop", ":100000"))
    return bench.ask_redis("LINDEX", "celery", "0")


def rates(usage: Usage, count: int) -> Sample:
    return {"tasks/s": count / usage.wall, "CPU a task": usage.cpu / count * 1e6}


ALL = [one_task, instructions, bulk, drain, round_trip]
