"""Sends tasks as Celery's client does: a line of stdin is what tq-send takes there too.

Prints the id of each.
"""

import json
import sys

from celery_app import app

for line in sys.stdin:
    task = json.loads(line)
    sent = app.send_task(task["task"], task["args"], countdown=task.get("countdown"))
    print(sent.id, flush=True)
