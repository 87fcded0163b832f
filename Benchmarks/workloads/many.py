"""Many workers on one queue: what they cost while they wait, and when a task comes."""

import contextlib
import pathlib
import statistics
import time

from bench import Bench
from usage import exact_cpu
from workload import Goal, Row, Sample, Workload

from .waiting import new_file, server_commands

MANY, FEW = 100, 4


def idle_many(bench: Bench) -> Workload:
    """Workers that nobody gives a task. Commands are those that the server runs, in scripts too."""
    seconds = 20

    def sample(count: int) -> Sample:
        bench.clear()
        with workers(bench, count, "true") as running:
            before = use(bench, running)
            time.sleep(seconds)
            after = use(bench, running)
        return {name: (after[name] - before[name]) / seconds for name in before}

    few, many = f"{FEW} workers", f"{MANY} workers"
    return Workload(
        f"idle workers on one queue, {seconds} s",
        {
            "server CPU": "{:.1f} ms/s",
            "server commands": "{:,.1f}/s",
            "workers' CPU": "{:.1f} ms/s",
        },
        1,
        [Row(few, lambda: sample(FEW)), Row(many, lambda: sample(MANY), few)],
    )


def stampede(bench: Bench) -> Workload:
    """Tasks that come one by one at an even rate, to workers that wait for them.

    A C program sends them over one connection, a LPUSH each. The wait is from just before that to the
    start of the command, which says so itself; results are stored.
    """
    rate, seconds = 500, 10
    tasks = rate * seconds

    def sample(count: int) -> Sample:
        bench.clear()
        stamps = new_file(bench)
        bench.run(bench.tq("tq-send", bench.redis_url, "noop", "-"), tasks)
        bench.ask_redis("RENAME", "celery", "store")
        with workers(bench, count, *bench.stamp, str(stamps), "{1}") as running:
            before = use(bench, running)
            bench.run([*bench.trickle, str(bench.port), "store", "celery", str(tasks), str(rate)])
            sent = [int(line) for line in bench.output.read_text().split()]
            started = wait_for_stamps(bench, stamps, tasks)
            after = use(bench, running)
        waits = [(started[number + 1] - time) / 1e6 for number, time in enumerate(sent)]
        return {
            **{name: (after[name] - before[name]) / tasks for name in before},
            "p50": statistics.median(waits),
            "p99": statistics.quantiles(waits, n=100)[98],
        }

    few, many = f"{FEW} workers", f"{MANY} workers"
    goals = (
        Goal("server CPU", 1.5, at_most=True),
        Goal("p50", 2, at_most=True, of_ratio=False),
    )
    return Workload(
        f"{rate} tasks/s, one by one, to waiting workers",
        {
            "server CPU": "{:.3f} ms a task",
            "server commands": "{:,.1f} a task",
            "workers' CPU": "{:.3f} ms a task",
            "p50": "{:.2f} ms",
            "p99": "{:.2f} ms",
        },
        1,
        [Row(few, lambda: sample(FEW)), Row(many, lambda: sample(MANY), few, goals)],
    )


@contextlib.contextmanager
def workers(bench: Bench, count: int, *command: str):
    """So many workers for the queue celery, which wait; their processes."""
    worker = bench.tq("tq-work", bench.redis_url, "-q", "-c", "1", "--", *command)
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(bench.running(worker)).pid for _ in range(count)]
        bench.wait_for(
            lambda: int(bench.ask_redis("ZCARD", "tq:workers")) == count,
            f"{count} workers did not begin",
            seconds=30,
        )
        time.sleep(2)  # they have looked at the queue, and wait
        yield processes


def use(bench: Bench, processes: list[int]) -> dict[str, float]:
    """What server and workers have used up to now: CPU in milliseconds, and commands."""
    return {
        "server CPU": bench.server_cpu() * 1e3,
        "server commands": server_commands(bench),
        "workers' CPU": sum(exact_cpu(process) for process in processes) * 1e3,
    }


def wait_for_stamps(bench: Bench, file: pathlib.Path, count: int) -> dict[int, int]:
    """When each task was started, by its number, once all were."""
    bench.wait_for(
        lambda: file.read_bytes().count(b"\n") == count, "not all tasks were started", seconds=60
    )
    stamps = (line.split() for line in file.read_text().splitlines())
    return {int(number): int(time) for time, number in stamps}
