"""A network namespace whose packets can be lost."""

import json
import os
import random
import shutil
import subprocess


class NetworkError(Exception):
    pass


class Network:
    """A namespace beside ours, and a pair of interfaces between the two.

    Packets are lost by writing a wrong hardware address into the neighbour tables of both ends: the
    other end drops what is not for it. So no firewall is needed, and neither end is told.
    """

    def __init__(self):
        if os.geteuid() != 0:
            raise NetworkError("a network namespace can be made by root only")
        if not shutil.which("ip"):
            raise NetworkError("ip is not there (the package iproute2)")
        number = random.randrange(1 << 14)
        self._name = f"tq-faults-{number:x}"
        self._ends = (f"tqf{number:x}a", f"tqf{number:x}b")
        # 198.18.0.0/15 is for tests of networks (RFC 2544): four addresses of it.
        base = [198, 18, number >> 6, (number & 63) << 2]
        self.server_address = ".".join(map(str, [*base[:3], base[3] + 1]))
        self._client_address = ".".join(map(str, [*base[:3], base[3] + 2]))
        self.is_cut = False
        try:
            self._ip("netns", "add", self._name)
            self._ip("link", "add", self._ends[0], "type", "veth", "peer", self._ends[1])
            self._ip("link", "set", self._ends[1], "netns", self._name)
            self._ip("addr", "add", f"{self.server_address}/30", "dev", self._ends[0])
            self._ip("link", "set", self._ends[0], "up")
            self._inner("addr", "add", f"{self._client_address}/30", "dev", self._ends[1])
            self._inner("link", "set", self._ends[1], "up")
            self._addresses = (
                self._hardware_address(self._ip, self._ends[0]),
                self._hardware_address(self._inner, self._ends[1]),
            )
            self.mend()
        except NetworkError:
            self.remove()
            raise

    def inside(self, command: list[str]) -> list[str]:
        """The command line that runs a command in the namespace, as the same process."""
        return ["ip", "netns", "exec", self._name, *command]

    def cut(self):
        self.is_cut = True
        self._direct("02:00:00:00:00:01", "02:00:00:00:00:01")

    def mend(self):
        self._direct(*self._addresses)
        self.is_cut = False

    def remove(self):
        for words in (("link", "del", self._ends[0]), ("netns", "del", self._name)):
            subprocess.run(["ip", *words], stderr=subprocess.DEVNULL)

    def _direct(self, server: str, client: str):
        """Sends packets to these hardware addresses."""
        rest = ("nud", "permanent")
        neighbour = ("neigh", "replace")
        self._ip(*neighbour, self._client_address, "lladdr", client, "dev", self._ends[0], *rest)
        self._inner(*neighbour, self.server_address, "lladdr", server, "dev", self._ends[1], *rest)

    def _hardware_address(self, ip, end: str) -> str:
        return json.loads(ip("-j", "link", "show", end))[0]["address"]

    def _inner(self, *words: str) -> str:
        return self._ip("-n", self._name, *words)

    def _ip(self, *words: str) -> str:
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise NetworkError(f"ip {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout
