"""RabbitMQ: what a worker costs that waits, and tasks that wait."""

import time

from bench import Bench
from rabbit_node import RabbitNode
from usage import exact_cpu, resident, wake_ups
from workload import Goal, Row, Sample, Workload

from .rabbit import REPLIES, empty


def rabbit_idle(bench: Bench) -> Workload:
    """A worker that nobody gives a task; with heartbeats each minute, which is the default.

    Packets are those of its connection to RabbitMQ, both ways.
    """
    seconds = 60

    def use(process: int) -> tuple[float, int, int]:
        return exact_cpu(process), wake_ups(process), packets_of_worker(bench.rabbit)

    def sample(results: str) -> Sample:
        empty(bench)
        options = ["--result-backend", results, "-q", "--", "true"]
        with bench.running(bench.tq("tq-work", bench.rabbit.url, *options)) as worker:
            time.sleep(3)
            before = use(worker.pid)
            time.sleep(seconds)
            after = use(worker.pid)
            memory = resident(worker.pid)
        changes = [(end - start) / seconds for start, end in zip(before, after)]
        return {
            "CPU": changes[0] * 1e3,
            "RSS": memory / 1e6,
            "wake-ups/s": changes[1],
            "packets/s": changes[2],
        }

    goals = (
        Goal("RSS", 15, at_most=True, of_ratio=False),
        Goal("packets/s", 1, at_most=True, of_ratio=False),
    )
    return Workload(
        f"an idle worker on RabbitMQ, {seconds} s",
        {"CPU": "{:.2f} ms/s", "RSS": "{:.1f} MB", "wake-ups/s": "{:.2f}", "packets/s": "{:.2f}"},
        1,
        [
            Row("tq-work, rpc://", lambda: sample(REPLIES), goals=goals),
            Row("tq-work, results on Redis", lambda: sample(bench.redis_url), goals=goals),
        ],
    )


def packets_of_worker(node: RabbitNode) -> int:
    """How many packets have gone over the connection of the only worker."""
    columns = ("client_properties", "recv_cnt", "send_cnt")
    for line in node.control("list_connections", *columns, "--no-table-headers").splitlines():
        properties, received, sent = line.split("\t")
        if '"tq ' in properties:
            return int(received) + int(sent)
    raise SystemExit("run: no worker is connected to RabbitMQ")


def rabbit_memory(bench: Bench) -> Workload:
    """100,000 tasks that wait, for a worker that has its hands full, or are due in an hour.

    The server is a new one for each; its memory is its RSS.
    """
    count = 100_000
    end = bench.folder / "end"
    wait = 'while [ ! -e "$0" ]; do sleep 0.1; done'

    def sample(*options: str) -> Sample:
        end.unlink(missing_ok=True)
        with bench.new_rabbit() as node:
            results = ["--result-backend", REPLIES]
            send = bench.tq("tq-send", node.url, *results)
            for program in (["noop"], [*options, "noop"]):
                bench.run([*send, *program])
            command = ["-q", "-c", "1", "--", "sh", "-c", wait, str(end)]
            with bench.running(bench.tq("tq-work", node.url, *results, *command)) as worker:
                time.sleep(3)
                server, own = resident(node.process), resident(worker.pid)
                usage = bench.run([*send, *options, "--lines", "noop", "-"], count)
                time.sleep(5)
                server, own = resident(node.process) - server, resident(worker.pid) - own
                end.touch()
        return {
            "sent": count / usage.wall,
            "server's memory": server / count,
            "worker's RSS": own / 1e6,
        }

    goals = (Goal("worker's RSS", 1, at_most=True, of_ratio=False),)
    return Workload(
        f"{count:,} tasks on RabbitMQ",
        {
            "sent": "{:,.0f} tasks/s",
            "server's memory": "{:,.0f} B a task",
            "worker's RSS": "+{:.1f} MB",
        },
        1,
        [
            Row("that wait", sample, goals=goals),
            Row("delayed by an hour", lambda: sample("--in", "1h"), goals=goals),
        ],
    )
