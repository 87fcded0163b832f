"""A Redis server that can be killed and stopped."""

import collections
import contextlib
import pathlib
import random
import re
import signal
import socket
import subprocess
import time


class Server:
    def __init__(self, folder: pathlib.Path, addresses: list[str]):
        self._folder = folder / "redis"
        self._folder.mkdir()
        self._addresses = addresses
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self._port = listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen | None = None
        self.start()

    def start(self):
        """Starts it with what it kept; returns when it answers."""
        options = {
            "port": self._port,
            "dir": self._folder,
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
            # Every write of a result is to be found there in the end.
            "auto-aof-rewrite-percentage": 0,
            "unixsocket": self._folder / "redis.sock",
            "protected-mode": "no",
        }
        command = ["redis-server"]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        command += ["--bind", "127.0.0.1", *self._addresses]
        with open(self._folder / "log", "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        while True:
            try:
                if self.ask("PING") == "PONG":
                    return
            except OSError:
                pass
            if self._process.poll() is not None:
                raise SystemExit(f"run: redis-server ended: {self._folder}/log")
            time.sleep(0.02)

    def kill(self):
        if self._process:
            self._process.kill()
            self._process.wait()

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def close_connections(self, choice: random.Random, share: float):
        clients = [line.split()[0] for line in self.ask("CLIENT", "LIST").splitlines() if line]
        for client in clients:
            if choice.random() < share:
                self.ask("CLIENT", "KILL", "ID", client.removeprefix("id="))

    def ask(self, *words: str):
        """The answer to a command, on a connection of its own.

        Raises OSError if there is none, or if it is an error: the server loads its data.
        """
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self._folder / "redis.sock"))
            parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
            connection.sendall(f"*{len(words)}\r\n{''.join(parts)}".encode())
            with connection.makefile("rb") as answer:
                head = answer.readline().decode().rstrip("\r\n")
                if not head:
                    raise ConnectionError("closed")
                kind, value = head[0], head[1:]
                if kind == "-":
                    raise ConnectionError(value)
                if kind == ":":
                    return int(value)
                if kind == "$":
                    return answer.read(int(value)).decode() if value != "-1" else None
                return value

    def result_writes(self) -> dict[str, int]:
        """How often a result was written, by task: in the log of all writes."""
        writes: dict[str, int] = collections.Counter()
        pattern = re.compile(
            rb"\r\n(?:SET|SETEX|PSETEX)\r\n\$\d+\r\ncelery-task-meta-([^\r]+)\r\n", re.IGNORECASE
        )
        for file in [*self._folder.glob("append*/*.aof"), *self._folder.glob("*.aof")]:
            for match in pattern.finditer(file.read_bytes()):
                writes[match[1].decode()] += 1
        return writes

    def end(self):
        self.kill()

    # What is in it

    def waiting(self) -> int:
        """How many tasks wait; 0 if it does not answer."""
        with contextlib.suppress(OSError):
            return self.ask("LLEN", "celery") + self.ask("ZCARD", "tq:suspects:celery")
        return 0

    def left(self) -> dict[str, int]:
        """What is not the record of a finished task."""
        sizes = {
            "celery": "LLEN",
            "tq:suspects:celery": "ZCARD",
            "unacked": "HLEN",
            "unacked_index": "ZCARD",
            "tq:delayed:celery": "ZCARD",
        }
        return {key: self.ask(size, key) for key, size in sizes.items()}

    def dead(self) -> int:
        return self.ask("ZCARD", "tq:dead:celery")

    def held_by_workers(self) -> int:
        return self.ask("HLEN", "unacked")
