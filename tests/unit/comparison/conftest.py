"""What tests of scores share."""

import numpy as np
import pytest


@pytest.fixture
def halves():
    """A heatmap, bright in its upper half; a mask, the left half; a face, all but the lowest row."""
    heatmap, mask, face = np.zeros((8, 8)), np.zeros((8, 8), bool), np.ones((8, 8), bool)
    heatmap[:4] = 1
    mask[:, :4] = True
    face[7] = False
    return heatmap, mask, face
