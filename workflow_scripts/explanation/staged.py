"""Work in three stages, of which only the middle one needs the device: the device should never wait."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

AHEAD = 2  # groups that are prepared before the device is done with the one before


def staged(
    groups: Iterable[Sequence],
    prepare: Callable,
    answer: Callable[[list], Sequence],
    finish: Callable,
    threads: int,
) -> Iterator:
    """Yield ``finish(prepared, answered)`` of every item of every group, in order.

    ``prepare(item)`` and ``finish`` run in `threads` threads, for later and earlier items, while
    ``answer(prepared items)`` runs in a thread of its own, for one group after the other. What is yielded
    does not depend on the threads. The first error is raised where its item would have been yielded.
    """
    host, device = ThreadPoolExecutor(threads), ThreadPoolExecutor(1)

    def answered(items: list) -> list:
        prepared = [item.result() for item in items]
        return [host.submit(finish, *pair) for pair in zip(prepared, answer(prepared), strict=True)]

    under_way = deque()
    try:
        for group in groups:
            under_way.append(device.submit(answered, [host.submit(prepare, item) for item in group]))
            if len(under_way) > AHEAD:
                yield from (finished.result() for finished in under_way.popleft().result())
        while under_way:
            yield from (finished.result() for finished in under_way.popleft().result())
    finally:  # also when the caller stops early
        device.shutdown(cancel_futures=True)
        host.shutdown(cancel_futures=True)
