"""RabbitMQ: what tasks cost on their way in and out.

Compared with C programs that send the server the same frames by librabbitmq, and with Celery.
"""

import pathlib
import shutil
import time
import typing

from bench import SOURCES, Bench
from usage import exact_cpu, family
from workload import Goal, Row, Sample, Workload

from .draining import by_digest, monitored, words
from .sending import OF_ONE_TASK, count_instructions, run_often

# As of tq-send: so many messages are on their way before a confirmation is waited for.
WINDOW = 512
# As many tasks as a worker with two slots finishes at a time, at most.
BATCH = 256
FIGURES = {"tasks/s": "{:,.0f}", "CPU": "{:.1f} µs a task", "server's CPU": "{:.1f} µs a task"}
# Nearly as fast as the C program; and Celery is at most a fifteenth as fast as tq.
NEAR_C = (Goal("tasks/s", 0.75),)
FAR_FROM_TQ = (Goal("tasks/s", round(1 / 15, 3), at_most=True),)
REPLIES = "rpc://"


def rabbit_one(bench: Bench) -> Workload:
    """One task from one program, which ends when the server has confirmed it."""
    rows = one_rows(bench, lambda command: run_often(bench, command))
    return Workload("one task to RabbitMQ", OF_ONE_TASK, 9, rows)


def rabbit_instructions(bench: Bench) -> Workload:
    """The same, counted."""
    rows = one_rows(bench, count_instructions) if shutil.which("valgrind") else []
    return Workload("one task to RabbitMQ", {"instructions": "{:.2f} M"}, 1, rows)


def one_rows(bench: Bench, sample: typing.Callable[[list[str]], Sample]) -> list[Row]:
    empty(bench)
    store_template(bench)
    name = "C, librabbitmq"
    in_c = [*publish(bench), "celery", "1", "1"]
    send = bench.tq("tq-send", bench.rabbit.url, "--result-backend", REPLIES, "noop", ":1")
    return [
        Row(name, lambda: sample(in_c)),
        Row("tq-send, RabbitMQ", lambda: sample(send), name),
    ]


def rabbit_send(bench: Bench) -> Workload:
    """Many tasks of 100 bytes from one program, with so many confirmations outstanding at most.

    Celery waits for each confirmation, or for none, which is its default; its start is not counted.
    """
    count, few = 40_000, 4000
    lines = bench.folder / "lines"
    lines.write_text(("x" * 100 + "\n") * count)

    def sample(command: list[str], source: pathlib.Path | None = None) -> Sample:
        empty(bench)
        store_template(bench)
        before = server_cpu(bench)
        usage = bench.run(command, source=source or "/dev/null")
        server = server_cpu(bench) - before
        check_waiting(bench, command, count)
        return figures(count, usage.wall, usage.cpu, server)

    def in_c() -> Sample:
        return sample([*publish(bench), "celery", str(count), str(WINDOW)])

    def send() -> Sample:
        options = ["--result-backend", REPLIES, "--lines", "noop", "-"]
        return sample(bench.tq("tq-send", bench.rabbit.url, *options), lines)

    def celery(confirms: int) -> Sample:
        empty(bench)
        script = [str(SOURCES / "celery_noop.py"), str(few)]
        command = bench.celery(bench.rabbit.url, REPLIES, *script)
        before = server_cpu(bench)
        bench.run(["env", f"CONFIRMS={confirms}", *command])
        server = server_cpu(bench) - before
        check_waiting(bench, command, few + 1)
        wall, cpu = map(float, bench.output.read_text().split())
        return figures(few, wall, cpu, server)

    floor, tq = "C, librabbitmq", "tq-send -"
    return Workload(
        "bulk sending to RabbitMQ, confirmed",
        FIGURES,
        5,
        [
            Row(floor, in_c),
            Row(tq, send, floor, NEAR_C),
            Row("Celery, confirmed", lambda: celery(1), tq, FAR_FROM_TQ),
            Row("Celery, not confirmed", lambda: celery(0), tq),
        ],
    )


def rabbit_drain(bench: Bench) -> Workload:
    """Tasks that do nothing, 100 bytes each, results sent to the sender: from the start to the end."""
    return drained(bench, "rpc://", REPLIES)


def rabbit_drain_redis(bench: Bench) -> Workload:
    """The same, with results on a Redis server, which keeps them in memory."""
    return drained(bench, "results on Redis", bench.redis_url)


