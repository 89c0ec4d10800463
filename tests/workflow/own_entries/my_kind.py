"""Masks that cover the lower part of the canvas, whatever the expression."""

import numpy as np


def draw(settings, expression, landmarks, source, faces, index):
    mask = np.zeros((275, 224), bool)
    mask[round(275 * (1 - settings["share"])) :] = True
    return mask
