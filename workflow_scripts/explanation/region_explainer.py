"""Explains images by a network's answers to coalitions: sets of superpixels that are shown together."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.perturbation import superpixels
from workflow_scripts.explanation.region_answers import RegionAnswers
from workflow_scripts.explanation.region_values import Coalitions, RegionValues, by_regions
from workflow_scripts.explanation.staged_explainer import StagedExplainer


class Asked(NamedTuple):
    """An image (s, s, 3), its regions (s, s), and the coalitions that the network is asked about."""

    image: np.ndarray
    regions: np.ndarray
    coalitions: Coalitions


class RegionExplainer(StagedExplainer):
    """Explains images of one network by what each region adds to the coalitions of the others.

    settings: ``regions``, ``compactness``, ``hide``, ``batch_size``, ``xla``. coalitions: those of an image,
    from its id and the number of its regions. values: of the regions, from coalitions and answers (n, E).
    passes: about how many coalitions an image has.
    """

    def __init__(
        self,
        model: keras.Model,
        settings: Mapping,
        coalitions: Callable[[str, int], Coalitions],
        values: Callable[[Coalitions, np.ndarray], RegionValues],
        passes: int,
    ):
        self._ask = RegionAnswers(model, settings)
        self._settings = settings
        self._coalitions, self._values = coalitions, values
        self.together = max(1, self._ask.batch_size // passes)

    def prepared(self, face: tuple) -> Asked:
        """The face's regions, which follow the image alone, and its coalitions."""
        image, image_id, _ = face
        regions = superpixels(image, self._settings["regions"], self._settings["compactness"])
        return Asked(image, regions, self._coalitions(image_id, int(regions.max()) + 1))

    def answered(self, group: Sequence[Asked], column: int | None) -> list[np.ndarray]:
        """The answers (n, E) to each image's coalitions, which serve all expressions."""
        masks = [asked.coalitions.masks for asked in group]
        return np.split(self._ask(group, masks), np.cumsum([len(each) for each in masks])[:-1])

    def explained(self, asked: Asked, answers: np.ndarray) -> Explanation:
        """The explanation of an image from the answers to its coalitions."""
        return by_regions(asked.regions, self._values(asked.coalitions, answers.astype(np.float64)), answers)
