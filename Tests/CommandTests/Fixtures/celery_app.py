"""The Celery application at the other end of the wire in tq's tests."""

import os
import time

from celery import Celery

url = os.environ["TQ_TEST_BROKER"]
app = Celery("celery_app", broker=url, backend=url)
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
