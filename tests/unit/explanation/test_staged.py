"""Three stages at once: nothing lost, nothing out of order, errors where they belong."""

import threading
import time

import pytest

from workflow_scripts.explanation.staged import AHEAD, staged

GROUPS = [[0, 1, 2], [3], [4, 5], [], [6]]


def doubled(group):
    return [2 * item for item in group]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_everything_is_yielded_once_and_in_order(threads):
    def late(item):
        time.sleep(0.01 * (item % 3))
        return item

    found = list(staged(GROUPS, late, doubled, lambda item, answer: (item, answer), threads))
    assert found == [(n, 2 * n) for n in range(7)]


def test_the_device_answers_one_group_at_a_time_and_always_in_the_same_thread():
    inside, threads, groups = [], set(), []

    def answer(group):
        assert not inside
        inside.append(1)
        time.sleep(0.005)
        threads.add(threading.get_ident())
        groups.append(list(group))
        inside.pop()
        return group

    list(staged(GROUPS, lambda item: item, answer, max, 3))
    assert len(threads) == 1
    assert groups == GROUPS


def test_the_host_prepares_the_next_images_while_the_device_is_busy():
    """Known answer: the device waits until the host has prepared what comes after."""
    prepared, released = [], threading.Event()

    def prepare(item):
        prepared.append(item)
        if item == AHEAD:
            released.set()
        return item

    def answer(group):
        assert released.wait(10)
        return group

    assert list(staged([[n] for n in range(8)], prepare, answer, max, 1)) == list(range(8))


def test_it_does_not_run_far_ahead_of_who_reads():
    prepared = []
    running = staged([[n] for n in range(50)], lambda item: prepared.append(item) or item, doubled, max, 2)
    next(running)
    time.sleep(0.05)
    assert len(prepared) <= AHEAD + 2
    running.close()
    assert len(prepared) <= AHEAD + 2


@pytest.mark.parametrize("stage", ["prepare", "answer", "finish"])
def test_an_error_comes_where_its_item_would_have(stage):
    def fail(at):
        def run(item, *_):
            if at == stage and item == 3:
                raise ValueError("of item 3")
            return item

        return run

    running = staged(
        GROUPS, fail("prepare"), lambda group: [fail("answer")(item) for item in group], fail("finish"), 2
    )
    assert [next(running) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="of item 3"):
        next(running)
    with pytest.raises(StopIteration):
        next(running)
