"""Many tasks that do nothing, run by handlers of the worker itself: what the worker costs."""

import contextlib
import functools
import hashlib
import pathlib
import re
import subprocess
import tempfile

from bench import Bench
from workload import Goal, Row, Sample, Workload

BATCH = 128


def small(bench: Bench) -> Workload:
    return drained(bench, 100, 40_000, (Goal("tasks/s", 0.7),))


def medium(bench: Bench) -> Workload:
    return drained(bench, 1000, 20_000, (Goal("tasks/s", 0.7),))


def large(bench: Bench) -> Workload:
    return drained(bench, 100_000, 1000, (Goal("tasks/s", 0.7),))


def drained(bench: Bench, size: int, count: int, goals: tuple[Goal, ...]) -> Workload:
    """So many tasks with an argument of `size` bytes, from the worker's start to its end.

    The C program sends the server the very commands of the worker, as MONITOR tells them, in batches
    on one connection, what finishes a batch along with what takes the next; it decodes nothing.
    """
    lines = bench.folder / "lines"
    lines.write_text(("x" * size + "\n") * count)
    ignoring = bench.folder / "ignoring.toml"
    ignoring.write_text("[tasks.noop]\nignore_result = true\n")
    worker = [*bench.noop_worker, "--burst", "-c", str(bench.cores)]
    commands = functools.cache(lambda *options: worker_commands(bench, [*worker, *options]))

    def sample(command: list[str], results: int) -> Sample:
        bench.clear()
        bench.run(bench.tq("tq-send", bench.redis_url, "--lines", "noop", "-"), source=lines)
        before = bench.server_cpu()
        usage = bench.run(command)
        server = bench.server_cpu() - before
        stored = int(bench.ask_redis("EVAL", "return #redis.call('KEYS', 'celery-task-meta-*')", "0"))
        if stored != results:
            raise SystemExit(f"run: {' '.join(command)} stored {stored} results, not {results}")
        return {
            "tasks/s": count / usage.wall,
            "worker's CPU": usage.cpu / count * 1e6,
            "server's CPU": server / count * 1e6,
        }

    def in_c(results: int, *options: str) -> Sample:
        drain = [*bench.drain, str(bench.port), *commands(*options), str(BATCH)]
        return sample(drain, results)

    def work(results: int, *options: str) -> Sample:
        return sample([*worker, *options], results)

    ignore = ("--config", str(ignoring))
    return Workload(
        f"tasks that do nothing, {size:,} bytes each",
        {
            "tasks/s": "{:,.0f}",
            "worker's CPU": "{:.1f} µs a task",
            "server's CPU": "{:.1f} µs a task",
        },
        3,
        [
            Row("C, results stored", lambda: in_c(count)),
            Row("worker, results stored", lambda: work(count), "C, results stored", goals),
            Row("C, results ignored", lambda: in_c(0, *ignore)),
            Row("worker, results ignored", lambda: work(0, *ignore), "C, results ignored", goals),
        ],
    )


def asleep(bench: Bench) -> Workload:
    """1,000 tasks at once that wait for 0.1 s, without a thread for any; from the start to the end."""
    count = 50_000
    worker = [*bench.noop_worker, "--burst", "-c", "1000"]

    def sample() -> Sample:
        bench.clear()
        bench.run(bench.tq("tq-send", bench.redis_url, "--lines", "sleep", "-"), count)
        usage = bench.run(worker)
        return {
            "of the ideal rate": count / usage.wall / 10_000,
            "worker's CPU": usage.cpu / count * 1e6,
        }

    return Workload(
        "tasks that wait for 0.1 s, 1,000 at once",
        {"of the ideal rate": "{:.3f}", "worker's CPU": "{:.1f} µs a task"},
        3,
        [
            Row(
                "asynchronous handlers",
                sample,
                goals=(Goal("of the ideal rate", 0.95, of_ratio=False),),
            )
        ],
    )


def worker_commands(bench: Bench, worker: list[str]) -> list[str]:
    """Files of the commands by which a worker takes a task and finishes it, a word a line each."""
    bench.clear()
    bench.run(bench.tq("tq-send", bench.redis_url, "noop"))
    with monitored(bench) as heard:
        bench.run(worker)
    lines = heard.read_text().splitlines()
    scripts = [by_digest(command) for command in map(words, lines) if command[0].startswith("EVAL")]
    held = [command for command in scripts if command[3:5] == ["unacked", "unacked_index"]]
    # One names the queue among its keys, the other the result.
    take = next(command for command in held if "celery" in command[5:])
    finish = next(command for command in held if command[5].startswith("celery-task-meta-"))
    folder = pathlib.Path(tempfile.mkdtemp(dir=bench.folder))
    files = []
    for name, command in (("take", take), ("finish", finish)):
        files.append(str(folder / name))
        # No word has a NUL.
        text = "".join(word.replace("\n", "\0") + "\n" for word in command)
        (folder / name).write_text(text)
    return files


def by_digest(command: list[str]) -> list[str]:
    """The same call of a script that the server knows; a connection's first sends the script itself."""
    if command[0] == "EVALSHA":
        return command
    return ["EVALSHA", hashlib.sha1(command[1].encode("latin-1")).hexdigest(), *command[2:]]


@contextlib.contextmanager
def monitored(bench: Bench):
    """The file of what the server is told meanwhile, complete at the end."""
    file = bench.folder / "heard"
    with open(file, "wb") as output:
        monitor = subprocess.Popen(bench.redis("redis-cli", "MONITOR"), stdout=output)
        try:
            bench.wait_for(lambda: file.read_bytes().startswith(b"OK"), "MONITOR is silent")
            yield file
            bench.ask_redis("ECHO", "the end")
            bench.wait_for(lambda: b'"the end"' in file.read_bytes(), "MONITOR is silent")
        finally:
            monitor.terminate()
            monitor.wait()


def words(line: str) -> list[str]:
    """The words of a command in a line of MONITOR, where they are quoted and escaped as in C."""
    spelt = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    return [word.encode().decode("unicode_escape") for word in spelt] or [""]
