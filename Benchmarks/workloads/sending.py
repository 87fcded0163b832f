"""Putting tasks on a queue."""

import re
import shutil
import subprocess
import typing

from bench import Bench
from workload import Goal, Row, Sample, Workload, rates

# The figures of `run_often`.
OF_ONE_TASK = {"CPU": "{:.2f} ms", "wall": "{:.2f} ms"}


def one_task(bench: Bench) -> Workload:
    """The programs are started one after the other, as a script does."""
    goal = Goal("CPU", 0.7, at_most=True)
    rows = one_task_rows(bench, lambda command: run_often(bench, command), goal)
    return Workload("one task", OF_ONE_TASK, 15, rows)


def run_often(bench: Bench, command: list[str]) -> Sample:
    runs = 20
    usages = [bench.run(command) for _ in range(runs)]
    return {
        "CPU": sum(usage.cpu for usage in usages) / runs * 1e3,
        "wall": sum(usage.wall for usage in usages) / runs * 1e3,
    }


def instructions(bench: Bench) -> Workload:
    """One task again: instructions do not depend on what else the machine does."""

    rows = one_task_rows(bench, count_instructions) if shutil.which("valgrind") else []
    return Workload("one task", {"instructions": "{:.2f} M"}, 1, rows)


def count_instructions(command: list[str]) -> Sample:
    callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    program = shutil.which(command[0])
    # Debian's valgrind stumbles over what debuggers are told of a Swift program.
    subprocess.check_call(["strip", "-o", "stripped", program])
    command = [*callgrind, "./stripped", *command[1:]]
    outcome = subprocess.run(command, capture_output=True, text=True)
    count = re.search(r"Collected : (\d+)", outcome.stderr)
    if outcome.returncode != 0 or count is None:
        raise SystemExit(f"run: {' '.join(command)[:200]}: {outcome.stderr}")
    return {"instructions": int(count[1]) / 1e6}


def one_task_rows(
    bench: Bench,
    sample: typing.Callable[[list[str]], Sample],
    *goals: Goal,
) -> list[Row]:
    bench.clear()
    task = ["noop", ":1", ":2"]
    redis = bench.tq("tq-send", bench.redis_url, *task)
    sqlite = bench.tq("tq-send", bench.sqlite_url, *task)
    peer = bench.redis("redis-cli", "LPUSH", "list", payload(bench))
    return [
        Row("redis-cli LPUSH", lambda: sample(peer)),
        Row("empty Swift program", lambda: sample(bench.empty), "redis-cli LPUSH"),
        Row("tq-send, Redis", lambda: sample(redis), "redis-cli LPUSH", goals),
        Row("tq-send, SQLite", lambda: sample(sqlite), "redis-cli LPUSH", goals),
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
            Row("tq-send -, Redis", lambda: send(bench.redis_url), name, (Goal("tasks/s", 0.8),)),
            Row(
                "tq-send -, SQLite",
                lambda: send(bench.sqlite_url),
                goals=(Goal("tasks/s", 50_000, of_ratio=False),),
            ),
        ],
    )


def payload(bench: Bench) -> str:
    """What tq-send puts into Redis for one task, to give others the same to carry."""
    bench.clear()
    bench.run(bench.tq("tq-send", bench.redis_url, "noop", ":100000"))
    return bench.ask_redis("LINDEX", "celery", "0")
