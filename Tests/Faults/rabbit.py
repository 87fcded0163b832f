"""A RabbitMQ node that can be killed and stopped, and the Redis server that keeps the results."""

import contextlib
import pathlib
import random
import signal
import time

from node import Node, amqp_library
from server import Server

# A queue of copies that a worker keeps of long tasks, and one of delayed tasks.
KEPT = ("tq.held.", "celery_delayed_")


class Rabbit:
    """The node's data stay where they are while it is killed; its cookie and its epmd are its own."""

    def __init__(self, folder: pathlib.Path, addresses: list[str], environment: pathlib.Path):
        self._amqp = amqp_library(environment)
        self.results = Server(folder, [])
        # The network namespace's end too.
        self._node = Node(folder / "rabbit", self._amqp, addresses=addresses)
        # A worker that is stopped past its lease is silent for more than two heartbeats.
        self.url = f"amqp://127.0.0.1:{self._node.port}//?heartbeat=4"
        self._connection = None
        self.start()

    def start(self):
        """Starts it with what it kept; returns when it takes connections."""
        self._node.launch()
        self._connection = self._node.wait()

    def kill(self):
        self._node.kill()

    def end(self):
        self.kill()
        self.results.kill()

    def pause(self):
        self._node.signal(signal.SIGSTOP)

    def resume(self):
        self._node.signal(signal.SIGCONT)

    def close_connections(self, choice: random.Random, share: float):
        self._node.control(
            "eval",
            "[rabbit_networking:close_connection(P, \"by a test\") "
            f"|| P <- rabbit_networking:connections(), rand:uniform() < {share}].",
        )

    # What is in it

    def waiting(self) -> int:
        """How many tasks wait; 0 if it does not answer."""
        for _ in range(2):
            try:
                with self._connection.channel() as channel:
                    return channel.queue_declare("celery", passive=True).message_count
            except self._amqp.NotFound:
                return 0
            except (OSError, self._amqp.AMQPError):
                with contextlib.suppress(OSError, self._amqp.AMQPError):
                    self._connection = self._node.connect()
        return 0

    def left(self) -> dict[str, int]:
        """What is not the record of a finished task."""
        time.sleep(1)  # rabbitmqctl is dear
        return {
            name: count
            for name, count in self._node.messages().items()
            if name == "celery" or name.startswith(KEPT)
        }

    def dead(self) -> int:
        return self._node.messages().get("tq.dead.celery", 0)

    def held_by_workers(self) -> int:
        lines = self._node.control("list_queues", "messages_unacknowledged", "--no-table-headers")
        return sum(map(int, lines.split()))

    def result_writes(self) -> dict[str, int]:
        return self.results.result_writes()
