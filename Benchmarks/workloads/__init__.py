"""What is measured, in this order. A new row is a line in one of these functions."""

from . import beating, commands, draining, many, scale, sending, waiting

ALL = [
    sending.one_task,
    sending.instructions,
    sending.bulk,
    commands.true,
    commands.shell,
    commands.reading,
    commands.stream,
    draining.small,
    draining.medium,
    draining.large,
    draining.asleep,
    waiting.round_trip,
    waiting.latency,
    waiting.idle,
    many.idle_many,
    many.stampede,
    beating.beat_next,
    beating.beat_idle,
    beating.beat_late,
    beating.beat_stampede,
    scale.delayed,
    scale.punctual,
    scale.depth,
]
