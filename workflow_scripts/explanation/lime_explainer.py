"""LIME (Ribeiro et al., 2016) as the study uses it, on a device that never waits.

Masks are drawn as the lime package draws them (unless another design is chosen), and the local fit is its
own, so the coefficients are the same; a test holds both beside the package. It builds and predicts one small
batch of perturbed images at a time, and fits each expression anew; here the images are built on the device,
in large batches, and all expressions share one factorisation.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.local_fit import design, local_fit, standard_errors
from workflow_scripts.explanation.perturbation import superpixels
from workflow_scripts.explanation.precision import PILOT, needed_samples
from workflow_scripts.explanation.region_answers import RegionAnswers
from workflow_scripts.explanation.sampling import PAIRED, drawn_masks
from workflow_scripts.explanation.staged import staged

CHECK_EVERY = 128  # samples between stability checks
AUTO = "auto"


class Sampled(NamedTuple):
    """An image cut into regions, its masks (n, R), and the network's answers to some of them, (m, E)."""

    image: np.ndarray
    regions: np.ndarray
    masks: np.ndarray
    answers: np.ndarray | None


class LimeExplainer:
    """Explains images of one network.

    settings: ``samples`` (a number, or "auto": see `precision`), ``noise``, ``max_samples``, ``stability``,
    ``sampling``, ``regions``, ``compactness``, ``kernel_width``, ``batch_size`` (a number, or "auto" for
    `fitting_batch`), ``xla``, and perhaps ``hide``, a key of `hiding.COVERS`, black if there is none, and
    ``keep_passes``, to return the answers as well. With "auto", the
    whole image, which lime counts as a perturbed one, is left out of the fit: of few samples it is too large
    a part where a network is sure of it and of nothing else.
    """

    def __init__(self, model: keras.Model, settings: Mapping, seed: int):
        self._ask = RegionAnswers(model, settings)
        self._settings = settings
        self._seed = seed

    @property
    def _stops_early(self) -> bool:
        """Whether each image has as many samples as its own ranks need; auto looks at the cell instead."""
        return self._settings["stability"] < 1 and self._settings["samples"] != AUTO

    def explain(self, image: np.ndarray, image_id: str, landmarks: np.ndarray) -> Explanation:
        """Explain the prediction of one image, float32 (s, s, 3), 0 to 255, for every expression.

        The landmarks are not used: superpixels follow the image alone. The draws depend only on the study's
        seed and the image. All expressions share the same masks and answers; each has its own local fit.
        """
        (explanation,) = self.explain_all([(image, image_id, landmarks)])
        return explanation

    def explain_all(self, faces: Sequence[tuple], column: int = 0, threads: int = 1) -> Iterator[Explanation]:
        """Yield the explanations of a cell's faces, in order; `faces` are read as they are needed.

        column: the place of the cell's expression, whose heatmap must be precise. threads: of the host,
        beside the network.
        """
        samples = self._settings["samples"]
        if samples != AUTO:
            yield from (explanation for explanation, _ in self._sampled(faces, samples, threads))
            return
        samples, needed, found = 0, PILOT, None
        while needed > samples:
            samples = needed
            found = list(self._sampled(faces, samples, threads, found))
            explanations = [explanation for explanation, _ in found]
            needed = needed_samples(explanations, samples, column, self._settings)
        yield from explanations

    def _sampled(
        self, faces: Sequence[tuple], samples: int, threads: int, known: Sequence | None = None
    ) -> Iterator[tuple[Explanation, np.ndarray]]:
        """Explanations from so many samples, and all answers; of `known` ones, only the rest is asked."""

        def prepare(n: int) -> Sampled:
            return self._prepared(faces[n], samples, *(known[n] if known else ()))

        size = 1 if self._stops_early else max(1, self._ask.batch_size // samples)
        groups = [range(len(faces))[start : start + size] for start in range(0, len(faces), size)]
        return staged(groups, prepare, self._answered, self._explained, threads)

    def _prepared(
        self, face: tuple, samples: int, before: Explanation | None = None, answers: np.ndarray | None = None
    ) -> Sampled:
        options = self._settings
        image, image_id, _ = face
        regions = before.regions if before else superpixels(image, options["regions"], options["compactness"])
        masks = drawn_masks(options["sampling"], samples, int(regions.max()) + 1, self._seed, image_id)
        return Sampled(image, regions, masks, answers)

    def _answered(self, group: Sequence[Sampled]) -> list[np.ndarray]:
        """The network's answers (n, E) to the masks of each image; some images share batches."""
        if self._stops_early:
            return [self._until_stable(sampled) for sampled in group]
        rest = [sampled.masks[0 if sampled.answers is None else len(sampled.answers) :] for sampled in group]
        found = self._ask(group, rest)
        answers = np.split(found, np.cumsum([len(masks) for masks in rest])[:-1])
        return [
            new if sampled.answers is None else np.concatenate([sampled.answers, new])
            for sampled, new in zip(group, answers, strict=True)
        ]

    def _until_stable(self, sampled: Sampled) -> np.ndarray:
        """Answers (n, E), until more of them would not change the ranks of the regions."""
        masks, stability = sampled.masks, self._settings["stability"]
        answers = self._ask([sampled], [masks[:CHECK_EVERY]])
        while (n := len(answers)) < len(masks) and not (
            n > CHECK_EVERY
            and rank_stability(masks[:n], answers, self._settings["kernel_width"]) >= stability
        ):
            answers = np.concatenate([answers, self._ask([sampled], [masks[n : n + CHECK_EVERY]])])
        return answers

    def _explained(self, sampled: Sampled, answers: np.ndarray) -> tuple[Explanation, np.ndarray]:
        paired = self._settings["sampling"] in PAIRED
        left_out = (1 + paired) * (self._settings["samples"] == AUTO)
        seen = design(sampled.masks[left_out : len(answers)], self._settings["kernel_width"])
        fit = local_fit(seen, answers[left_out:])
        explanation = Explanation(
            regions=sampled.regions,
            weights=fit.weights,
            standard_errors=standard_errors(seen, fit.residuals, paired),
            intercept=fit.intercept,
            r2=fit.r2,
            probability=answers[0].astype(np.float64),  # the first mask shows the whole image
            probability_range=np.ptp(answers, axis=0).astype(np.float64),
            samples=len(answers),
            passes=answers.astype(np.float16) if self._settings.get("keep_passes") else None,
        )
        return explanation, answers


def rank_stability(masks: np.ndarray, answers: np.ndarray, kernel_width: float) -> float:
    """The rank correlation to expect between the region weights of two runs like this one.

    The weights are those for the class predicted for the whole image, which the first of the masks (n, R)
    shows. The rank correlation between the even and the odd blocks of samples is extrapolated to all samples
    by the formula of Spearman (1910) and Brown (1910) for a test of double length.
    """
    from scipy.stats import spearmanr  # takes as long to import as all else here, and few ask for stability

    block = np.arange(len(masks)) // CHECK_EVERY % 2
    answer = answers[:, [answers[0].argmax()]]
    halves = [
        local_fit(design(masks[block == half], kernel_width), answer[block == half]).weights[:, 0]
        for half in (0, 1)
    ]
    correlation = max(spearmanr(*halves).statistic, 0)
    return 2 * correlation / (1 + correlation)
