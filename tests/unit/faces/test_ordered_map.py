"""Results in order on any number of processes; a dead worker or parent leaves nothing hanging."""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.ordered_map import ordered_map

# built from functions that a fresh process can import: partial(pow, 2)(n) is 2 ** n
POWERS_OF_TWO = partial(partial, pow, 2)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order(processes):
    assert list(ordered_map(POWERS_OF_TWO, range(60), processes)) == [2**n for n in range(60)]
    assert list(ordered_map(POWERS_OF_TWO, [], processes)) == []


def test_items_are_taken_as_results_are():
    taken = []
    results = ordered_map(POWERS_OF_TWO, (taken.append(n) or n for n in range(500)), 2)
    assert next(results) == 1
    assert len(taken) <= 16
    results.close()


def test_a_killed_worker_is_an_error_and_no_hang():
    with pytest.raises(StudyError, match="a worker process died"):
        list(ordered_map(partial(partial, os._exit), range(20), 2))


def test_a_worker_that_cannot_start_is_an_error_and_no_hang():
    with pytest.raises(StudyError, match="worker process died"):
        list(ordered_map(partial(int, "not a number"), range(20), 2))


def test_exceptions_of_the_function_come_through():
    with pytest.raises(ZeroDivisionError):
        list(ordered_map(partial(partial, divmod, 1), [1, 0], 2))


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\nfrom functools import partial\n"
        "from workflow_scripts.faces.ordered_map import ordered_map\n"
        "if __name__ == '__main__':\n"
        "    results = ordered_map(partial(partial, os.getppid), [], 2)\n"
        "    results = ordered_map(partial(partial, eval), ['__import__(\"os\").getpid()'] * 40, 2)\n"
        "    print(next(results), next(results), flush=True)\n    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    workers = {int(pid) for pid in parent.stdout.readline().split()}
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    assert not any(_runs(pid) for pid in workers)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # an ended process that nobody has waited for still has its number
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
