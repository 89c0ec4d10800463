"""Maps a function over many items on several processes, with results in the items' order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.worker import DIED, end_with_parent

Item = TypeVar("Item")
Result = TypeVar("Result")

_function: Callable | None = None  # of a worker process


def ordered_map(
    build: Callable[[], Callable[[Item], Result]], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    """Yield ``build()(item)`` for every item, in order; `build` is called once per process.

    Memory is bounded: at most eight items per process are in progress or waiting to be
    taken. With one process, everything runs in this one; otherwise `build`, items and
    results must be picklable. Raises StudyError if a worker process dies; exceptions of the
    function are passed on unchanged.
    """
    if processes == 1:
        yield from map(build(), items)
        return
    # spawn: forking a process that has threads (OpenCV, HDF5) can deadlock the child
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _start_worker, (build, os.getpid()))
    items = iter(items)
    try:
        pending = deque(pool.submit(_call, item) for item in islice(items, 8 * processes))
        while pending:
            yield pending.popleft().result()
            pending.extend(pool.submit(_call, item) for item in islice(items, 1))
    except BrokenProcessPool as error:
        raise StudyError(DIED) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker(build: Callable[[], Callable], parent: int) -> None:
    global _function
    end_with_parent(parent)
    _function = build()


def _call(item: Item) -> Result:
    return _function(item)
