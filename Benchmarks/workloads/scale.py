"""A million tasks that wait: what they cost, and what the others cost beside them."""

import datetime
import signal
import statistics
import time

from bench import Bench
from usage import Usage, resident
from workload import Goal, Row, Sample, Workload

MILLION = 1_000_000


def delayed(bench: Bench) -> Workload:
    """Tasks that are due in an hour, with a worker that waits for them all the time."""

    def sample(count: int) -> Sample:
        bench.clear()
        with bench.running(bench.noop_worker) as worker:
            time.sleep(1)  # it has looked at the queue, and waits
            memory, size = bench.redis_memory(), resident(worker.pid)
            send = bench.tq("tq-send", bench.redis_url, "--in", "1h", "noop", "-")
            usage = bench.run(send, count)
            time.sleep(3)  # it has looked at the queue again
            return {
                "sent": count / usage.wall,
                "server's memory": (bench.redis_memory() - memory) / count,
                "worker's RSS": (resident(worker.pid) - size) / 1e6,
            }

    few, many = "10,000 tasks", "1,000,000 tasks"
    goals = (
        Goal("sent", 100_000, of_ratio=False),
        Goal("server's memory", 750, at_most=True, of_ratio=False),
        Goal("worker's RSS", 1, at_most=True, of_ratio=False),
    )
    return Workload(
        "delayed by an hour",
        {
            "sent": "{:,.0f} tasks/s",
            "server's memory": "{:,.0f} B a task",
            "worker's RSS": "+{:.1f} MB",
        },
        1,
        [Row(few, lambda: sample(10_000)), Row(many, lambda: sample(MILLION), few, goals)],
    )


def punctual(bench: Bench) -> Workload:
    """Tasks that fall due in the same moment: how much later than that their functions begin.

    Beside them, so many others are due in an hour.
    """
    together = 10_000

    def sample(others: int) -> Sample:
        bench.clear()
        send = bench.tq("tq-send", bench.redis_url)
        if others:
            bench.run([*send, "--in", "1h", "noop", "-"], others)
        with bench.running(bench.noop_worker) as worker:
            due = datetime.datetime.now().replace(microsecond=0) + datetime.timedelta(seconds=4)
            lines = bench.folder / "lines"
            lines.write_text(f"{int(due.timestamp() * 1e6)}\n" * together)
            bench.run([*send, "--at", due.isoformat(sep=" "), "late", "-"], source=lines)
            bench.wait_for(
                lambda: bench.ask_redis("ZCOUNT", "tq:delayed:celery", "-inf", str(due.timestamp()))
                == "0",
                "not all that was due was taken",
                seconds=60,
            )
            held = ("celery", "tq:arrived:celery", "unacked")
            bench.wait_for(lambda: bench.ask_redis("EXISTS", *held) == "0", "tasks are left")
            worker.send_signal(signal.SIGTERM)
            worker.wait()
        lines = (bench.folder / "noop-worker.log").read_text().splitlines()
        delays = [int(line) / 1e3 for line in lines]
        if len(delays) != together:
            raise SystemExit(f"run: {len(delays)} of {together} delayed tasks have run")
        percentiles = statistics.quantiles(delays, n=100)
        return {"first": min(delays), "p50": percentiles[49], "p99": percentiles[98]}

    form = "{:.1f} ms"
    few, many = "alone", "beside 1,000,000 others"
    return Workload(
        f"late, of {together:,} tasks due at once",
        {"first": form, "p50": form, "p99": form},
        1,
        [
            Row(few, lambda: sample(0)),
            Row(many, lambda: sample(MILLION), few),
        ],
    )


def depth(bench: Bench) -> Workload:
    """Tasks that are sent to a queue, and taken off it, with so many on it besides.

    CPU is that of the server and of the program, its start too.
    """
    tasks = 10_000

    def cost(command: list[str], numbers: int = 0) -> tuple[float, float]:
        before = bench.server_cpu()
        usage: Usage = bench.run(command, numbers)
        return (bench.server_cpu() - before) / tasks * 1e6, usage.cpu / tasks * 1e6

    def sample(waiting: int) -> Sample:
        bench.clear()
        send = bench.tq("tq-send", bench.redis_url, "--lines", "noop", "-")
        bench.run(send, waiting)
        sending = cost(send, tasks)
        taking = cost([*bench.noop_worker, "-c", "1", "--max-tasks", str(tasks)])
        left = int(bench.ask_redis("LLEN", "celery"))
        if left != waiting:
            raise SystemExit(f"run: {left} tasks are on the queue that should hold {waiting}")
        return {
            "sending, server": sending[0],
            "sending, tq-send": sending[1],
            "running, server": taking[0],
            "running, worker": taking[1],
        }

    form = "{:.1f} µs a task"
    depths = [10, 1000, MILLION]
    first = f"{depths[0]} tasks wait"
    flat = (Goal("sending, server", 1.3, at_most=True), Goal("running, server", 1.3, at_most=True))
    rows = [
        Row(
            f"{count:,} tasks wait",
            lambda count=count: sample(count),
            first if count != depths[0] else None,
            flat if count == MILLION else (),
        )
        for count in depths
    ]
    names = ["sending, server", "sending, tq-send", "running, server", "running, worker"]
    return Workload("CPU by what waits", dict.fromkeys(names, form), 1, rows)
