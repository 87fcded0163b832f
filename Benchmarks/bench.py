"""What the workloads use: programs run and measured, a Redis server, temporary files."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import typing


class Usage(typing.NamedTuple):
    """What a program used, in seconds, with the children it waited for."""

    cpu: float
    wall: float


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
            self._port = free_port()
            self.redis_url = f"redis://127.0.0.1:{self._port}/0"
            self.sqlite_url = f"sqlite:{self.folder}/tq.db"
            self._start_redis()
            self.empty = self._build_empty()
        except BaseException:
            self.close()
            raise

    def close(self):
        self._cleanup.close()

    def tq(self, program: str, url: str, *arguments: str) -> list[str]:
        """The command line of one of tq's programs with a broker."""
        return [str(self.programs / program), "-b", url, *arguments]

    def redis(self, program: str, *arguments: str) -> list[str]:
        """The command line of redis-cli or redis-benchmark."""
        return [program, "-p", str(self._port), *arguments]

    def ask_redis(self, *command: str) -> str:
        return subprocess.check_output(self.redis("redis-cli", *command), text=True).rstrip("\n")

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

    def run(self, command: list[str], numbers: int = 0) -> Usage:
        """Runs a command to its end, with its output in `self.output`.

        With `numbers`, stdin is a pipe from `seq numbers`; else it is empty.
        """
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(open(self.output, "wb"))
            if numbers:
                seq = subprocess.Popen(["seq", str(numbers)], stdout=subprocess.PIPE)
                source = stack.enter_context(seq).stdout
            else:
                source = stack.enter_context(open(os.devnull, "rb"))
            return spawn_and_wait(command, source.fileno(), output.fileno())

    @contextlib.contextmanager
    def running(self, command: list[str]):
        """Runs a command beside the body, then ends it by SIGTERM."""
        with open(self.folder / f"{pathlib.Path(command[0]).name}.log", "wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
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

    def _start_redis(self):
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", "."]
        self._cleanup.enter_context(self.running(["redis-server", *options]))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port)).close()
                return
            time.sleep(0.02)
        raise SystemExit("run: redis-server does not answer")

    def _build_empty(self) -> list[str]:
        program = self.folder / "empty"
        source = pathlib.Path(__file__).with_name("empty.swift")
        compiler = os.environ.get("SWIFT", "swift") + "c"
        subprocess.check_call([compiler, "-O", "-static-stdlib", source, "-o", program])
        return [str(program)]


def spawn_and_wait(command: list[str], stdin: int, stdout: int) -> Usage:
    """posix_spawn costs the child nothing that depends on this process, as fork would."""
    actions = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)]
    # Python itself ignores it, and what is ignored stays so in children.
    defaults = [signal.SIGPIPE]
    start = time.perf_counter()
    child = os.posix_spawnp(
        command[0], command, os.environ, file_actions=actions, setsigdef=defaults
    )
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    if status != 0:
        code = os.waitstatus_to_exitcode(status)
        raise SystemExit(f"run: exit status {code} of: {' '.join(command)[:200]}")
    return Usage(usage.ru_utime + usage.ru_stime, wall)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
