"""What TensorFlow tells of itself stays away; anything else it writes does not."""

import os
import subprocess
import sys

NEWS = "I0000 00:00:1795579333.400180   23684 port.cc:153] oneDNN custom operations are on."
WARNING = "W0000 00:00:1795579333.400180   23684 a.cc:1] deprecated"
ERROR = "E0000 00:00:1795579333.400180   23684 cuda.cc:1] failed call to cuInit"


def written(code: str) -> subprocess.CompletedProcess:
    start = "import os, sys\nfrom workflow_scripts.training.quiet_tensorflow import without_news, tf\n"
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [sys.executable, "-c", start + code], capture_output=True, text=True, env=environment
    )


def test_tensorflow_starts_in_silence():
    finished = written("print(float(tf.constant(1.0) + 1))")
    assert (finished.stdout, finished.stderr) == ("2.0\n", "")


def test_errors_are_passed_on_and_news_is_not():
    lines = [NEWS, ERROR, WARNING, "libcuda.so: cannot open", "WARNING: mine"]
    told = (
        f"with without_news():\n    os.write(2, {chr(10).join(lines).encode()!r})\nos.write(2, b'\\nafter')"
    )
    assert written(told).stderr.splitlines() == [ERROR, "libcuda.so: cannot open", "WARNING: mine", "after"]


def test_what_was_written_before_a_failure_is_told_with_it():
    finished = written(
        "with without_news():\n    os.write(2, b'no such library\\n')\n    raise ImportError('a')"
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("no such library\n")
    assert finished.stderr.endswith("ImportError: a\n")
