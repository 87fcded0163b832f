"""The SQLite file of a fleet, and the clock of its workers."""

import contextlib
import os
import pathlib
import sqlite3
import subprocess

FAKETIME = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


class File:
    """A database, on a small disk of its own if that may be mounted."""

    def __init__(self, folder: pathlib.Path):
        self._disk = folder / "disk"
        self._disk.mkdir(mode=0o700)
        mount = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", str(self._disk)]
        self.is_on_disk_of_its_own = (
            os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
        )
        self.path = self._disk / "tq.db"

    def remove(self):
        if self.is_on_disk_of_its_own:
            subprocess.run(["umount", "-l", str(self._disk)])

    # What is in it

    def waiting(self) -> int:
        return self._count("tasks WHERE worker IS NULL")

    def left(self) -> dict[str, int]:
        return {"tasks": self._count("tasks")}

    def dead(self) -> int:
        return self._count("dead")

    def _count(self, rows: str) -> int:
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as database:
            try:
                return database.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
            except sqlite3.OperationalError:
                return 0  # no table yet

    # What is done to it

    @contextlib.contextmanager
    def locked(self):
        """Holds the lock for writing; the workers have made the file."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as database:
            database.isolation_level = None
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")

    @contextlib.contextmanager
    def disk_filled(self):
        filler = self._disk / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        try:
            yield
        finally:
            filler.unlink()


class Clock:
    """What the workers' clock on the wall shows: libfaketime asks a file for it each time."""

    def __init__(self, folder: pathlib.Path):
        self._file = folder / "clock"
        self.set(0)
        self.environment = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    @staticmethod
    def is_there() -> bool:
        return FAKETIME.exists()

    def set(self, ahead: int):
        """By so many seconds it is ahead of the machine's; the file is another at once."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead:+d}\n")
        new.rename(self._file)
