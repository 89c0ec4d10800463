"""SLIC of scikit-image, imported without what only masked or smoothed images need.

That would take most of the time of the import, for SciPy's clusters, distances and filters. If a function of
theirs is called after all, its module is imported then.
"""

import importlib
import sys
from functools import partial
from types import ModuleType

UNUSED = ("scipy.cluster.vq", "scipy.spatial.distance", "skimage._shared.filters")


def _call(module: str, function: str, *arguments, **options):
    return getattr(importlib.import_module(module), function)(*arguments, **options)


def _stand_in(name: str) -> ModuleType:
    """A module whose functions, whatever their names, import the module `name` when they are called."""
    module = ModuleType(name)
    module.__getattr__ = partial(partial, _call, name)
    return module


_absent = [name for name in UNUSED if name not in sys.modules]
sys.modules.update({name: _stand_in(name) for name in _absent})
try:
    from skimage.segmentation import slic
finally:
    for _name in _absent:
        del sys.modules[_name]

__all__ = ["slic"]
