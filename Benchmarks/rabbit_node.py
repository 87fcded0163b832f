"""A RabbitMQ node of the benchmark's own, and a connection to it."""

import contextlib
import pathlib

from node import Node, amqp_library


class RabbitNode(Node):
    def __init__(self, folder: pathlib.Path, environment: pathlib.Path):
        """Starts it, with its files in a new folder. `environment` is the Python environment with Celery."""
        super().__init__(folder, amqp_library(environment))
        self.url = f"amqp://127.0.0.1:{self.port}//"
        self._connection = None
        try:
            self.launch()
            self._connection = self.wait()
        except BaseException:
            self.kill()
            raise

    @property
    def process(self) -> int:
        """The process that is the server, below the script that has started it."""
        return int((self._folder / "pid").read_text())

    def waiting(self, queue: str = "celery") -> int:
        """How many messages wait; 0 if it does not answer."""
        for _ in range(2):
            try:
                with self.channel() as channel:
                    return channel.queue_declare(queue, passive=True).message_count
            except self._amqp.NotFound:
                return 0
            except (OSError, self._amqp.AMQPError):
                with contextlib.suppress(OSError, self._amqp.AMQPError):
                    self._connection = self.connect()
        return 0

    def channel(self):
        """A channel of the connection that is there, closed at the end of a `with`."""
        return self._connection.channel()
