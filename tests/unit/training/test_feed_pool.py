"""Batches made in processes, as beside a GPU: the same ones, without TensorFlow; none outlives a training."""

import itertools
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.training import feed
from workflow_scripts.training.feed import TOGETHER, feed_pool, process_pool, training_batches
from workflow_scripts.training.varied_faces import Variant, varied_faces

REPOSITORY = Path(__file__).parents[3]
AUGMENTATION = {"gamma": [0.5, 2], "translation": 0.1, "crop": 0.8, "mirror": 0.5}


@pytest.fixture(scope="module")
def processes():
    with process_pool(2) as pool:
        yield pool


def batches(reader, pool) -> list[tuple[np.ndarray, np.ndarray]]:
    """Two epochs, in batches of several tasks each."""
    options = {"n_classes": 2, "size": 32, "copies": 20, "augmentation": AUGMENTATION, "seed": 1}
    endless = training_batches(
        reader, reader.image_ids, [0, 1] * 3 + [0], batch_size=3 * TOGETHER + 5, pool=pool, **options
    )
    return list(itertools.islice(endless, 6))


def test_processes_make_the_bytes_that_a_thread_makes(reader, processes):
    with ThreadPoolExecutor(1) as thread:
        expected = batches(reader, thread)
    for one, other in zip(expected, batches(reader, processes), strict=True):
        for array, found in zip(one, other, strict=True):
            np.testing.assert_array_equal(array, found)
            assert array.dtype == found.dtype


def test_a_face_that_a_process_does_not_find_is_named(reader, processes):
    lost = processes.submit(
        varied_faces, reader, [Variant("lost", 0, 0)], size=32, augmentation=AUGMENTATION, seed=1
    )
    with pytest.raises(StudyError, match="no aligned face for image 'lost'"):
        lost.result()


def test_a_gpu_is_fed_by_processes_beside_the_training_s_own(monkeypatch):
    with feed_pool(3) as pool:
        assert isinstance(pool, ThreadPoolExecutor)
    monkeypatch.setattr(feed.tf.config, "list_physical_devices", lambda kind: [kind])
    asked = []
    monkeypatch.setattr(feed, "process_pool", asked.append)
    for threads in (1, 2, 8):
        feed_pool(threads)
    assert asked == [1, 1, 7]


def test_a_process_that_is_killed_is_an_error_that_says_what_to_do(reader):
    with process_pool(1) as pool:
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
        with pytest.raises(StudyError, match=r"a worker process died.*; give the job more memory"):
            batches(reader, pool)


OUTLIVED = """
import os, signal, sys
from itertools import islice
from pathlib import Path
from tests.unit.training.test_feed_pool import AUGMENTATION
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training import feed, train_network
reader, pool = FaceReader([Path("faces.h5")]), feed.process_pool(1)
print(*pool.submit(eval, "[name in __import__('sys').modules for name in ('cv2', 'tensorflow')]").result())
print(pool.submit(os.getpid).result(), flush=True)
if sys.argv[1] == "busy":  # its results are larger than a pipe holds
    options = {"n_classes": 2, "size": 224, "copies": 90, "augmentation": AUGMENTATION, "seed": 1}
    endless = feed.training_batches(reader, reader.image_ids, [0] * 7, batch_size=128, pool=pool, **options)
    list(islice(endless, 2))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_process_has_no_tensorflow_and_ends_when_its_training_is_killed(reader, tmp_path, state):
    (tmp_path / "outlived.py").write_text(OUTLIVED)
    killed = subprocess.run(
        [sys.executable, "outlived.py", state],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL
    *loaded, process = killed.stdout.split()
    assert loaded == ["True", "False"]
    deadline = time.monotonic() + 30
    while running(int(process)):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def running(process: int) -> bool:
    """Whether there is such a process and it has not ended, though perhaps nobody has asked how."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
    return bool(told.stdout.strip()) and not told.stdout.startswith("Z")
