"""LIME (Ribeiro et al., 2016) as the study uses it, at the speed of the network.

Everything but the perturbed images is the `lime` package's own: its random masks (unless another
design is chosen), its distances and kernel, its ridge regression. The loop that builds one perturbed
image after the other is replaced by a compiled function in which they are made on the device, in
large batches, by one product of masks and the image's regions.
"""

from collections.abc import Callable, Mapping
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from lime.lime_base import LimeBase
from lime.lime_image import LimeImageExplainer
from scipy.stats import spearmanr
from skimage.segmentation import slic
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise_distances

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.explanation.explanation_stack import Explanation
from workflow_scripts.explanation.sampling import sampled_masks

OCCLUSION = 0  # black, as in the paper (section 4.6)
LOOK = 128  # samples between two looks at the ranks: a whole block of the hadamard design
CACHED_PIXELS = 1_000_000  # of a batch on a CPU
GPU_PIXELS = 128 * 224**2
XLA_REGIONS = 32


def superpixels(image: np.ndarray, regions: int, compactness: float) -> np.ndarray:
    """Cut an image (s, s, 3), values 0 to 255, into about `regions` SLIC superpixels.

    Returns int (s, s) with values 0 to R - 1, none left out.
    """
    labels = slic(image / 255, n_segments=regions, compactness=compactness, start_label=0)
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape)


def perturbed_predictions(model: keras.Model, xla: bool = False):
    """A compiled function (parts, masks) -> probabilities (b, E) of images put together from parts.

    parts: float32 (P, s * s * 3), of `image_parts`. masks: float32 (b, P), 1 = shown. One product makes a
    whole batch of images, and one trace serves every number of regions and every batch size; XLA, where it
    is asked for, still compiles for each of them.
    """
    side = model.input_shape[1]

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, side * side * 3), tf.float32),
            tf.TensorSpec((None, None), tf.float32),
        ],
        jit_compile=xla,
    )
    def predict(parts, masks):
        return model(tf.reshape(masks @ parts, (-1, side, side, 3)), training=False)

    return predict


def image_parts(image: np.ndarray, segments: np.ndarray) -> tf.Tensor:
    """Each region of an image (s, s, 3) alone, black elsewhere: float32 (R, s * s * 3).

    Every pixel lies in one region only, so that sums of parts are exact.
    """
    n_regions = segments.max() + 1
    regions = tf.one_hot(segments.ravel(), n_regions, axis=0)
    pixels = tf.constant(image.reshape(-1, 3), tf.float32)
    return tf.reshape(regions[:, :, None] * pixels, (n_regions, -1))


class BatchedLimeImageExplainer(LimeImageExplainer):
    """`LimeImageExplainer` whose neighbourhood is built and predicted in large batches on the device.

    `sampling` is a key of SAMPLINGS. With a `stability` below 1, sampling stops when the ranks of the
    regions are as stable, see `rank_stability`. `even_shapes` keeps the shapes of all batches the same, for
    XLA. Of the last image explained: `prediction`, float32 (E,), is what the network made of it;
    `prediction_range`, float32 (E,), how far its answers to the samples lie apart; `n_samples` how many
    samples it took; `batch_size` how many images the device had memory for.
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
        if np.any(fudged_image):  # what is hidden is not black
            parts = tf.concat([parts, image_parts(fudged_image, segments)], axis=0)
            masks = tf.concat([masks, 1 - masks], axis=1)
        if self._even_shapes:
            parts, masks = padded(parts, XLA_REGIONS, axis=0), padded(masks, XLA_REGIONS, axis=1)
        step = LOOK if self._stability < 1 else num_samples
        self.batch_size = min(batch_size, step)
        labels = self._predicted(classifier_fn, parts, masks[:step])
        while (n := len(labels)) < num_samples and not self._is_stable(data[:n], labels):
            labels = np.concatenate([labels, self._predicted(classifier_fn, parts, masks[n : n + step])])
        self.prediction = labels[0]  # the first mask shows the whole image
        self.prediction_range = np.ptp(labels, axis=0)
        self.n_samples = len(labels)
        return data[: len(labels)], labels

    def _predicted(self, predict: Callable, parts: tf.Tensor, masks: tf.Tensor) -> np.ndarray:
        """Probabilities (n, E) of n masks, in batches for which the device has memory."""
        n = len(masks)
        if self._even_shapes:
            masks = padded(masks, self.batch_size, axis=0)
        while True:
            try:
                return predicted_in_batches(predict, parts, masks, self.batch_size)[:n]
            except tf.errors.ResourceExhaustedError:
                if self.batch_size == 1:
                    raise
                print(f"no memory for {self.batch_size} images at once: half as many", flush=True)
                self.batch_size //= 2

    def _is_stable(self, masks: np.ndarray, labels: np.ndarray) -> bool:
        """Whether the samples taken so far suffice."""
        return len(masks) > LOOK and rank_stability(self.base, masks, labels) >= self._stability


def rank_stability(base: LimeBase, masks: np.ndarray, labels: np.ndarray) -> float:
    """The rank correlation to expect between the region weights of two runs like this one.

    Of the class predicted for the whole image, which the first of the masks (n, R) shows. From the rank
    correlation between every other block of samples and the rest, by the formula of Spearman (1910) and
    Brown (1910) for a test of double length.
    """
    block = np.arange(len(masks)) // LOOK % 2
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


def predicted_in_batches(
    predict: Callable, parts: tf.Tensor, masks: tf.Tensor, batch_size: int
) -> np.ndarray:
    """Probabilities (n, E) of n masks, at most `batch_size` images at once."""
    return np.concatenate(
        [
            predict(parts, masks[start : start + batch_size]).numpy()
            for start in range(0, len(masks), batch_size)
        ]
    )


def padded(array: tf.Tensor, multiple: int, axis: int) -> tf.Tensor:
    """A matrix with zeros at the end of an axis, up to the next multiple of its length."""
    paddings = np.zeros((2, 2), int)
    paddings[axis, 1] = -array.shape[axis] % multiple
    return tf.pad(array, paddings)


def fitting_batch(size: int) -> int:
    """Images of side `size` to predict at once.

    On a CPU as many as its caches hold: what was fastest, see benchmarks/README.md. On a GPU as many
    pixels as 128 images of 224 x 224 have; where its memory does not suffice, batches are halved.
    """
    gpu = tf.config.list_physical_devices("GPU")
    pixels, most = (GPU_PIXELS, 1024) if gpu else (CACHED_PIXELS, 128)
    return min(most, max(16, 2 ** round(np.log2(pixels / size**2))))


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

    def explain(self, image: np.ndarray, image_id: str) -> Explanation:
        """Explain the prediction of one image, float32 (s, s, 3) with values 0 to 255, for every class.

        The draws depend on the study's seed and the image alone. All classes share the same masks and
        predictions; each has its own local fit.
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
        self._batch_size = explainer.batch_size  # do not ask for too much again
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


def build(model: keras.Model, settings: Mapping, seed: int) -> LimeExplainer:
    """The explainer of `model`, from its entry under explanation.explainers."""
    return LimeExplainer(model, settings, seed)
