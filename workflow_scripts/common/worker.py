"""What processes that work for another one have in common."""

import os
import threading
import time

LOOK_EVERY = 1  # second
DIED = (
    "a worker process died: it was killed, most often for lack of memory, or could not start (see above); "
    "give the job more memory or fewer threads and rerun"
)


def end_with_parent(parent: int) -> None:
    """End this process soon after `parent`, the process that started it, is gone.

    A process that is killed can't end those that work for it, and they would wait for work forever.
    """
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)
