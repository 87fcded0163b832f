"""The tasks of the workflows: for Celery's workers an application, for tq-work the commands of a file.

    tasks.py stream   reads tasks as tq-work gives them to a stream command, and answers them

Each call is a line with a JSON object at the end of the file that WORKFLOW_CALLS names.
"""

import json
import os
import sys
import time

NAMES = ["add", "mul", "total", "same", "fail", "again", "note"]


class Boom(ValueError):
    """Its arguments are those of the failures in Celery's captures."""


def run(name: str, args: list, kwargs: dict, retries: int):
    """What a task makes of its arguments; `again` raises TimeoutError in its first try."""
    match name:
        case "add":
            return sum(args)
        case "mul":
            return args[0] * args[1]
        case "total":
            return sum(args[0])
        case "same" | "note":
            return args
        case "again":
            if retries == 0:
                raise TimeoutError()
            return args[0] if args else None
    raise Boom("boom", 42)


def log(call: dict, worker: int) -> None:
    """`worker` is the process that was started as one."""
    line = json.dumps(call | {"worker": worker}) + "\n"
    with open(os.environ["WORKFLOW_CALLS"], "a", encoding="utf-8") as calls:
        calls.write(line)


def stream() -> None:
    """Answers the lines of a stream command."""
    for line in sys.stdin:
        task = json.loads(line)
        name = task["task"].partition(".")[2]
        keys = ["id", "task", "args", "kwargs", "root_id", "parent_id", "group", "retries"]
        log({key: task[key] for key in keys}, os.getppid())
        try:
            answer = run(name, task["args"], task["kwargs"], task["retries"])
        except TimeoutError:
            answer = {"tq": {"error": {"type": "Again", "message": "again"}, "retry": 0}}
        except (Boom, TypeError, IndexError):
            error = {"type": "Boom", "message": "boom", "module": "tasks"}
            answer = {"tq": {"error": error, "retry": False}}
        print(json.dumps(answer), flush=True)


def application(url: str):
    """Celery's application, with the tasks by the same names."""
    from celery import Celery

    app = Celery("flow", broker=url, backend=url)
    app.conf.update(
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        task_acks_late=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
    )

    def define(name: str):
        @app.task(name=f"flow.{name}", bind=True, max_retries=3)
        def task(self, *args, **kwargs):
            request = self.request
            log({
                "id": request.id, "task": f"flow.{name}", "args": list(args), "kwargs": kwargs,
                "root_id": request.root_id, "parent_id": request.parent_id,
                "group": request.group, "retries": request.retries,
            }, os.getpid())
            try:
                return run(name, list(args), kwargs, request.retries)
            except TimeoutError as error:
                raise self.retry(exc=error, countdown=0)

    @app.task(name="flow.note", bind=True)
    def note(self, failed, *, w=None):
        request = self.request
        log({
            "id": request.id, "task": "flow.note", "args": [failed], "kwargs": {"w": w},
            "root_id": request.root_id, "parent_id": request.parent_id, "group": request.group,
            "retries": 0,
        }, os.getpid())
        return [failed]

    for name in NAMES:
        if name != "note":
            define(name)
    return app


if __name__ == "__main__":
    stream()
else:
    app = application(os.environ["WORKFLOW_URL"])
