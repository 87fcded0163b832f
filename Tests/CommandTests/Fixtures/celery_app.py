"""The Celery application at the other end of the wire in tq's tests."""

import os
import time

from celery import Celery

url = os.environ["TQ_TEST_BROKER"]
app = Celery("celery_app", broker=url, backend=os.environ.get("TQ_TEST_BACKEND", url))
app.conf.broker_connection_retry_on_startup = True


@app.task
def add(x, y):
    return x + y


@app.task
def echo(*args, **kwargs):
    return {"args": args, "kwargs": kwargs}


@app.task
def fail(message):
    raise ValueError(message)


@app.task(name="unicode")
def reverse(text):
    """Its characters from the last to the first: wrong if they were taken for bytes."""
    return text[::-1]


@app.task
def sleepy(seconds):
    time.sleep(seconds)
    return seconds


@app.task(bind=True)
def steps(self, total, gate):
    """Tells how far it is, and takes each step once the file that is named for it is there."""
    for current in range(1, total + 1):
        self.update_state(state="PROGRESS", meta={"current": current, "total": total})
        wait_for(f"{gate}{current}")
    return "finished"


@app.task(bind=True)
def flaky(self, gate):
    """Fails once, and then waits for a file."""
    if self.request.retries == 0:
        raise self.retry(exc=ValueError("not yet"), countdown=0)
    wait_for(gate)
    return self.request.retries


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.01)


@app.task(bind=True)
def whoami(self, *args, **kwargs):
    """What the worker read from the message."""
    request = self.request
    return {
        "id": request.id,
        "task": request.task,
        "args": list(args),
        "kwargs": kwargs,
        "eta": request.eta,
        "expires": request.expires,
        "retries": request.retries,
        "timelimit": request.timelimit,
        "root_id": request.root_id,
        "parent_id": request.parent_id,
        "ignore_result": request.ignore_result,
        "origin": request.origin,
        "argsrepr": request.argsrepr,
        "kwargsrepr": request.kwargsrepr,
        "delivery_info": request.delivery_info,
    }
