"""Celery, to compare with: an application with a task that does nothing.

    celery_noop.py COUNT

sends it so often, and prints the seconds and the CPU time that this took; the start of Python and of
the connection is not counted. With CONFIRMS=1 it waits for the server to confirm each, as tq does.
"""

import os
import sys
import time

from celery import Celery

app = Celery("celery_noop", broker=os.environ["BROKER"], backend=os.environ["RESULTS"])
app.conf.broker_transport_options = {"confirm_publish": os.environ.get("CONFIRMS") == "1"}
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_hijack_root_logger = False


@app.task(name="noop")
def noop(argument):
    pass


if __name__ == "__main__":
    argument = "x" * 100
    noop.delay(argument)
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(sys.argv[1])):
        noop.delay(argument)
    print(time.perf_counter() - start, time.process_time() - cpu)
