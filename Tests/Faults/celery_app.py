"""The same task as `step`, for Celery."""

import os
import time

from celery import Celery

url = os.environ["FAULTS_URL"]
app = Celery("faults", broker=url, backend=url)
app.conf.broker_connection_retry_on_startup = True
# Else a task is off the queue while it runs, and nobody sees that it is not done; and a task that is held
# ahead waits for the longest.
app.conf.task_acks_late = True
app.conf.worker_prefetch_multiplier = 1


def write(event: str, task: str):
    line = f"{event} {task} {os.getppid()} {time.time():.6f}\n".encode()
    file = os.open(os.environ["FAULTS_LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line)
    os.close(file)


@app.task(name="faults.step", bind=True)
def step(self, seconds):
    write("start", self.request.id)
    time.sleep(seconds)
    write("end", self.request.id)
    return os.getppid()
