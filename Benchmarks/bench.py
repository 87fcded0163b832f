"""What the workloads use: programs run, servers to run them against, temporary files."""

import contextlib
import functools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing

from usage import Usage, exact_cpu, run_to_end

SOURCES = pathlib.Path(__file__).with_name("programs")
TREE = pathlib.Path(__file__).resolve().parents[1]
CELERY = TREE / ".build/celery-venv"
sys.path.append(str(TREE / "Tests/Faults"))

from rabbit_node import RabbitNode  # noqa: E402


class Bench:
    """Programs to measure, and a place to do it; `close` ends what was started and removes all."""

    def __init__(self, programs: pathlib.Path):
        self.programs = programs
        self.cores = len(os.sched_getaffinity(0))
        self._cleanup = contextlib.ExitStack()
        try:
            self.folder = self._temporary_folder()
            # Held in memory, so that printing ids costs what it costs in a pipe.
            memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
            self.output = self._temporary_folder(memory) / "output"
            os.chdir(self.folder)
            self._isolate()
            self.port = free_port()
            self.redis_url = f"redis://127.0.0.1:{self.port}/0"
            self.sqlite_url = f"sqlite:{self.folder}/tq.db"
            self._start_redis()
            swift = os.environ.get("SWIFT", "swift") + "c"
            self.empty = self._build("empty.swift", swift, "-O", "-static-stdlib")
            self.spawn = self._build("spawn.c", "cc", "-O2")
            self.answer = self._build("answer.c", "cc", "-O2")
            self.stamp = self._build("stamp.c", "cc", "-O2")
            self.drain = self._build("drain.c", "cc", "-O2", libraries=("-lhiredis",))
            self.trickle = self._build("trickle.c", "cc", "-O2", libraries=("-lhiredis",))
            self.publish = self._build("publish.c", "cc", "-O2", libraries=("-lrabbitmq",))
            both = ("-lrabbitmq", "-lhiredis")
            self.consume = self._build("consume.c", "cc", "-O2", libraries=both)
        except BaseException:
            self.close()
            raise

    @functools.cached_property
    def gearman_port(self) -> int:
        """The port of a Gearman server, which is started for the first who asks."""
        port = free_port()
        options = ["-L", "127.0.0.1", "-p", str(port), "-l", str(self.folder / "gearmand.log")]
        self.serve(["gearmand", *options], port)
        return port

    @functools.cached_property
    def rabbit(self) -> RabbitNode:
        """A RabbitMQ node, which is started for the first who asks."""
        return self._cleanup.enter_context(self.new_rabbit())

    @contextlib.contextmanager
    def new_rabbit(self):
        """Another one, for the body alone."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rabbit-", dir=self.folder))
        node = RabbitNode(folder / "node", CELERY)
        try:
            yield node
        finally:
            node.kill()

    def close(self):
        self._cleanup.close()

    def tq(self, program: str, url: str, *arguments: str) -> list[str]:
        """The command line of one of tq's programs with a broker."""
        return [str(self.programs / program), "-b", url, *arguments]

    def redis(self, program: str, *arguments: str) -> list[str]:
        """The command line of redis-cli or redis-benchmark."""
        return [program, "-p", str(self.port), *arguments]

    def ask_redis(self, *command: str) -> str:
        return subprocess.check_output(self.redis("redis-cli", *command), text=True).rstrip("\n")

    @property
    def noop_worker(self) -> list[str]:
        """The command line of the worker whose tasks are handlers, on Redis."""
        return self.noop_worker_on(self.redis_url)

    def noop_worker_on(self, url: str) -> list[str]:
        """The same on a broker; `make bench` builds it."""
        program = self.programs / "noop-worker"
        if not program.exists():
            raise SystemExit(f"run: there is no {program}: make bench makes it")
        return [str(program), "-q", "-b", url]

    def celery(self, url: str, results: str, *arguments: str) -> list[str]:
        """The command line of Python where Celery is, for programs/celery_noop.py."""
        variables = [f"BROKER={url}", f"RESULTS={results}", f"PYTHONPATH={SOURCES}"]
        python = CELERY / "bin/python"
        return ["env", "PYTHONDONTWRITEBYTECODE=1", *variables, str(python), *arguments]

    def output_lines(self) -> int:
        """How many lines the last command printed."""
        return self.output.read_bytes().count(b"\n")

    def clear(self):
        """Empties both brokers; the SQLite file is made anew, so that nobody measures that."""
        self.ask_redis("FLUSHALL")
        for file in self.folder.glob("tq.db*"):
            file.unlink()
        self.run(self.tq("tq-send", self.sqlite_url, "noop"))
        self.run(self.tq("tq-work", self.sqlite_url, "--burst", "-q", "--", "true"))

    def run(
        self,
        command: list[str],
        numbers: int = 0,
        times: int = 1,
        source: str | pathlib.Path = os.devnull,
    ) -> Usage:
        """Runs a command to its end, with its output in `self.output`.

        With `numbers`, stdin is a pipe from `seq numbers`; else it is the file `source`. It is
        started `times` times, all of them at once.
        """
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(open(self.output, "wb"))
            if numbers:
                seq = subprocess.Popen(["seq", str(numbers)], stdout=subprocess.PIPE)
                stdin = stack.enter_context(seq).stdout
            else:
                stdin = stack.enter_context(open(source, "rb"))
            return run_to_end([command] * times, stdin.fileno(), output.fileno())

    @contextlib.contextmanager
    def running(self, command: list[str]):
        """Runs a command beside the body, which is given its process, then ends it by SIGTERM,
        with its children, if it has not ended."""
        with open(self.folder / f"{pathlib.Path(command[0]).name}.log", "wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
            )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def _temporary_folder(self, parent: str | None = None) -> pathlib.Path:
        folder = tempfile.mkdtemp(prefix="tq-bench-", dir=parent)
        self._cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        return pathlib.Path(folder)

    def _isolate(self):
        """Keeps the user's own settings away from tq's programs."""
        for name in [name for name in os.environ if name.startswith("TQ_")]:
            del os.environ[name]
        settings = self.folder / "empty.toml"
        settings.touch()
        os.environ["TQ_CONFIG"] = str(settings)
        os.environ["PARALLEL_HOME"] = str(self.folder)

    def server_cpu(self) -> float:
        """The CPU time of the Redis server so far, in seconds."""
        return exact_cpu(self._redis.pid)

    def redis_memory(self) -> int:
        """What the Redis server keeps, in bytes."""
        return int(self.ask_redis("INFO", "memory").partition("used_memory:")[2].split()[0])

    def _start_redis(self):
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", "."]
        self._redis = self.serve(["redis-server", *options], self.port)

    def serve(self, command: list[str], port: int) -> subprocess.Popen:
        """Runs a server beside everything that follows; returns when it answers."""
        process = self._cleanup.enter_context(self.running(command))
        self.wait_for(lambda: answers(port), f"{command[0]} does not answer")
        return process

    def wait_for(self, condition: typing.Callable[[], bool], otherwise: str, seconds: float = 10):
        """Waits until the condition holds; if it does not in time, ends the program with a word."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"run: {otherwise} within {seconds} s")
            time.sleep(0.02)

    def _build(self, source: str, *compiler: str, libraries: tuple[str, ...] = ()) -> list[str]:
        program = self.folder / pathlib.Path(source).stem
        subprocess.check_call([*compiler, SOURCES / source, "-o", program, *libraries])
        return [str(program)]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
