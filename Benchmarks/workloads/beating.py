"""tq-beat with ten thousand entries: what it costs while none is due, and how late it is."""

import contextlib
import datetime
import functools
import json
import pathlib
import signal
import statistics
import time

from bench import Bench
from usage import exact_cpu, resident, wake_ups
from workload import Goal, Row, Sample, Workload

from .waiting import server_commands

ENTRIES = 10_000
SOLAR = ["sunrise", "sunset", "dawn_civil", "dusk_nautical"]


def beat_next(bench: Bench) -> Workload:
    """The next firing of each entry; each entry of a kind is written differently."""
    kinds = {
        "crontab lines": lambda n: f"{n % 60} {n // 60 % 24} * * {n % 7}",
        "intervals": lambda n: f"every {n + 1}s",
        # From pole to pole: of the polar night it is a long way to the next sunset.
        "solar events": lambda n: f"{SOLAR[n % 4]} {n * 7 % 179 - 89}.{n % 97} {n % 359 - 179}.5",
    }

    def sample(schedule) -> Sample:
        settings = write(bench, schedule)
        command = bench.tq("tq-beat", bench.sqlite_url, "--config", str(settings), "--next")
        usage = bench.run(command)
        if bench.output_lines() != ENTRIES + 1:
            raise SystemExit(f"run: {bench.output_lines()} lines of {ENTRIES} entries")
        return {"wall": usage.wall, "CPU": usage.cpu}

    goals = (Goal("wall", 1, at_most=True, of_ratio=False),)
    return Workload(
        f"tq-beat --next, {ENTRIES:,} entries",
        {"wall": "{:.2f} s", "CPU": "{:.2f} s"},
        5,
        [Row(kind, lambda form=form: sample(form), goals=goals) for kind, form in kinds.items()],
    )


def beat_idle(bench: Bench) -> Workload:
    """A minute in which no entry is due; the reading of the settings is over by then."""
    seconds = 60

    def use(process: int) -> tuple[float, int, int]:
        return exact_cpu(process), wake_ups(process), server_commands(bench)

    @functools.cache
    def samples() -> dict[str, Sample]:
        """Both at the same time: they have nothing to do with each other."""
        bench.clear()
        settings = write(bench, lambda n: f"{n % 60} {n // 60 % 24} 29 2 *")
        with contextlib.ExitStack() as stack:
            urls = {"Redis": bench.redis_url, "SQLite": bench.sqlite_url}
            processes = {
                name: stack.enter_context(bench.running(beat(bench, url, settings))).pid
                for name, url in urls.items()
            }
            time.sleep(5)
            before = {name: use(process) for name, process in processes.items()}
            time.sleep(seconds)
            after = {name: use(process) for name, process in processes.items()}
            memory = {name: resident(process) for name, process in processes.items()}
        return {
            name: {
                "CPU": (after[name][0] - before[name][0]) * 1e3,
                "RSS": memory[name] / 1e6,
                "wake-ups/s": (after[name][1] - before[name][1]) / seconds,
                "server commands/s": (after[name][2] - before[name][2]) / seconds
                if name == "Redis"
                else 0,
            }
            for name in processes
        }

    return Workload(
        f"an idle tq-beat, {ENTRIES:,} entries, {seconds} s",
        {
            "CPU": "{:.0f} ms",
            "RSS": "{:.1f} MB",
            "wake-ups/s": "{:.2f}",
            "server commands/s": "{:.2f}",
        },
        1,
        [
            Row("tq-beat, Redis", lambda: samples()["Redis"]),
            Row("tq-beat, SQLite", lambda: samples()["SQLite"]),
        ],
    )


def beat_late(bench: Bench) -> Workload:
    """How much later than its time a firing was sent, by the log: 167 come a second, evenly."""
    seconds, warming = 20, 3

    def sample(url: str) -> Sample:
        bench.clear()
        settings = write(bench, lambda n: f"every 1m offset {n * 6}ms")
        with bench.running(beat(bench, url, settings)) as process:
            bench.wait_for(lambda: "sends periodic" in log(bench), "tq-beat does not begin")
            time.sleep(warming)
            before, start = exact_cpu(process.pid), time.time()
            time.sleep(seconds)
            cpu = exact_cpu(process.pid) - before
            process.send_signal(signal.SIGTERM)
            process.wait()
        late = [late for at, late in firings(bench) if start <= at < start + seconds]
        return lateness(late, cpu)

    return late_workload(bench, f"late, of {ENTRIES:,} firings a minute", sample, 20)


def beat_stampede(bench: Bench) -> Workload:
    """How late firings are sent that are due at the same instant."""

    def sample(url: str) -> Sample:
        bench.clear()
        settings = write(bench, lambda n: "every 15s")
        with bench.running(beat(bench, url, settings)) as process:
            bench.wait_for(lambda: "sends periodic" in log(bench), "tq-beat does not begin")
            before = exact_cpu(process.pid)
            bench.wait_for(
                lambda: log(bench).count('"sent"') >= ENTRIES, "not all were sent", seconds=60
            )
            cpu = exact_cpu(process.pid) - before
            process.send_signal(signal.SIGTERM)
            process.wait()
        return lateness([late for _, late in firings(bench)][:ENTRIES], cpu)

    return late_workload(bench, f"late, of {ENTRIES:,} firings at once", sample)


def late_workload(bench: Bench, title: str, sample, p99: float | None = None) -> Workload:
    goals = (Goal("p99", p99, at_most=True, of_ratio=False),) if p99 else ()
    form = "{:.1f} ms"
    return Workload(
        title,
        {"p50": form, "p99": form, "last": form, "CPU a firing": "{:.0f} µs"},
        3,
        [
            Row("tq-beat, Redis", lambda: sample(bench.redis_url), goals=goals),
            Row("tq-beat, SQLite", lambda: sample(bench.sqlite_url), goals=goals),
        ],
    )


def lateness(late: list[float], cpu: float) -> Sample:
    percentiles = statistics.quantiles(late, n=100)
    return {
        "p50": percentiles[49] * 1e3,
        "p99": percentiles[98] * 1e3,
        "last": max(late) * 1e3,
        "CPU a firing": cpu / len(late) * 1e6,
    }


def write(bench: Bench, schedule) -> pathlib.Path:
    """Settings with the entries, each with the schedule that its number is given."""
    settings = bench.folder / "beat.toml"
    settings.write_text(
        "".join(
            f'[beat_schedule.entry-{n}]\ntask = "noop"\nschedule = "{schedule(n)}"\n'
            for n in range(ENTRIES)
        )
    )
    return settings


def beat(bench: Bench, url: str, settings: pathlib.Path) -> list[str]:
    return bench.tq("tq-beat", url, "--config", str(settings), "--log-format", "json")


def log(bench: Bench) -> str:
    return (bench.folder / "tq-beat.log").read_text()


def firings(bench: Bench) -> list[tuple[float, float]]:
    """When each that was sent was due, and how much later it had been; in seconds."""
    found = []
    for line in log(bench).splitlines():
        record = json.loads(line)
        if record["message"] == "sent":
            at, sent = (
                datetime.datetime.fromisoformat(record[key]).timestamp() for key in ("at", "time")
            )
            found.append((at, sent - at))
    return found
