"""Keras and TensorFlow for programs at a terminal: imported without what TensorFlow tells of itself.

No setting keeps TensorFlow from writing about the processor and its own log to descriptor 2 while it is
imported, so that is caught meanwhile. What else was written there, errors above all, is passed on.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# lines of TensorFlow's log: information, warnings, and what goes on in a second line
NEWS = re.compile(
    r"WARNING: All log messages before absl::InitializeLog|To enable the following instructions: "
    r"|[IW]\d{4} \d\d:\d\d:\d+"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] |E\d{4} .*Unable to register cu\w+ factory"
)


@contextmanager
def without_news() -> Iterator[None]:
    """Keep the news of TensorFlow from standard error, from any language; the rest comes at the end."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as caught:
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            text = caught.read().decode("utf-8", errors="replace")
            sys.stderr.write("".join(line for line in text.splitlines(True) if not NEWS.match(line)))


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with without_news():
    import keras
    import tensorflow as tf

__all__ = ["keras", "tf", "without_news"]
