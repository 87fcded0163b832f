"""The same application with queues of all kinds, as RabbitMQ has them."""

from celery_app import app
from kombu import Exchange, Queue

media = Exchange("media", "topic")
news = Exchange("news", "fanout")

app.conf.task_queues = [
    Queue("celery", Exchange("celery", "direct"), "celery"),
    Queue("urgent", Exchange("urgent", "direct"), "urgent", queue_arguments={"x-max-priority": 10}),
    # The queue has another name than its exchange, and that than its key.
    Queue("parcels", Exchange("depot", "direct"), "parcel"),
    Queue("audio", media, "media.audio"),
    Queue("video", media, "media.video.#"),
    Queue("news one", news),
    Queue("news two", news),
    Queue("kept", Exchange("kept", "topic"), "kept", queue_arguments={"x-queue-type": "quorum"}),
    Queue("größe ☃", Exchange("größe ☃", "direct"), "größe ☃"),
]
app.conf.task_routes = {
    "to.parcels": {"queue": "parcels"},
    "to.audio": {"queue": "audio"},
    "to.video": {"exchange": "media", "exchange_type": "topic", "routing_key": "media.video.hd"},
    "to.news": {"exchange": "news", "exchange_type": "fanout", "routing_key": ""},
}


def declare(connection):
    """Declares them all, as a worker does that takes from them."""
    for queue in app.amqp.queues.values():
        queue(connection).declare()


@app.task(name="tried.again", bind=True)
def tried_again(self):
    """Fails once, and then says where it has come to."""
    if self.request.retries == 0:
        raise self.retry(countdown=1)
    return self.request.delivery_info["routing_key"]
