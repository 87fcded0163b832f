"""What has happened to every task, and whether that is as promised."""

import collections
import dataclasses
import json
import pathlib
import statistics
import subprocess

from breakage import LEASE
from fleet import Fleet, Span
from sender import Sender

# A worker renews its lease so often that it may have lost it after a silence of this length.
RISKY_SILENCE = LEASE - 4.5
# So late may a worker still do what it began to do during a silence: its connection comes back.
AFTERMATH = 8


@dataclasses.dataclass
class Row:
    what: str
    text: str
    goal: str = ""
    is_met: bool = True


@dataclasses.dataclass
class Run:
    worker: int
    begin: float
    end: float | None = None


def read_runs(ledger: pathlib.Path) -> dict[str, list[Run]]:
    """The runs of each task, by its id, in the order in which they began."""
    runs: dict[str, list[Run]] = collections.defaultdict(list)
    for text in ledger.read_text().splitlines():
        event, id, worker, time = text.split()
        if event == "start":
            runs[id].append(Run(int(worker), float(time)))
            continue
        for run in runs[id]:
            if run.worker == int(worker) and run.end is None:
                run.end = float(time)
                break
    for of_one in runs.values():
        of_one.sort(key=lambda run: run.begin)
    return runs


class Ledger:
    def __init__(self, fleet: Fleet, sender: Sender):
        self._fleet = fleet
        self._printed = sender.printed
        self._sent_by_celery = sender.by_celery
        self._runs = read_runs(fleet.ledger)
        self._results = self._read_results()
        # Sentences about what is not as promised.
        self.evidence: list[str] = []

    def rows(self, is_drained: bool) -> list[Row]:
        printed = set(self._printed)
        lost = self._lost()
        causes = self._doubled()
        left = self._fleet.store.left()
        writes = self._result_writes()
        often = {id: count for id, count in writes.items() if count > 1}
        for id, count in sorted(often.items())[:5]:
            self.evidence.append(f"{id}: {count} results were written; {self._story(id)}")
        if any(left.values()):
            self.evidence.append(f"left: {left}")
        held = self._held_by_workers()
        plain, during = self._recoveries()
        unexplained = causes.pop("unexplained", 0)
        rows = [
            self._all("ids printed", len(printed), self._fleet.options.tasks),
            Row("… twice", f"{len(self._printed) - len(printed)}"),
            self._none("tasks lost", len(lost)),
            self._none("tasks stranded", sum(left.values()) if not is_drained else 0),
            self._none("tasks in the name of a worker at the end", held),
            Row("stored, though sending had failed", f"{len(set(self._runs) - printed):,}"),
            Row("dead letters", f"{self._fleet.store.dead():,}"),
            Row("tasks started", f"{sum(map(len, self._runs.values())):,}"),
            *(Row(f"… again: {cause}", f"{count:,}") for cause, count in sorted(causes.items())),
            self._none("… again: unexplained", unexplained),
        ]
        if self._fleet.celery_process:
            rows += self._celery_rows()
        if self._fleet.server:
            rows.append(self._none("results written twice", len(often)))
        if plain:
            # One after the other, and who has taken one may be killed too.
            median, longest = statistics.median(plain), max(plain)
            rows += [
                Row("killed workers' tasks", f"{len(plain):,}"),
                Row("… running again after, median", f"{median:.1f} s", "under 15 s", median < 15),
                Row("… at most", f"{longest:.1f} s", "under 30 s", longest < 30),
            ]
        if during:
            rows += [
                Row("killed beside an outage: tasks", f"{len(during):,}"),
                Row(
                    "… running again after its end, median",
                    f"{statistics.median(during):.1f} s",
                ),
                Row("… at most", f"{max(during):.1f} s", "under 30 s", max(during) < 30),
            ]
        return rows

    def _celery_rows(self) -> list[Row]:
        runs = [run for runs in self._runs.values() for run in runs]
        count = sum(run.worker == self._fleet.celery_process for run in runs)
        return [
            self._some("tasks sent by Celery's client", self._sent_by_celery),
            self._some("tasks run by Celery's worker", count),
            self._some("tasks run by tq-work", len(runs) - count),
        ]

    @staticmethod
    def _some(what: str, count: int) -> Row:
        return Row(what, f"{count:,}", "some", count > 0)

    @staticmethod
    def _none(what: str, count: int) -> Row:
        return Row(what, f"{count:,}", "0", count == 0)

    @staticmethod
    def _all(what: str, count: int, goal: int) -> Row:
        return Row(what, f"{count:,}", f"{goal:,}", count == goal)

    # Reading

    def _read_results(self) -> dict[str, dict]:
        ids = "".join(f"{id}\n" for id in self._printed)
        command = self._fleet.tq("tq-result", "--json", "-")
        output = subprocess.run(command, input=ids, capture_output=True, text=True).stdout
        return {result["id"]: result for result in map(json.loads, output.splitlines())}

    def _result_writes(self) -> dict[str, int]:
        return self._fleet.server.result_writes() if self._fleet.server else {}

    def _held_by_workers(self) -> int:
        return self._fleet.server.held_by_workers() if self._fleet.server else 0

    # Judging

    def _lost(self) -> list[str]:
        lost = []
        for id in self._printed:
            state = self._results.get(id, {}).get("state")
            if state == "SUCCESS" and self._runs.get(id):
                continue
            # The first of three workers may only have held it.
            if state == "FAILURE" and self._deaths(id) >= 2:
                continue
            lost.append(id)
            self.evidence.append(f"{id}: its state is {state}; {self._story(id)}")
        return lost

    def _deaths(self, id: str) -> int:
        return sum(run.worker in self._fleet.killed for run in self._runs.get(id, []))

    def _doubled(self) -> dict[str, int]:
        causes: dict[str, int] = collections.Counter()
        for id, runs in self._runs.items():
            for first, second in zip(runs, runs[1:]):
                cause = self._cause(first, second)
                causes[cause] += 1
                if cause == "unexplained":
                    self.evidence.append(f"{id}: was run twice; {self._story(id)}")
        return causes

    def _cause(self, first: Run, second: Run) -> str:
        if first.begin - 0.1 <= self._fleet.killed.get(first.worker, 0) <= second.begin:
            return "its worker was killed"
        for run in (first, second):
            for span in self._fleet.silent.get(run.worker, []):
                is_near = span.begin <= second.begin and span.end >= first.begin - AFTERMATH
                if is_near and span.end - span.begin >= RISKY_SILENCE:
                    return "its worker was stopped or cut off"
        return "unexplained"

    def _recoveries(self) -> tuple[list[float], list[float]]:
        """How long after a kill what the worker ran was running again, without an outage of the
        server meanwhile; and if there was one, how long after its end."""
        plain: list[float] = []
        during: list[float] = []
        for runs in self._runs.values():
            for first, second in zip(runs, runs[1:]):
                killed = self._fleet.killed.get(first.worker)
                if killed is None or not first.begin <= killed <= second.begin:
                    continue
                span = Span(killed, second.begin)
                outages = [
                    outage.end for outage in self._fleet.outages if self._overlap(span, outage)
                ]
                if outages:
                    during.append(max(second.begin - max(outages), 0))
                else:
                    plain.append(second.begin - killed)
        return plain, during

    @staticmethod
    def _overlap(one: Span, other: Span) -> bool:
        return one.begin <= other.end and other.begin <= one.end

    def _story(self, id: str) -> str:
        runs = [
            f"by {run.worker} from {run.begin:.3f} to {run.end and f'{run.end:.3f}'}"
            for run in self._runs.get(id, [])
        ]
        return "run " + (", ".join(runs) or "never")
