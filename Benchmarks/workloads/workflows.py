"""Workflows of tasks that do nothing, beside as many tasks without one: what a step costs."""

import pathlib

from bench import Bench
from workload import Goal, Row, Sample, Workload

NOTHING = pathlib.Path("/dev/null")
TITLE = "{:,} tasks that do nothing, in a workflow and without one"


def chord(bench: Bench) -> Workload:
    """A chord's header, from the worker's start to its end; its body is one task more."""
    count = 10_000
    plain = "tasks alone"
    return Workload(
        TITLE.format(count),
        {"tasks/s": "{:,.0f}", "CPU a task": "{:.1f} µs"},
        3,
        [
            Row(plain, lambda: sample(bench, count, "noop", "-")),
            Row("a group", lambda: sample(bench, count, "--group", "noop", "-"), plain),
            Row(
                "a chord",
                lambda: sample(bench, count, "--group", "noop", "-", "--next", "noop", "x"),
                plain,
                (Goal("CPU a task", 1.3, at_most=True),),
            ),
        ],
    )


def chain(bench: Bench) -> Workload:
    """Steps one after the other: each is sent when the one before has ended."""
    count = 1000
    steps = [word for _ in range(count - 1) for word in ("--next", "noop", "x")]
    plain = "tasks alone, one slot"
    return Workload(
        TITLE.format(count),
        {"tasks/s": "{:,.0f}", "CPU a task": "{:.1f} µs"},
        3,
        [
            Row(plain, lambda: sample(bench, count, "noop", "-")),
            Row(
                "a chain",
                lambda: sample(bench, count, "noop", "x", *steps, lines=False),
                plain,
                (Goal("CPU a task", 1.3, at_most=True),),
            ),
        ],
    )


def sample(bench: Bench, count: int, *arguments: str, lines: bool = True) -> Sample:
    """Sends them, and has a worker run them; what the worker and the server spend."""
    source = bench.folder / "numbers"
    source.write_text("\n".join(f'"{number}"' for number in range(count)) + "\n")
    bench.clear()
    bench.run(bench.tq("tq-send", bench.redis_url, *arguments), source=source if lines else NOTHING)
    before = bench.server_cpu()
    usage = bench.run([*bench.noop_worker, "--burst", "-c", str(bench.cores)])
    cpu = usage.cpu + bench.server_cpu() - before
    stored = int(bench.ask_redis("EVAL", "return #redis.call('KEYS', 'celery-task-meta-*')", "0"))
    if stored < count:
        raise SystemExit(f"run: {' '.join(arguments[:4])} stored {stored} results, not {count}")
    return {"tasks/s": count / usage.wall, "CPU a task": cpu / count * 1e6}
