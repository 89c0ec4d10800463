"""LIME (Ribeiro et al., 2016) as the study uses it, with perturbed images predicted in large batches.

Everything but the perturbed images is the `lime` package's own: its random masks (unless another
design is chosen), its distances and kernel, its ridge regression. The batches of `perturbation`
replace its loop, which builds one perturbed image at a time.
"""

from collections.abc import Callable, Mapping
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from lime.lime_base import LimeBase
from lime.lime_image import LimeImageExplainer
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise_distances

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.explanation.explanation_stack import Explanation
from workflow_scripts.explanation.perturbation import (
    fitting_batch,
    image_parts,
    padded,
    perturbed_predictions,
    predictions_within_memory,
    superpixels,
)
from workflow_scripts.explanation.sampling import sampled_masks

OCCLUSION = 0  # black, as in the paper (section 4.6)
CHECK_EVERY = 128  # samples between stability checks: a whole block of the hadamard design
XLA_REGIONS = 32


class BatchedLimeImageExplainer(LimeImageExplainer):
    """`LimeImageExplainer` whose neighbourhood is built and predicted in large batches on the device.

    `sampling` is a key of SAMPLINGS. With a `stability` below 1, sampling stops once the ranks of the
    regions are that stable, see `rank_stability`. `even_shapes` gives all batches the same shape, for XLA.
    Of the last image explained: `prediction`, float32 (E,), is the network's prediction; `prediction_range`,
    float32 (E,), the range of its predictions over the samples; `n_samples` the number of samples taken;
    `batch_size` the number of images that fitted in the device's memory at once.
    """

    def __init__(
        self, sampling: str = "independent", stability: float = 1, even_shapes: bool = False, **options
    ):
        super().__init__(**options)
        self._sampling = sampling
        self._stability = stability
        self._even_shapes = even_shapes

    def data_labels(self, image, fudged_image, segments, classifier_fn, num_samples, batch_size=128):
        """The masks (n, R) of the design; their predictions (n, E); n is at most `num_samples`.

        `classifier_fn` is a function made by `perturbed_predictions`; `segments` is int (s, s) with
        values 0 to R - 1.
        """
        n_regions = segments.max() + 1
        data = sampled_masks(self._sampling, num_samples, n_regions, self.random_state)
        masks = tf.constant(data, tf.float32)
        parts = image_parts(image, segments)
        if np.any(fudged_image):  # hidden regions are not black
            parts = tf.concat([parts, image_parts(fudged_image, segments)], axis=0)
            masks = tf.concat([masks, 1 - masks], axis=1)
        if self._even_shapes:
            parts, masks = padded(parts, XLA_REGIONS, axis=0), padded(masks, XLA_REGIONS, axis=1)
        step = CHECK_EVERY if self._stability < 1 else num_samples
        self.batch_size = min(batch_size, step)
        labels = self._predicted(classifier_fn, parts, masks[:step])
        while (n := len(labels)) < num_samples and not self._is_stable(data[:n], labels):
            labels = np.concatenate([labels, self._predicted(classifier_fn, parts, masks[n : n + step])])
        self.prediction = labels[0]  # the first mask shows the whole image
        self.prediction_range = np.ptp(labels, axis=0)
        self.n_samples = len(labels)
        return data[: len(labels)], labels

    def _predicted(self, predict: Callable, parts: tf.Tensor, masks: tf.Tensor) -> np.ndarray:
        """Probabilities (n, E) of n masks, in batches that fit in the device's memory."""
        labels, self.batch_size = predictions_within_memory(
            predict, parts, masks, self.batch_size, self._even_shapes
        )
        return labels

    def _is_stable(self, masks: np.ndarray, labels: np.ndarray) -> bool:
        """Whether the samples taken so far suffice."""
        return len(masks) > CHECK_EVERY and rank_stability(self.base, masks, labels) >= self._stability


