"""Sends the tasks with tq-send while the faults go on, and keeps every id that it prints.

Where a worker of Celery shares the queue, its client sends some of them.
"""

import json
import random
import subprocess
import time

from fleet import Fleet

BATCH = 200
# So many tasks wait at most: the faults are to meet workers that are busy, not a deep queue.
DEPTH = 2000


class Sender:
    def __init__(self, fleet: Fleet, count: int, seconds: float, choice: random.Random):
        self.printed: list[str] = []
        self.by_celery = 0
        self.failures = 0
        self._batches = 0
        self._fleet = fleet
        self._pause = seconds * BATCH / count
        self._lines = [self._line(choice) for _ in range(count)]

    def run(self):
        while self._lines:
            began = time.monotonic()
            self._send(self._lines[:BATCH])
            while self._fleet.store.waiting() > DEPTH:
                time.sleep(0.05)
            time.sleep(max(self._pause - (time.monotonic() - began), 0))

    def _send(self, batch: list[str]):
        is_celerys = self._fleet.options.celery and self._batches % 4 == 0
        self._batches += 1
        command = self._fleet.tq("tq-send", "-")
        if is_celerys:
            command = self._fleet.celery("celery_sender.py")
        sent = subprocess.run(command, input="".join(batch), capture_output=True, text=True)
        ids = sent.stdout.split()
        self.printed += ids
        self.by_celery += len(ids) if is_celerys else 0
        # What was not printed may be there all the same: it is sent again under other ids.
        del self._lines[: len(ids)]
        if sent.returncode != 0:
            self.failures += 1
            self._fleet.log(f"tq-send: {sent.returncode}: {sent.stderr.strip()}")
            time.sleep(0.1)

    def _line(self, choice: random.Random) -> str:
        """Most tasks are short; some sleep, and a few of these, or as many as are asked for, longer than
        a lease."""
        kind = choice.random()
        seconds = 0.0
        if kind < self._fleet.options.long:
            seconds = choice.uniform(14, 40)
        elif kind < 0.001:
            seconds = 14
        elif kind < 0.011:
            seconds = choice.uniform(1, 3)
        elif kind < 0.11:
            seconds = choice.uniform(0.05, 0.5)
        task = {"task": "faults.step", "args": [round(seconds, 2)] if seconds else [0]}
        if choice.random() < 0.05:
            task["countdown"] = round(choice.uniform(0.5, 4), 2)
        return json.dumps(task) + "\n"
