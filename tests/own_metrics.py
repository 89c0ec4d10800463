"""Metrics as a user would write them, each a file of their own."""

DICE = '''"""Dice's coefficient, which is F1 by another name."""

LABEL = "Dice"
BETTER = "higher"
TAKES = "mask"


def dice(overlap, found, mask):
    return 2 * overlap / (found + mask) if found + mask else 0
'''

OUTSIDE = '''"""How much of what a heatmap weighs lies outside the mask."""

LABEL = "mass outside"
BETTER = "lower"
TAKES = "map"


def outside(heatmap, mask, face):
    weights = heatmap - heatmap.min()
    return weights[~mask].sum() / weights.sum()
'''

MEAN_OUTSIDE = '''"""The mean value of the heatmap beside the mask, which is a sum over places."""

import numpy as np

LABEL = "mean outside"
BETTER = "lower"
TAKES = "map"


def weights(heatmap, face, area):
    beside = max(np.count_nonzero(face) - area, 1)
    return np.where(face, heatmap[face].sum() / max(area, 1) - heatmap, 0) / beside


def mean_outside(heatmap, mask, face):
    return heatmap[face & ~mask].mean()
'''