def drained(bench: Bench, title: str, results: str) -> Workload:
    """So many tasks, run by handlers of a worker with as many slots as there are cores.

    The C program takes, publishes and acknowledges as the worker does, in transactions, and decodes
    nothing; beside it, what it comes to with acknowledgements after confirmations instead. Celery's
    rate is that of the time in which it takes tasks: its start is not counted.
    """
    count, few = 40_000, 4000
    url = bench.rabbit.url
    lines = bench.folder / "lines"
    record, store = record_files(bench)
    to_redis = [str(bench.port), str(store)] if results == bench.redis_url else []

    def prepare(count: int) -> str:
        """Sends the tasks; returns the queue that the results go to, if they go to one."""
        empty(bench)
        lines.write_text(("x" * 100 + "\n") * (count + 1))
        options = ["--result-backend", results, "--lines", "noop", "-"]
        bench.run(bench.tq("tq-send", url, *options), source=lines)
        with bench.rabbit.channel() as channel:
            one = channel.basic_get("celery", no_ack=True)
            queue = one.properties.get("reply_to", "") if results == REPLIES else ""
            if queue:
                # Which its sender declares if it waits for them.
                channel.queue_declare(
                    queue, durable=True, auto_delete=False, arguments={"x-expires": 3_600_000}
                )
        return queue

    def sample(command: list[str]) -> Sample:
        queue = prepare(count)
        before = server_cpu(bench)
        usage = bench.run(command)
        server = server_cpu(bench) - before
        check_waiting(bench, command, 0)
        check_results(bench, command, queue, count)
        empty(bench, queue)
        return figures(count, usage.wall, usage.cpu, server)

    def in_c(how: str) -> Sample:
        options = [str(bench.rabbit.port), "celery", str(BATCH), how, str(record), *to_redis]
        return sample([*bench.consume, *options])

    def work() -> Sample:
        worker = [*bench.noop_worker_on(url), "--result-backend", results]
        return sample([*worker, "--burst", "-c", str(bench.cores)])

    def celery() -> Sample:
        queue = prepare(few)
        options = ["-c", str(bench.cores), "--without-mingle", "--without-gossip", "-l", "ERROR"]
        module = ["-m", "celery", "-A", "celery_noop", "worker", *options]
        with bench.running(bench.celery(url, results, *module)) as process:
            waiting = lambda: bench.rabbit.waiting("celery")  # noqa: E731
            bench.wait_for(lambda: waiting() < few - 100, "Celery takes no tasks", seconds=60)
            processes = family(process.pid)
            start, left = time.perf_counter(), waiting()
            cpu, server = sum(map(exact_cpu, processes)), server_cpu(bench)
            bench.wait_for(lambda: waiting() == 0, "Celery has not taken all", seconds=60)
            wall = time.perf_counter() - start
            cpu = sum(map(exact_cpu, processes)) - cpu
            server = server_cpu(bench) - server
            bench.wait_for(lambda: results_of(bench, queue) == few, "Celery has not run all")
        empty(bench, queue)
        return figures(left, wall, cpu, server)

    floor, tq = "C, transactions", "worker"
    return Workload(
        f"tasks that do nothing on RabbitMQ, {title}",
        FIGURES,
        3,
        [
            Row(floor, lambda: in_c("transactions")),
            Row(tq, work, floor, NEAR_C),
            Row("C, confirmations", lambda: in_c("confirms"), floor),
            Row(f"Celery, {bench.cores} processes", celery, tq, FAR_FROM_TQ),
        ],
    )


def figures(count: int, wall: float, cpu: float, server: float) -> Sample:
    return {
        "tasks/s": count / wall,
        "CPU": cpu / count * 1e6,
        "server's CPU": server / count * 1e6,
    }


def server_cpu(bench: Bench) -> float:
    return exact_cpu(bench.rabbit.process)


def publish(bench: Bench) -> list[str]:
    """The command line of the C program that publishes what `store_template` has stored."""
    return [*bench.publish, str(bench.rabbit.port), "template"]


def store_template(bench: Bench):
    """A message as tq-send makes it, for others to carry."""
    options = ["--queue", "template", "--result-backend", REPLIES, "noop", "x" * 100]
    bench.run(bench.tq("tq-send", bench.rabbit.url, *options))


def empty(bench: Bench, *others: str):
    """Leaves one queue, with nothing in it, and no results on Redis; `others` are deleted too."""
    bench.clear()
    with bench.rabbit.channel() as channel:
        for queue in filter(None, ("celery", "template", *others)):
            channel.queue_delete(queue)
        channel.queue_declare("celery", durable=True, auto_delete=False)


def check_waiting(bench: Bench, command: list[str], count: int):
    waiting = bench.rabbit.waiting("celery")
    if waiting != count:
        raise SystemExit(f"run: {waiting} tasks wait, not {count}, after {' '.join(command)}")


def check_results(bench: Bench, command: list[str], queue: str, count: int):
    found = results_of(bench, queue)
    if found != count:
        raise SystemExit(f"run: there are {found} results, not {count}, of {' '.join(command)}")


def results_of(bench: Bench, queue: str) -> int:
    """How many results are in a queue; without one, on Redis."""
    if queue:
        return bench.rabbit.waiting(queue)
    count = "return #redis.call('KEYS', 'celery-task-meta-*')"
    return int(bench.ask_redis("EVAL", count, "0"))


def record_files(bench: Bench) -> tuple[pathlib.Path, pathlib.Path]:
    """Files of a result, and of the command by which a worker stores it, a word a line."""
    empty(bench)
    options = ["--result-backend", bench.redis_url]
    bench.run(bench.tq("tq-send", bench.rabbit.url, *options, "noop"))
    with monitored(bench) as heard:
        bench.run([*bench.noop_worker_on(bench.rabbit.url), *options, "--burst"])
    commands = map(words, heard.read_text().splitlines())
    command = next(by_digest(one) for one in commands if stores(one))
    record, store = bench.folder / "record", bench.folder / "store"
    record.write_text(command[-1] + "\n")
    store.write_text("".join(word + "\n" for word in command))
    return record, store


def stores(command: list[str]) -> bool:
    return command[0].startswith("EVAL") and command[3].startswith("celery-task-meta-")
