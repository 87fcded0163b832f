"""A RabbitMQ node that can be killed and stopped, and the Redis server that keeps the results."""

import contextlib
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time

from server import Server

BIN = pathlib.Path("/usr/lib/rabbitmq/bin")
# A queue of copies that a worker keeps of long tasks, and one of delayed tasks.
KEPT = ("tq.held.", "celery_delayed_")


def amqp_library(folder: pathlib.Path):
    """Python's AMQP client is where Celery is."""
    sys.path += map(str, folder.glob("lib/python3*/site-packages"))
    import amqp

    return amqp


class Rabbit:
    """The node's data stay where they are while it is killed; its cookie and its epmd are its own."""

    def __init__(self, folder: pathlib.Path, addresses: list[str], environment: pathlib.Path):
        self._amqp = amqp_library(environment)
        self._folder = folder / "rabbit"
        self._folder.mkdir()
        self.results = Server(folder, [])
        self._port, self._distribution, self._epmd = self._free_ports(3)
        # The network namespace's end too; epmd and the distribution stay on the loopback interface.
        listeners = ", ".join(f'{{"{address}", {self._port}}}' for address in ("127.0.0.1", *addresses))
        (self._folder / "advanced.config").write_text(
            f"[{{rabbit, [{{tcp_listeners, [{listeners}]}}, {{loopback_users, []}}]}}].\n"
        )
        (self._folder / "enabled_plugins").write_text("[].\n")
        # A worker that is stopped past its lease is silent for more than two heartbeats.
        self.url = f"amqp://127.0.0.1:{self._port}//?heartbeat=4"
        self._processes: list[subprocess.Popen] = []
        self._connection = None
        self.start()

    @staticmethod
    def _free_ports(count: int) -> list[int]:
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
        ports = [listener.getsockname()[1] for listener in listeners]
        for listener in listeners:
            listener.close()
        return ports

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "HOME": str(self._folder),
            "RABBITMQ_NODENAME": f"tq{self._port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "ERL_EPMD_PORT": str(self._epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._folder / "advanced.config"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
        }

    def start(self):
        """Starts it with what it kept; returns when it takes connections."""
        with open(self._folder / "log", "ab") as log:
            for command in (
                ["epmd", "-port", str(self._epmd), "-address", "127.0.0.1"],
                [str(BIN / "rabbitmq-server")],
            ):
                self._processes.append(
                    subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        env=self._environment,
                        start_new_session=True,
                    )
                )
        while True:
            with contextlib.suppress(OSError, self._amqp.AMQPError):
                self._connect()
                return
            if self._processes[-1].poll() is not None:
                raise SystemExit(f"run: rabbitmq-server ended: {self._folder}/log")
            time.sleep(0.1)

    def _connect(self):
        self._connection = self._amqp.Connection(
            f"127.0.0.1:{self._port}", virtual_host="/", connect_timeout=5, read_timeout=10
        )
        self._connection.connect()

    def _signal(self, number: int):
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)

    def kill(self):
        self._signal(signal.SIGKILL)
        for process in self._processes:
            process.wait()
        self._processes = []

    def end(self):
        self.kill()
        self.results.kill()

    def pause(self):
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)

    def close_connections(self, choice: random.Random, share: float):
        self.control(
            "eval",
            "[rabbit_networking:close_connection(P, \"by a test\") "
            f"|| P <- rabbit_networking:connections(), rand:uniform() < {share}].",
        )

    def control(self, *arguments: str) -> str:
        command = [str(BIN / "rabbitmqctl"), "--quiet", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment)
        if done.returncode != 0:
            raise ConnectionError(done.stderr.strip())
        return done.stdout

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
                    self._connect()
        return 0

    def _messages(self) -> dict[str, int]:
        """How many messages are in each queue, in a worker's hands or not."""
        lines = self.control("list_queues", "name", "messages", "--no-table-headers").splitlines()
        return {name: int(count) for name, count in (line.split("\t") for line in lines)}

    def left(self) -> dict[str, int]:
        """What is not the record of a finished task."""
        time.sleep(1)  # rabbitmqctl is dear
        return {
            name: count
            for name, count in self._messages().items()
            if name == "celery" or name.startswith(KEPT)
        }

    def dead(self) -> int:
        return self._messages().get("tq.dead.celery", 0)

    def held_by_workers(self) -> int:
        lines = self.control("list_queues", "messages_unacknowledged", "--no-table-headers")
        return sum(map(int, lines.split()))

    def log_of_writes(self) -> list[pathlib.Path]:
        return self.results.log_of_writes()
