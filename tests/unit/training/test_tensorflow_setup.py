"""What every job that runs a network sets up."""

import ctypes
import subprocess
import sys

import pytest

PAGES = """
import resource
from workflow_scripts.training.tensorflow_setup import keep_freed_memory

{first}
for _ in range(2):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = b"x" * 100_000_000
    del block
    pages = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(pages)
"""


GENERATOR = """
import ctypes, tensorflow
number = tensorflow.TensorSpec((), "int32")
data = tensorflow.data.Dataset.from_generator(lambda: iter([1, 2]), output_signature=number)
list(data.prefetch(2))
"""
TRIMMED = "ctypes.CDLL(None).mallopt(-1, 128 << 10)"


def new_pages(first: str) -> int:
    """Pages the system hands out for 100 MB when as much has been freed before, in a new process."""
    return int(
        subprocess.check_output([sys.executable, "-c", PAGES.format(first=first)], text=True).splitlines()[-1]
    )


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="no malloc of glibc")
def test_freed_memory_is_used_again() -> None:
    assert new_pages("keep_freed_memory()") < new_pages("") / 10


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="no malloc of glibc")
def test_tensorflow_does_not_undo_it_whatever_it_says() -> None:
    """Data from a generator, as of a training, make it say "M_TRIM_THRESHOLD=128 kb was set", which would."""
    usual = new_pages("")
    assert new_pages(f"keep_freed_memory()\n{GENERATOR}") < usual / 10
    assert new_pages(f"keep_freed_memory()\n{GENERATOR}\n{TRIMMED}") > usual / 2
