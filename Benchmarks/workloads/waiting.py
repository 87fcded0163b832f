"""A worker that waits, and how soon it begins."""

import functools
import pathlib
import statistics
import time

from bench import Bench
from usage import own_cpu, resident, wake_ups
from workload import Goal, Row, Sample, Workload


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


def latency(bench: Bench) -> Workload:
    """From the start of `tq-send` to that of the command, on a worker that has nothing else to do.

    Compared with a loop in the shell that waits for redis-cli.
    """
    tasks = 200

    def sample(send: list[str], worker: list[str], stamps: pathlib.Path) -> Sample:
        waits, sends = [], []
        with bench.running(worker):
            bench.run(send)
            wait_for_lines(stamps, 1)  # the worker is there
            for number in range(tasks):
                time.sleep(0.02)
                sent_at = time.monotonic_ns()
                bench.run(send)
                returned_at = time.monotonic_ns()
                started_at = wait_for_lines(stamps, number + 2)
                waits.append((started_at - sent_at) / 1e6)
                sends.append((returned_at - sent_at) / 1e6)
        percentiles = statistics.quantiles(waits, n=100)
        return {
            "p50": statistics.median(waits),
            "p99": percentiles[98],
            "p50 of sending alone": statistics.median(sends),
        }

    def work(url: str) -> Sample:
        bench.clear()
        stamps = new_file(bench)
        worker = bench.tq("tq-work", url, "-q", "--", *bench.stamp, str(stamps))
        return sample(bench.tq("tq-send", url, "noop"), worker, stamps)

    def loop() -> Sample:
        bench.clear()
        stamps = new_file(bench)
        wait = bench.redis("redis-cli", "BLPOP", "list", "0")
        script = 'while "$@" >/dev/null; do "$program" "$file"; done'
        variables = [f"program={bench.stamp[0]}", f"file={stamps}"]
        worker = ["env", *variables, "sh", "-c", script, "sh", *wait]
        return sample(bench.redis("redis-cli", "LPUSH", "list", "task"), worker, stamps)

    form = "{:.2f} ms"
    return Workload(
        "from sending to the command's start",
        {"p50": form, "p99": form, "p50 of sending alone": form},
        1,
        [
            Row("redis-cli BLPOP in a loop", loop),
            Row("tq, Redis", lambda: work(bench.redis_url), "redis-cli BLPOP in a loop"),
            Row("tq, SQLite", lambda: work(bench.sqlite_url), "redis-cli BLPOP in a loop"),
        ],
    )


def idle(bench: Bench) -> Workload:
    """A worker that nobody gives a task."""
    seconds = 30

    def use(process: int) -> tuple[float, int, int]:
        return own_cpu(process), wake_ups(process), server_commands(bench)

    @functools.cache
    def samples() -> dict[str, Sample]:
        """Both workers wait at the same time: they have nothing to do with each other."""
        bench.clear()
        on_redis = bench.tq("tq-work", bench.redis_url, "-q", "--", "true")
        on_sqlite = bench.tq("tq-work", bench.sqlite_url, "-q", "--", "true")
        with bench.running(on_redis) as redis, bench.running(on_sqlite) as sqlite:
            time.sleep(2)
            processes = {"Redis": redis.pid, "SQLite": sqlite.pid}
            before = {name: use(process) for name, process in processes.items()}
            time.sleep(seconds)
            after = {name: use(process) for name, process in processes.items()}
            memory = {name: resident(process) for name, process in processes.items()}
        changes = {
            name: [(end - start) / seconds for start, end in zip(before[name], after[name])]
            for name in processes
        }
        return {
            name: {
                "CPU": changes[name][0] * 100,
                "RSS": memory[name] / 1e6,
                "wake-ups/s": changes[name][1],
                "server commands/s": changes[name][2] if name == "Redis" else 0,
            }
            for name in processes
        }

    goals = (
        Goal("RSS", 15, at_most=True, of_ratio=False),
        Goal("server commands/s", 1, at_most=True, of_ratio=False),
    )
    return Workload(
        f"an idle worker, {seconds} s",
        {
            "CPU": "{:.2f} %",
            "RSS": "{:.1f} MB",
            "wake-ups/s": "{:.2f}",
            "server commands/s": "{:.2f}",
        },
        1,
        [
            Row("tq-work, Redis", lambda: samples()["Redis"], goals=goals),
            Row("tq-work, SQLite", lambda: samples()["SQLite"], goals=goals),
        ],
    )


def server_commands(bench: Bench) -> int:
    """How many commands the Redis server has run, those inside scripts too; ours not counted."""
    lines = bench.ask_redis("INFO", "commandstats").splitlines()
    calls = (line.partition(":calls=") for line in lines if not line.startswith("cmdstat_info:"))
    return sum(int(rest.partition(",")[0]) for _, found, rest in calls if found)


def new_file(bench: Bench) -> pathlib.Path:
    file = bench.folder / "stamps"
    file.write_bytes(b"")
    return file


def wait_for_lines(file: pathlib.Path, count: int) -> int:
    """The number in the last line, once there are so many lines."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        lines = file.read_bytes().splitlines()
        if len(lines) >= count:
            return int(lines[-1])
        time.sleep(0.002)
    raise SystemExit("run: a command was not started within 10 s")
