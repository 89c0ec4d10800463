"""Explanations from the answers that LIME kept (`keep_passes`): they need no network.

LIME stores the network's answers to its perturbed images as float16, so that they are known to a two
thousandth of themselves. Which regions each image showed follows from the study's seed and the image's id.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.explanation_stack import read_stack
from workflow_scripts.explanation.sampling import PAIRED, drawn_masks


class KeptPasses(NamedTuple):
    """What was asked about an image: regions, whole numbers (s, s); masks, int (n, R), 1 = shown, the first
    shows all; answers, float64 (n, E); paired, whether each mask is followed by its complement.
    """

    regions: np.ndarray
    masks: np.ndarray
    answers: np.ndarray
    paired: bool


class KeptExplainer:
    """Explains the images of a cell from a stack with passes.

    stack: of the same cell, by the explainer whose entry is `settings`, in a study of that seed. image_ids:
    those to explain, in order. from_passes: makes the explanation of an image.
    """

    def __init__(
        self,
        stack: Path,
        settings: Mapping,
        seed: int,
        image_ids: Sequence[str],
        from_passes: Callable[[KeptPasses], Explanation],
    ):
        self._stack, self._sampling, self._seed = stack, settings["sampling"], seed
        self._image_ids, self._from_passes = image_ids, from_passes

    def explain_all(self, faces: Sequence[tuple], column: int, threads: int) -> Iterator[Explanation]:
        """Yield the explanations, in order. The faces are not looked at; arguments are those of `explainers`.

        Raises StudyError if the stack has other images, or no passes.
        """
        found = list(read_stack(self._stack))
        if [image_id for image_id, _ in found] != list(self._image_ids):
            raise StudyError(f"{self._stack}: has other images than are to be explained; delete it and rerun")
        for image_id, explanation in found:
            if explanation.passes is None:
                raise StudyError(f"{self._stack}: has no passes; set keep_passes of its explainer, and rerun")
            n, n_regions = len(explanation.passes), len(explanation.weights)
            masks = drawn_masks(self._sampling, n, n_regions, self._seed, image_id)
            answers = explanation.passes.astype(np.float64)
            answers[0] = explanation.probability  # of the whole image, which is known exactly
            yield self._from_passes(KeptPasses(explanation.regions, masks, answers, self._sampling in PAIRED))