def rank_stability(base: LimeBase, masks: np.ndarray, labels: np.ndarray) -> float:
    """The rank correlation to expect between the region weights of two runs like this one.

    The weights are those for the class predicted for the whole image, which the first of the masks (n, R)
    shows. The rank correlation between the even and the odd blocks of samples is extrapolated to all samples
    by the formula of Spearman (1910) and Brown (1910) for a test of double length.
    """
    block = np.arange(len(masks)) // CHECK_EVERY % 2
    label = labels[0].argmax()
    halves = [region_weights(base, masks[block == half], labels[block == half], label) for half in (0, 1)]
    correlation = max(spearmanr(*halves).statistic, 0)
    return 2 * correlation / (1 + correlation)


def region_weights(base: LimeBase, masks: np.ndarray, labels: np.ndarray, label: int) -> np.ndarray:
    """The weights (R,) of lime's local fit on masks (n, R) and predictions (n, E), for one class."""
    n_regions = masks.shape[1]
    distances = pairwise_distances(masks, np.ones((1, n_regions)), metric="cosine").ravel()
    _, weights, *_ = base.explain_instance_with_data(
        masks, labels, distances, label, num_features=n_regions, feature_selection="none"
    )
    return np.array([weight for _, weight in sorted(weights)])


class ScoredRidge(Ridge):
    """lime's default regressor, keeping the R2 of every fit: lime itself keeps only the last one."""

    def score(self, *arguments, **options) -> float:
        r2 = super().score(*arguments, **options)
        self.scores_ = [*getattr(self, "scores_", ()), r2]
        return r2


class LimeExplainer:
    """Explains images of one network.

    settings: ``samples``, ``stability``, ``sampling``, ``regions``, ``compactness``, ``kernel_width``,
    ``batch_size`` (a number, or "auto" for `fitting_batch`), ``xla``.
    """

    def __init__(self, model: keras.Model, settings: Mapping, seed: int):
        self._predict = perturbed_predictions(model, settings["xla"])
        self._n_classes = model.output_shape[-1]
        batch_size = settings["batch_size"]
        self._batch_size = fitting_batch(model.input_shape[1]) if batch_size == "auto" else batch_size
        self._settings = settings
        self._seed = seed

    def explain(self, image: np.ndarray, image_id: str, landmarks: np.ndarray) -> Explanation:
        """Explain the prediction of one image, float32 (s, s, 3) with values 0 to 255, for every class.

        The landmarks are not used: superpixels follow the image alone. The draws depend only on the study's
        seed and the image. All classes share the same masks and predictions; each has its own local fit.
        """
        options = self._settings
        explainer = BatchedLimeImageExplainer(
            sampling=options["sampling"],
            stability=options["stability"],
            even_shapes=options["xla"],
            kernel_width=options["kernel_width"],
            random_state=np.random.RandomState(derived_seed(self._seed, "lime", image_id, bits=32)),
        )
        ridge = ScoredRidge(alpha=1)
        explained = explainer.explain_instance(
            image,
            self._predict,
            labels=range(self._n_classes),
            top_labels=None,
            hide_color=OCCLUSION,
            num_samples=options["samples"],
            batch_size=self._batch_size,
            segmentation_fn=partial(
                superpixels, regions=options["regions"], compactness=options["compactness"]
            ),
            model_regressor=ridge,
        )
        self._batch_size = explainer.batch_size  # do not run out of memory again
        weights = np.empty((explained.segments.max() + 1, self._n_classes))
        for label, pairs in explained.local_exp.items():
            weights[[region for region, _ in pairs], label] = [weight for _, weight in pairs]
        return Explanation(
            regions=explained.segments,
            weights=weights,
            intercept=np.array([explained.intercept[label] for label in range(self._n_classes)]),
            r2=np.array(ridge.scores_),
            probability=explainer.prediction.astype(np.float64),
            probability_range=explainer.prediction_range.astype(np.float64),
            samples=explainer.n_samples,
        )
