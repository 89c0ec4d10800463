"""Keras and TensorFlow without what Keras would import beside them.

Keras imports matplotlib, pandas and scikit-learn wherever these are installed, for functions that lookalike
does not call. Without them it starts in two thirds of the time, in every job that runs a network. What else a
job imports, by itself or for LIME, it gets as ever.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let imports of these packages fail meanwhile, as if they were not installed; loaded ones stay."""
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with without("matplotlib", "pandas", "sklearn"):
    import keras
    import tensorflow as tf

__all__ = ["keras", "tf", "without"]
