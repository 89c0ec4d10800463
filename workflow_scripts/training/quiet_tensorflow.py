"""Keras and TensorFlow for terminal programs: imported without TensorFlow's start-up messages.

While it is imported, TensorFlow writes about the processor and its own log to descriptor 2, and no setting
prevents that. So this module captures the output, drops those messages and passes on the rest (errors above
all).
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# lines of TensorFlow's log: information, warnings, and their continuation lines
NEWS = re.compile(
    r"WARNING: All log messages before absl::InitializeLog|To enable the following instructions: "
    r"|[IW]\d{4} \d\d:\d\d:\d+"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] |E\d{4} .*Unable to register cu\w+ factory"
)


@contextmanager
def without_news() -> Iterator[None]:
    """Drop TensorFlow's messages from standard error, even those from C++; the rest follows at the end."""
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
    from workflow_scripts.training.light_keras import keras, tf

__all__ = ["keras", "tf", "without_news"]
