"""The workflows of the table: each a function that makes a signature of Celery's."""

from celery import chain, chord, chunks, group

import tasks


class Maker:
    """Signatures whose tasks all say of which workflow they are."""

    def __init__(self, workflow: str):
        self.workflow = workflow

    def __getattr__(self, name: str):
        task = tasks.app.tasks[f"flow.{name}"]
        return lambda *args, **options: task.s(*args, w=self.workflow).set(**options)

    def task(self, name: str):
        """For what makes signatures of many calls."""
        return tasks.app.tasks[f"flow.{name}"]

    def alone(self, name: str, *args):
        """Immutable."""
        return getattr(self, name)(*args).set(immutable=True)


def shapes():
    """Names and functions of a maker."""
    table = {}

    def shape(name):
        def add(function):
            table[name] = function
            return function

        return add

    table["one task"] = lambda t: t.add(1, 2)
    for count in [2, 3, 10]:
        table[f"chain of {count}"] = lambda t, n=count: chain(t.add(1), *[t.add(i) for i in range(1, n)])
    table["chain with an immutable step"] = lambda t: chain(t.add(1), t.alone("add", 5), t.add(2))
    table["chain of chains"] = lambda t: chain(chain(t.add(1), t.add(2)), chain(t.add(3), t.add(4)))
    table["chain that ends in a group"] = lambda t: chain(t.add(1), group(t.add(2), t.add(3)))
    table["chain with a group in it"] = lambda t: chain(t.add(1), group(t.add(2), t.add(3)), t.total())
    table["chain with two groups in it"] = lambda t: chain(
        t.add(1), group(t.add(2), t.add(3)), t.total(), group(t.add(4), t.add(5)), t.total())
    table["chain that begins with a group"] = lambda t: chain(group(t.add(1), t.add(2)), t.total())
    table["chain with two groups in a row"] = lambda t: chain(
        t.add(1), group(t.add(2), t.add(3)), group(t.total(), t.total()))
    table["chain with a group of one"] = lambda t: chain(t.add(1), group(t.add(2)), t.add(3))
    table["chain with a chord in it"] = lambda t: chain(
        t.add(1), chord([t.add(2), t.add(3)], t.total()), t.add(4))
    table["chain of two chords"] = lambda t: chain(
        chord([t.add(1), t.add(2)], t.total()), chord([t.add(3), t.add(4)], t.total()))
    for count in [1, 2, 50]:
        table[f"group of {count}"] = lambda t, n=count: group([t.add(i, i) for i in range(n)])
    table["group in a group"] = lambda t: group(t.add(1), group(t.add(2), t.add(3)), t.add(4))
    table["group of chains"] = lambda t: group(chain(t.add(1), t.add(2)), chain(t.add(3), t.add(4)))
    table["group of chords"] = lambda t: group(
        chord([t.add(1), t.add(2)], t.total()), chord([t.add(3), t.add(4)], t.total()))
    for count in [1, 2, 5, 1000]:
        table[f"chord of {count}"] = lambda t, n=count: chord([t.add(i, i) for i in range(n)], t.total())
    table["chord of none"] = lambda t: chord([], t.total())
    table["chord with a chain as body"] = lambda t: chord([t.add(1), t.add(2)], chain(t.total(), t.add(3)))
    table["chord with a group as body"] = lambda t: chord([t.add(1), t.add(2)], group(t.total(), t.same()))
    table["chord with a chord as body"] = lambda t: chord(
        [t.add(1), t.add(2)], chord([t.total(), t.total()], t.total()))
    table["chord with an immutable body"] = lambda t: chord([t.add(1), t.add(2)], t.alone("add", 7))
    table["chord of chains"] = lambda t: chord(
        [chain(t.add(1), t.add(2)), chain(t.add(3), t.add(4), t.add(5))], t.total())
    table["chord of a group"] = lambda t: chord(group(t.add(1), t.add(2)), t.total())
    table["chord of groups"] = lambda t: chord([group(t.add(1), t.add(2)), t.add(3)], t.total())
    table["chord of a chord"] = lambda t: chord([chord([t.add(1), t.add(2)], t.total()), t.add(3)], t.total())
    table["chord of a chord of a chord"] = lambda t: chord([
        chord([chord([t.add(1), t.add(2)], t.total()), t.add(3)], t.total()), t.add(4)], t.total())
    table["chord of two chords"] = lambda t: chord([
        chord([t.add(1), t.add(2)], t.total()), chord([t.add(3), t.add(4)], t.total())], t.total())
    table["chord of chains that end in chords"] = lambda t: chord(
        [chain(t.add(1), group(t.add(2), t.add(3)), t.total()), t.add(4)], t.total())
    table["chord in a chain in a chord"] = lambda t: chord(
        [chain(t.add(1), chord([t.add(2), t.add(3)], t.total()), t.add(4)), t.add(5)], t.total())
    table["map"] = lambda t: t.task("same").map([1, 2, 3])
    table["starmap"] = lambda t: t.task("add").starmap([(1, 2), (3, 4)])
    table["starmap in a chain"] = lambda t: chain(t.task("add").starmap([(1, 2), (3, 4)]), t.total())
    table["chunks"] = lambda t: t.task("add").chunks([(1, 2), (3, 4), (5, 6)], 2)
    table["callback"] = lambda t: t.add(1, 2, link=[t.mul(10)])
    table["two callbacks"] = lambda t: t.add(1, 2, link=[t.mul(10), t.same()])
    table["callback that is a group"] = lambda t: t.add(1, 2, link=[group(t.mul(10), t.same())])
    table["callback that is a chain"] = lambda t: t.add(1, 2, link=[chain(t.mul(10), t.add(1))])
    table["callback with a callback"] = lambda t: t.add(1, 2, link=[t.mul(10, link=[t.add(1)])])
    table["callback of a chain's last"] = lambda t: chain(t.add(1), t.add(2, link=[t.mul(10)]))
    table["callback of a chord's body"] = lambda t: chord(
        [t.add(1), t.add(2)], t.total(link=[t.mul(10)]))
    table["errback"] = lambda t: t.fail(link_error=[t.note()])
    table["two errbacks"] = lambda t: t.fail(link_error=[t.note(), t.note()])
    table["errback that is not called"] = lambda t: t.add(1, 2, link_error=[t.note()])
    for place in range(3):
        table[f"chain that fails at step {place + 1}"] = lambda t, k=place: chain(
            *[t.fail() if i == k else t.add(i) for i in range(3)])
        table[f"chain that fails at step {place + 1}, with errbacks"] = lambda t, k=place: chain(
            *[(t.fail if i == k else t.add)(i, link_error=[t.note()]) for i in range(3)])
        table[f"chord that fails at task {place + 1}"] = lambda t, k=place: chord(
            [t.fail(i) if i == k else t.add(i) for i in range(3)], t.total(link_error=[t.note()]))
        table[f"group that fails at task {place + 1}"] = lambda t, k=place: group(
            *[t.fail(i) if i == k else t.add(i) for i in range(3)])
    table["chord that fails everywhere"] = lambda t: chord([t.fail(), t.fail()], t.total(link_error=[t.note()]))
    table["chord whose body fails"] = lambda t: chord([t.add(1), t.add(2)], t.fail(link_error=[t.note()]))
    table["chain that fails before a group"] = lambda t: chain(t.fail(), group(t.add(2), t.add(3)), t.total())
    table["chain that fails in a group"] = lambda t: chain(t.add(1), group(t.fail(2), t.add(3)), t.total(), t.add(1))
    table["chain that fails after a group"] = lambda t: chain(t.add(1), group(t.add(2), t.add(3)), t.fail(), t.add(1))
    table["chain that fails before its last group"] = lambda t: chain(t.fail(), group(t.add(2), t.add(3)))
    table["chord with a chain that fails early"] = lambda t: chord(
        [chain(t.fail(), t.add(2)), t.add(3)], t.total())
    table["chord with a chain that fails late"] = lambda t: chord(
        [chain(t.add(1), t.fail()), t.add(3)], t.total())
    table["chord with a chord whose header fails"] = lambda t: chord(
        [chord([t.fail(), t.add(2)], t.total()), t.add(3)], t.total(link_error=[t.note()]))
    table["chord with a chord whose body fails"] = lambda t: chord(
        [chord([t.add(1), t.add(2)], t.fail()), t.add(3)], t.total())
    table["chord that fails, with a chain as body"] = lambda t: chord(
        [t.fail(), t.add(2)], chain(t.total(), t.add(3)))
    table["retry of one task"] = lambda t: t.again(5)
    table["retry in a chain"] = lambda t: chain(t.add(1), t.again(), t.add(2))
    table["retry in a group"] = lambda t: group(t.again(1), t.add(2))
    table["retry in a chord's header"] = lambda t: chord([t.again(1), t.add(2)], t.total())
    table["retry of a chord's body"] = lambda t: chord([t.add(1), t.add(2)], t.again())
    table["countdown of a step"] = lambda t: chain(t.add(1), t.add(2, countdown=0.3), t.add(3))
    table["results ignored in a chain"] = lambda t: chain(t.add(1, ignore_result=True), t.add(2))
    table["results ignored in a chord"] = lambda t: chord(
        [t.add(1, ignore_result=True), t.add(2)], t.total())
    return table
