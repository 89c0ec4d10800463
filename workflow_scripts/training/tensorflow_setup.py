"""TensorFlow's set-up for every job: thread limits, determinism and GPU memory growth."""

import ctypes
import os
import platform
from datetime import UTC, datetime

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import cv2
from threadpoolctl import threadpool_limits

from workflow_scripts.training.light_keras import keras, tf

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8  # constants of malloc.h


def set_up_tensorflow(threads: int, seed: int) -> None:
    """Limit TensorFlow to `threads` threads, OpenCV and NumPy to one; make results depend on `seed` alone.

    Call it before TensorFlow runs anything. Prints when and where the job runs, and the device that it will
    use.
    """
    keep_freed_memory()
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    # float32 must mean float32 on GPUs too; the precision settings are the way to ask for fewer bits
    tf.config.experimental.enable_tensor_float_32_execution(False)
    keras.utils.set_random_seed(seed)
    cv2.setNumThreads(1)
    threadpool_limits(1, user_api="blas")  # NumPy's matrices are small here: more threads would only spin
    gpus = [gpu.name for gpu in tf.config.list_physical_devices("GPU")]
    device = ", ".join(gpus) or f"{threads} CPU threads"
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {device}")
    node = os.environ.get("SLURMD_NODENAME") or platform.node()
    print(f"node {node}, CUDA_VISIBLE_DEVICES {os.environ.get('CUDA_VISIBLE_DEVICES', 'not set')}")
    print(f"began {datetime.now(UTC).isoformat(timespec='milliseconds')}", flush=True)


def keep_freed_memory() -> None:
    """Make glibc's malloc keep freed memory for the next batch; other systems are left alone.

    By default, malloc returns large blocks to the system and gets them back zeroed, page by page: with
    TensorFlow on CPUs, that takes up to half of the time. All threads share one heap, since each would keep
    its own. See benchmarks/README.md and mallopt(3). If a training's log says "Memory patch applied:
    M_TRIM_THRESHOLD=128 kb was set", TensorFlow has set M_MMAP_THRESHOLD, which has no effect here.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, TypeError, OSError):
        return
    for option, value in ((ARENA_MAX, 1), (MMAP_MAX, 0), (TRIM_THRESHOLD, -1)):
        mallopt(option, value)
