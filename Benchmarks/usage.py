"""What programs use: measured when they have ended, or while they run."""

import os
import pathlib
import signal
import time
import typing

TICK = 1 / os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


class Usage(typing.NamedTuple):
    """What programs used that ran at the same time, in seconds."""

    # With the children they waited for.
    cpu: float
    # Without them, to a hundredth.
    own_cpu: float
    wall: float


def run_to_end(commands: list[list[str]], stdin: int, stdout: int) -> Usage:
    start = time.perf_counter()
    children = [spawn(command, stdin, stdout) for command in commands]
    usages = [wait(child, command) for child, command in zip(children, commands)]
    wall = time.perf_counter() - start
    return Usage(sum(cpu for cpu, _ in usages), sum(own for _, own in usages), wall)


def spawn(command: list[str], stdin: int, stdout: int) -> int:
    """posix_spawn costs the child nothing that depends on this process, as fork would."""
    actions = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)]
    # Python itself ignores it, and what is ignored stays so in children.
    defaults = [signal.SIGPIPE]
    return os.posix_spawnp(
        command[0], command, os.environ, file_actions=actions, setsigdef=defaults
    )


def wait(child: int, command: list[str]) -> tuple[float, float]:
    """Waits for the end of a command: its CPU time with its children's, and without."""
    # The kernel keeps both times until it has been waited for; wait4 tells only their sum.
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    own = own_cpu(child)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        code = os.waitstatus_to_exitcode(status)
        raise SystemExit(f"run: exit status {code} of: {' '.join(command)[:200]}")
    return usage.ru_utime + usage.ru_stime, own


def own_cpu(process: int) -> float:
    """User and system time of a process, all its threads: utime and stime of proc(5)."""
    fields = (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def exact_cpu(process: int) -> float:
    """The same to the nanosecond, of the threads that there are: their sum_exec_runtime."""
    threads = (PROC / str(process) / "task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def family(process: int) -> list[int]:
    """A process and those below it."""
    children = [
        int(child)
        for thread in (PROC / str(process) / "task").iterdir()
        for child in (thread / "children").read_text().split()
    ]
    return [process] + [one for child in children for one in family(child)]


def resident(process: int) -> int:
    """The resident memory of a process in bytes, with the pages that it shares."""
    return int(status(PROC / str(process), "VmRSS").split()[0]) << 10


def wake_ups(process: int) -> int:
    """How often a thread of a process has gone on after waiting."""
    threads = (PROC / str(process) / "task").iterdir()
    return sum(int(status(thread, "voluntary_ctxt_switches")) for thread in threads)


def status(entry: pathlib.Path, name: str) -> str:
    for line in (entry / "status").read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return value.strip()
    raise SystemExit(f"run: there is no {name} in {entry}/status")
