"""An explainer for which the lower part of an image matters more: its map rises by a pixel per row."""

import numpy as np

from workflow_scripts.explanation.explanation_stack import Explanation


def passes(settings, expressions):
    return 1


def build(model, settings, seed):
    return LowerMatters(model, settings["strength"])


class LowerMatters:
    def __init__(self, model, strength):
        self.model, self.strength = model, strength

    def explain(self, image, image_id, landmarks):
        probability = self.model(image[None], training=False).numpy()[0].astype(np.float64)
        rows = np.mgrid[: len(image), : len(image)][0]
        importance = self.strength * probability[:, None, None] * rows
        return Explanation(probability, samples=1, importance=importance)
