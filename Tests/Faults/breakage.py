"""What is broken, and when."""

import collections
import random
import time

from fleet import Fleet

# A worker that is silent for so long may lose its lease; after this it surely has.
LEASE = 10


def kill_worker(fleet: Fleet, choice: random.Random, _: float):
    worker = choice.choice(fleet.workers)
    fleet.kill(worker)
    fleet.later(choice.uniform(0, 2), worker.start)


def stop_worker(fleet: Fleet, choice: random.Random, _: float):
    worker = choice.choice(fleet.workers)
    if fleet.pause(worker):
        fleet.later(LEASE + choice.uniform(1, 5), lambda: fleet.resume(worker))


def kill_server(fleet: Fleet, choice: random.Random, _: float):
    with fleet.outage():
        fleet.server.kill()
        time.sleep(choice.uniform(0, 1.5))
        fleet.server.start()


def stop_server(fleet: Fleet, choice: random.Random, longest: float):
    with fleet.outage():
        fleet.server.pause()
        time.sleep(choice.uniform(0.5, longest))
        fleet.server.resume()


def close_connections(fleet: Fleet, choice: random.Random, _: float):
    """Some of them, or all; each time somebody else is in the middle of something."""
    for _ in range(choice.randint(1, 5)):
        fleet.server.close_connections(choice, choice.choice((0.2, 1)))
        time.sleep(choice.uniform(0, 0.1))


def drop_packets(fleet: Fleet, choice: random.Random, longest: float):
    """No packet comes to one worker or from it; neither end is told."""
    if fleet.cut():
        fleet.later(choice.uniform(0.5, max(longest, LEASE + 3)), fleet.mend)


def lock_database(fleet: Fleet, choice: random.Random, _: float):
    """Another program writes to the file, for longer than leases last."""
    with fleet.outage(), fleet.file.locked():
        time.sleep(choice.uniform(LEASE + 2, 20))


def set_clock(fleet: Fleet, choice: random.Random, _: float):
    """Forward by an hour or back, and right again; the clock that nobody sets goes on."""
    for ahead in (choice.choice((3600, -3600, 86400)), 0):
        fleet.clock.set(ahead)
        time.sleep(choice.uniform(2, 14))


def fill_disk(fleet: Fleet, choice: random.Random, _: float):
    """Nothing can be written for longer than leases last."""
    with fleet.outage(), fleet.file.disk_filled():
        time.sleep(choice.uniform(LEASE + 2, 25))


ALL = {
    "worker killed": kill_worker,
    "worker stopped past its lease": stop_worker,
    "server killed": kill_server,
    "server stopped": stop_server,
    "connections closed": close_connections,
    "packets dropped": drop_packets,
    "database locked": lock_database,
    "clock set": set_clock,
    "disk full": fill_disk,
}
OF_WORKERS = ("worker killed", "worker stopped past its lease")
OF_FILE = ("database locked", "clock set", "disk full")


def choose(names: list[str] | None, fleet: Fleet):
    """The faults to make, and why others are left out."""
    for name in names or []:
        if name not in ALL:
            raise SystemExit(f"run: there is no fault {name}: {', '.join(ALL)}")
    missing = {}
    for name in names or ALL:
        if name in OF_FILE and not fleet.file:
            missing[name] = "the server keeps no file of ours, and has a clock of its own"
        elif name == "clock set" and not fleet.clock:
            missing[name] = "libfaketime is not installed"
        elif name == "disk full" and not fleet.file.is_on_disk_of_its_own:
            missing[name] = "only root may mount a small disk"
        elif name in OF_FILE:
            continue
        elif name not in OF_WORKERS and not fleet.server:
            missing[name] = "SQLite has no server"
        elif name not in OF_WORKERS and fleet.options.celery:
            missing[name] = "Celery itself runs tasks twice when it loses its connection"
        elif name == "packets dropped" and not fleet.network:
            missing[name] = fleet.missing_network
    return [name for name in names or ALL if name not in missing], missing


class Schedule:
    """Each fault once in each round, in an order and at times that are left to chance."""

    def __init__(
        self, fleet: Fleet, faults: list[str], choice: random.Random, longest: float
    ):
        self.counts: dict[str, int] = collections.Counter({name: 0 for name in faults})
        self._fleet = fleet
        self._faults = faults
        self._choice = choice
        self._longest = longest
        self._round: list[str] = []
        self._next = time.monotonic() + 1

    def step(self):
        """Makes a fault, if it is time."""
        self._fleet.do_due()
        if not self._faults or time.monotonic() < self._next:
            time.sleep(0.02)
            return
        if not self._round:
            self._round = self._choice.sample(self._faults, len(self._faults))
        name = self._round.pop()
        self._fleet.log(name)
        ALL[name](self._fleet, self._choice, self._longest)
        self.counts[name] += 1
        self._next = time.monotonic() + self._choice.uniform(0.2, 2)

    def end(self):
        """Lets everything go on that is stopped, and makes no more faults."""
        self._fleet.do_due(all=True)


