"""SLIC is scikit-image's own, and imports little."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
CODE = """
import sys
import numpy as np
from workflow_scripts.explanation.quick_slic import UNUSED, slic

assert not {"scipy.cluster", "scipy.spatial", "scipy.ndimage"} & sys.modules.keys()
image = np.random.default_rng(0).uniform(size=(40, 40, 3))
whole = slic(image, 20, start_label=0)
assert not {"scipy.cluster", "scipy.spatial", "scipy.ndimage"} & sys.modules.keys()
mask = np.zeros((40, 40), bool)
mask[5:30, 8:33] = True
masked = slic(image, 20, mask=mask, sigma=1)  # which asks for all that was left out
assert set(UNUSED) <= sys.modules.keys()

import importlib
module = sys.modules["skimage.segmentation.slic_superpixels"]
ordinary = importlib.reload(module).slic
assert module.kmeans2 is sys.modules["scipy.cluster.vq"].kmeans2
assert (ordinary(image, 20, start_label=0) == whole).all()
assert (ordinary(image, 20, mask=mask, sigma=1) == masked).all()
"""


def test_what_only_masks_need_is_imported_for_masks_alone_and_the_regions_are_the_same():
    finished = subprocess.run([sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
