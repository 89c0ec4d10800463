"""Keras and TensorFlow, imported in half the time, in every job that runs a network.

They import matplotlib, pandas, Pillow, scikit-learn and SciPy wherever these are installed, for functions
that lookalike does not call; here they do without. What else a job imports it gets as ever. And while so much
is imported, of which nothing becomes garbage, no garbage is looked for.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports(*, without: tuple[str, ...]) -> Iterator[None]:
    """Import meanwhile as if the packages `without` were not installed, unless they are loaded already."""
    hidden = [name for name in without if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what is imported stays, and is not looked through later either
        gc.enable()
        for name in hidden:
            del sys.modules[name]


with quick_imports(without=("matplotlib", "pandas", "PIL", "scipy", "sklearn")):
    import keras
    import tensorflow as tf

__all__ = ["keras", "quick_imports", "tf"]
