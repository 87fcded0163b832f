"""The workers, their broker, and what can be done to them."""

import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from file import Clock, File
from network import Network, NetworkError
from rabbit import Rabbit
from server import Server

HERE = pathlib.Path(__file__).parent


@dataclasses.dataclass
class Span:
    """From when to when something was the matter, in seconds since the epoch."""

    begin: float
    end: float = float("inf")


class Worker:
    """One place in the fleet, with one process of tq-work after the other."""

    def __init__(self, fleet: "Fleet", number: int):
        self._fleet = fleet
        self._number = number
        self._network = fleet.network if number == 0 else None
        self.process: subprocess.Popen | None = None
        self.is_stopped = False

    @property
    def is_remote(self) -> bool:
        return self._network is not None

    def start(self):
        """Starts it, unless it runs: one that is killed twice in a row is to be started twice."""
        if self.is_running:
            return
        fleet = self._fleet
        command = [
            *fleet.tq("tq-work", "-c", str(fleet.options.slots), "-n", f"w{self._number}"),
            *("--tasks", str(fleet.folder / "tasks"), "-l", "debug"),
        ]
        if self._network:
            command[2] = fleet.url.replace("127.0.0.1", self._network.server_address)
            command = self._network.inside(command)
        if fleet.clock:
            # The first program with libfaketime has its environment moved, by which Swift finds the
            # arguments.
            command.insert(0, "/usr/bin/env")
        with open(fleet.folder / f"worker-{self._number}.log", "ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | (fleet.clock.environment if fleet.clock else {}),
            )
        self.is_stopped = False
        fleet.log(f"w{self._number} is {self.process.pid}")

    def ensure_running(self):
        """One that found no broker when it was started has ended."""
        if self.process and self.process.poll() not in (None, -signal.SIGKILL):
            self.start()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Fleet:
    """A broker and workers; what was started ends with the `with`."""

    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tq-faults-"))
        self.ledger = self.folder / "ledger"
        self.ledger.touch()
        self.server: Server | Rabbit | None = None
        self.file: File | None = None
        self.clock: Clock | None = None
        self.network: Network | None = None
        self.missing_network = ""
        self.workers: list[Worker] = []
        # By process id.
        self.killed: dict[int, float] = {}
        self.silent: dict[int, list[Span]] = {}
        self.outages: list[Span] = []
        self._later: list[tuple[float, object]] = []
        self._celery: subprocess.Popen | None = None
        self._log = open(self.folder / "faults.log", "w", buffering=1)

    def __enter__(self) -> "Fleet":
        try:
            self._set_up()
            return self
        except BaseException:
            self.__exit__()
            raise

    def _set_up(self):
        for name in [name for name in os.environ if name.startswith("TQ_")]:
            del os.environ[name]
        (self.folder / "tq.toml").touch()
        os.environ["TQ_CONFIG"] = str(self.folder / "tq.toml")
        os.environ["FAULTS_LEDGER"] = str(self.ledger)
        (self.folder / "tasks/faults").mkdir(parents=True)
        shutil.copy(HERE / "step", self.folder / "tasks/faults/step")
        os.umask(0o022)
        for path in (self.folder / "tasks", self.folder / "tasks/faults"):
            path.chmod(0o755)
        (self.folder / "tasks/faults/step").chmod(0o755)
        if self.options.broker != "sqlite":
            try:
                self.network = Network()
            except NetworkError as error:
                self.missing_network = str(error)
            addresses = [self.network.server_address] if self.network else []
            if self.options.broker == "redis":
                self.server = Server(self.folder, addresses)
            else:
                self.server = Rabbit(self.folder, addresses, self.options.amqp)
                results = f'result_backend = "{self.server.results.url}"\n'
                (self.folder / "tq.toml").write_text(results)
            self.url = self.server.url
        else:
            self.file = File(self.folder)
            self.url = f"sqlite:{self.file.path}"
            if Clock.is_there():
                self.clock = Clock(self.folder)
        self.workers = [Worker(self, number) for number in range(self.options.workers)]
        for worker in self.workers:
            worker.start()
        if self.options.celery:
            self._start_celery()

    def _start_celery(self):
        os.environ |= {"FAULTS_URL": self.url, "PYTHONDONTWRITEBYTECODE": "1"}
        os.environ["PYTHONPATH"] = str(HERE)
        arguments = ["-A", "celery_app", "worker", "-c", "2", "-l", "INFO", "--without-mingle"]
        with open(self.folder / "celery.log", "wb") as log:
            command = [self.options.celery, "-m", "celery", *arguments]
            self._celery = subprocess.Popen(command, stdout=log, stderr=log)
        while b" ready." not in (self.folder / "celery.log").read_bytes():
            if self._celery.poll() is not None:
                raise SystemExit(f"run: Celery does not start: {self.folder}/celery.log")
            time.sleep(0.1)

    def __exit__(self, *_):
        processes = [worker.process for worker in self.workers] + [self._celery]
        for process in processes:
            if process and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate() if process is self._celery else process.kill()
        for process in processes:
            if process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()
                process.wait()
        if self.server:
            self.server.end()
        if self.network:
            self.network.remove()
        if self.file and not self.options.keep:
            self.file.remove()
        self._log.close()
        if self.options.keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def store(self) -> Server | Rabbit | File:
        """Where the tasks are."""
        return self.server or self.file

    def tq(self, program: str, *arguments: str) -> list[str]:
        return [str(self.options.programs / program), "-b", self.url, *arguments]

    def celery(self, script: str) -> list[str]:
        """The command line of a script of ours in Celery's environment."""
        return [str(self.options.celery), str(HERE / script)]

    @property
    def celery_process(self) -> int | None:
        return self._celery.pid if self._celery else None

    def log(self, text: str):
        self._log.write(f"{time.time():.3f} {text}\n")

    # What is done to it

    def kill(self, worker: Worker):
        if not worker.is_running:
            return
        self.killed[worker.process.pid] = time.time()
        worker.process.kill()
        worker.process.wait()
        worker.is_stopped = False
        self._end_silence(worker)

    def pause(self, worker: Worker) -> bool:
        if not worker.is_running or worker.is_stopped:
            return False
        worker.is_stopped = True
        self._begin_silence(worker)
        worker.process.send_signal(signal.SIGSTOP)
        return True

    def resume(self, worker: Worker):
        if not worker.is_running or not worker.is_stopped:
            return
        worker.process.send_signal(signal.SIGCONT)
        worker.is_stopped = False
        self._end_silence(worker)

    def cut(self) -> bool:
        if not self.network or self.network.is_cut or self.workers[0].is_stopped:
            return False
        self._begin_silence(self.workers[0])
        self.network.cut()
        return True

    def mend(self):
        self.network.mend()
        self._end_silence(self.workers[0])

    @contextlib.contextmanager
    def outage(self):
        span = Span(time.time())
        self.outages.append(span)
        yield
        span.end = time.time()

    def _begin_silence(self, worker: Worker):
        if worker.process:
            self.silent.setdefault(worker.process.pid, []).append(Span(time.time()))

    def _end_silence(self, worker: Worker):
        for span in self.silent.get(worker.process.pid, [])[-1:]:
            span.end = min(span.end, time.time())

    def later(self, seconds: float, action):
        self._later.append((time.monotonic() + seconds, action))

    def do_due(self, all: bool = False):
        now = time.monotonic()
        due = [entry for entry in self._later if all or entry[0] <= now]
        self._later = [entry for entry in self._later if entry not in due]
        for _, action in due:
            action()
        waits = {id(action.__self__) for _, action in self._later if hasattr(action, "__self__")}
        for worker in self.workers:
            if id(worker) not in waits:
                worker.ensure_running()

    # The end

    def drain(self, seconds: float) -> bool:
        """Waits until nothing is left; false if that does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.do_due()
            if not any(self.store.left().values()):
                return True
            time.sleep(0.1)
        return False

    def stop_workers(self):
        for worker in self.workers:
            if worker.is_running:
                worker.process.terminate()
        for worker in self.workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.process.wait(30)
