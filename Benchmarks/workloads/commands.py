"""Running commands: a process a task, or one process for many."""

import pathlib

from bench import Bench
from workload import RATES, Goal, Row, Sample, Workload, rates

# So many tasks are run where each is a process: the start of the program is lost in that.
COUNT = 1000


def true(bench: Bench) -> Workload:
    workload = commands(bench, ["/bin/true"])
    floor = workload.rows[0].what
    loop = [*bench.spawn, str(COUNT), str(bench.cores), str(task_input(bench)), "/bin/true"]

    def sqlite() -> Sample:
        return drain(bench, bench.sqlite_url, COUNT, "--", "/bin/true")

    workload.rows += [
        Row("… in C, from one loop", lambda: rates(bench.run(loop), COUNT), floor),
        Row("tq-work, SQLite", sqlite, floor),
    ]
    return workload


def shell(bench: Bench) -> Workload:
    return commands(bench, ["sh", "-c", "true"])


def reading(bench: Bench) -> Workload:
    return commands(bench, ["sh", "-c", "cat >/dev/null"])


def commands(bench: Bench, command: list[str]) -> Workload:
    """A command a task, as many at once as there are cores, from the program's start to its end.

    tq stores the results. C is a loop of posix_spawn a core: one loop alone sleeps while a command
    that it starts loads its program. It and Gearman give each command the same input as tq; xargs
    and GNU parallel give none, and have no queue either. Own CPU is without the commands'.
    """
    cores = bench.cores
    each = COUNT // cores
    input_file = str(task_input(bench))

    def spawn() -> Sample:
        loop = [*bench.spawn, str(each), "1", input_file, *command]
        return rates(bench.run(loop, times=cores), each * cores)

    def work() -> Sample:
        return drain(bench, bench.redis_url, COUNT, "--", *command)

    def gearman() -> Sample:
        client = ["gearman", "-p", str(bench.gearman_port), "-f", "command"]
        script = 'yes "$(cat "$0")" | head -n "$1" | { shift; "$@" -b -n; }'
        bench.run(["sh", "-c", script, input_file, str(each * cores), *client])
        worker = [*client, "-w", "-c", str(each), "--", *command]
        return rates(bench.run(worker, times=cores), each * cores)

    def xargs() -> Sample:
        return rates(bench.run(["xargs", "-n", "1", "-P", str(cores), *command], COUNT), COUNT)

    def parallel() -> Sample:
        few = COUNT // 10  # it is slow
        options = ["--will-cite", "-q", "-N0", "-j", str(cores)]
        return rates(bench.run(["parallel", *options, *command], few), few)

    floor, tq = "posix_spawn in C", "tq-work, Redis"
    above = (Goal("tasks/s", 1, at_most=True),)
    return Workload(
        f"running {' '.join(command)}",
        RATES,
        5,
        [
            Row(floor, spawn),
            Row(tq, work, floor, (Goal("tasks/s", 0.9),)),
            Row("gearman -w", gearman, tq, above),
            Row(f"xargs -P{cores}", xargs, tq, above),
            Row(f"parallel -j{cores}", parallel, tq),
        ],
    )


def stream(bench: Bench) -> Workload:
    """The same handler as one process a task, and as a stream command."""
    handler = bench.answer[0]
    settings = bench.folder / "stream.toml"
    settings.write_text(f'[tasks.noop]\nrun = ["{handler}"]\nstream = true\n')

    def one_each() -> Sample:
        return drain(bench, bench.redis_url, COUNT, "--", handler)

    def one_for_many(url: str, count: int) -> Sample:
        return drain(bench, url, count, "--config", str(settings))

    name = "a process a task, Redis"
    return Workload(
        "a handler in C that answers a line",
        RATES,
        3,
        [
            Row(name, one_each),
            Row(
                "stream command, Redis",
                lambda: one_for_many(bench.redis_url, 40 * COUNT),
                name,
                (Goal("tasks/s", 20),),
            ),
            Row("stream command, SQLite", lambda: one_for_many(bench.sqlite_url, 10 * COUNT), name),
        ],
    )


def drain(bench: Bench, url: str, count: int, *arguments: str) -> Sample:
    """Has a worker run the tasks that are there, results stored, and end."""
    bench.clear()
    bench.run(bench.tq("tq-send", url, "noop", "-"), count)
    worker = bench.tq("tq-work", url, "--burst", "-q", "-c", str(bench.cores), *arguments)
    sample = rates(bench.run(worker), count)
    if url == bench.redis_url and int(bench.ask_redis("DBSIZE")) < count:
        raise SystemExit(f"run: {' '.join(worker)} stored too few results")
    return sample


def task_input(bench: Bench) -> pathlib.Path:
    """A file of what tq-work gives a command to read."""
    file = bench.folder / "input"
    bench.clear()
    bench.run(bench.tq("tq-send", bench.redis_url, "noop", ":100000"))
    command = ["sh", "-c", 'cat >"$0"', str(file)]
    bench.run(bench.tq("tq-work", bench.redis_url, "--burst", "-q", "--", *command))
    return file
