"""A node of RabbitMQ that can be killed and stopped, alone or in a cluster."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

BIN = pathlib.Path("/usr/lib/rabbitmq/bin")
# epmd and what the nodes say to each other stay on the loopback interface.
LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"


def amqp_library(folder: pathlib.Path):
    """Python's AMQP client is where Celery is."""
    sys.path += map(str, folder.glob("lib/python3*/site-packages"))
    import amqp

    return amqp


def free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def start_epmd(port: int, log) -> subprocess.Popen:
    """Nodes find each other by it, and rabbitmqctl finds them."""
    command = ["epmd", "-port", str(port), "-address", "127.0.0.1"]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )


class Node:
    """Its data stay where they are while it is killed."""

    def __init__(
        self,
        folder: pathlib.Path,
        amqp,
        settings: list[str] = (),
        addresses: list[str] = (),
        epmd: int | None = None,
    ):
        """`settings` are of the application `rabbit`, such as `{consumer_timeout, 5000}`, and `addresses` more
        than 127.0.0.1. Nodes that share a folder above their own, and the port of an `epmd`, may be one
        cluster; without the port it has an epmd of its own, which ends with it."""
        self._amqp = amqp
        self._folder = folder
        self._folder.mkdir()
        self.port, self._distribution, self._epmd = free_ports(3)
        self._shares_epmd = epmd is not None
        if epmd:
            self._epmd = epmd
        self.name = f"tq{self.port}@localhost"
        listeners = ", ".join(
            f'{{"{address}", {self.port}}}' for address in ("127.0.0.1", *addresses)
        )
        all = ", ".join([f"{{tcp_listeners, [{listeners}]}}", "{loopback_users, []}", *settings])
        (folder / "advanced.config").write_text(f"[{{rabbit, [{all}]}}].\n")
        (folder / "enabled_plugins").write_text("[].\n")
        self._processes: list[subprocess.Popen] = []

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            # Where the cookie is.
            "HOME": str(self._folder.parent if self._shares_epmd else self._folder),
            "RABBITMQ_NODENAME": self.name,
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
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{LOOPBACK} +S 2:2",
            "RABBITMQ_CTL_ERL_ARGS": LOOPBACK,
        }

    @property
    def log(self) -> pathlib.Path:
        return self._folder / "log"

    def launch(self):
        """Starts it with what it kept, and does not wait for it."""
        with open(self.log, "ab") as log:
            if not self._shares_epmd:
                self._processes.append(start_epmd(self._epmd, log))
            self._processes.append(
                subprocess.Popen(
                    [str(BIN / "rabbitmq-server")],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self._environment,
                    start_new_session=True,
                )
            )

    def wait(self):
        """Returns a connection, when it takes some."""
        while True:
            with contextlib.suppress(OSError, self._amqp.AMQPError):
                return self.connect()
            if self._processes[-1].poll() is not None:
                raise SystemExit(f"rabbitmq-server ended: {self.log}")
            time.sleep(0.1)

    def connect(self):
        connection = self._amqp.Connection(
            f"127.0.0.1:{self.port}", virtual_host="/", connect_timeout=5, read_timeout=10
        )
        connection.connect()
        return connection

    def signal(self, number: int):
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        for process in self._processes:
            process.wait()
        self._processes = []

    def control(self, *arguments: str) -> str:
        """What rabbitmqctl prints.

        Raises ConnectionError if it fails.
        """
        command = [str(BIN / "rabbitmqctl"), "--quiet", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment)
        if done.returncode != 0:
            raise ConnectionError(done.stderr.strip())
        return done.stdout

    def messages(self) -> dict[str, int]:
        """How many messages are in each queue, in a worker's hands or not."""
        lines = self.control("list_queues", "name", "messages", "--no-table-headers").splitlines()
        return {name: int(count) for name, count in (line.split("\t") for line in lines)}
