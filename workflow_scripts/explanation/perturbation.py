"""Images with hidden regions and a network's predictions of them, shared by explainers that perturb images.

Perturbed images are made on the device, in large batches, as the matrix product of masks and image parts.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from workflow_scripts.explanation.hiding import covered_image
from workflow_scripts.explanation.quick_slic import slic

CACHED_PIXELS = 1_000_000  # per batch on a CPU
GPU_PIXELS = 128 * 224**2


def superpixels(image: np.ndarray, regions: int, compactness: float) -> np.ndarray:
    """Cut an image (s, s, 3), values 0 to 255, into about `regions` SLIC superpixels.

    Returns (s, s) with values 0 to R - 1, without gaps, in the smallest unsigned integers that hold them. R
    may be smaller or larger than `regions`, at most `region_numbers.most_regions`.
    """
    labels = slic(image / 255, n_segments=regions, compactness=compactness, start_label=0)
    numbers = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    return numbers.astype(np.min_scalar_type(numbers.max()))


def perturbed_predictions(model: keras.Model, xla: bool = False):
    """A compiled function (parts, masks) -> probabilities (b, E) of images assembled from parts.

    parts: float32 (P, s * s * 3), from `image_parts`. masks: float32 (b, P), 1 = shown. One product makes a
    whole batch of images, and one trace serves every number of regions and every batch size; XLA, if it is
    switched on, still compiles for each of them.
    """
    side = model.input_shape[1]

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, side * side * 3), tf.float32),
            tf.TensorSpec((None, None), tf.float32),
        ],
        jit_compile=xla,
        autograph=False,  # there is nothing to convert
    )
    def predict(parts, masks):
        return model(tf.reshape(masks @ parts, (-1, side, side, 3)), training=False)

    return predict


def image_parts(image: np.ndarray, segments: np.ndarray, n_regions: int | None = None) -> tf.Tensor:
    """Each region of an image (s, s, 3) alone, black elsewhere: float32 (R, s * s * 3).

    Every pixel lies in exactly one region, so sums of parts are exact. `n_regions`: R, if regions may be
    without pixels, whose parts are black.
    """
    n_regions = n_regions or int(segments.max()) + 1
    regions = tf.one_hot(segments.ravel(), n_regions, axis=0)
    pixels = tf.constant(image.reshape(-1, 3), tf.float32)
    return tf.reshape(regions[:, :, None] * pixels, (n_regions, -1))


def partly_hidden(
    image: np.ndarray, segments: np.ndarray, shown: np.ndarray, hide: str, n_regions: int | None = None
) -> tuple[tf.Tensor, np.ndarray]:
    """Parts and masks whose product is an image with hidden regions.

    shown: (n, R), 1 = shown, 0 = hidden. hide: a key of `hiding.COVERS`; anything but black has parts of its
    own. n_regions: as for `image_parts`.
    """
    parts = image_parts(image, segments, n_regions)
    if hide == "black":
        return parts, shown
    covers = image_parts(covered_image(image, hide), segments, n_regions)
    return tf.concat([parts, covers], axis=0), np.concatenate([shown, 1 - shown], axis=1)


def predictions_within_memory(
    predict: Callable, parts: tf.Tensor, masks: tf.Tensor, batch_size: int, even_shapes: bool = False
) -> tuple[np.ndarray, int]:
    """Probabilities (n, E) of n masks, and how many images fit in the device's memory at once.

    predict: made by `perturbed_predictions`. If memory does not suffice for `batch_size` images, batches are
    halved. `even_shapes` pads the last batch, so that all have the same shape, for XLA.
    """
    n = len(masks)
    if even_shapes:
        masks = padded(masks, min(batch_size, n), axis=0)
    answers, batch_size = within_memory(
        lambda start, stop: predict(parts, masks[start:stop]), len(masks), batch_size
    )
    return answers[:n], batch_size


def within_memory(answer: Callable[[int, int], tf.Tensor], n: int, batch_size: int) -> tuple[np.ndarray, int]:
    """The answers to n items, joined, and how many items fit in the device's memory at once.

    answer: gives the answers, a tensor, to the items from a first up to a last one. If memory does not
    suffice for `batch_size` of them, batches are halved.
    """
    fitting = min(batch_size, n)
    while True:
        try:
            return _in_batches(answer, n, fitting), batch_size
        except tf.errors.ResourceExhaustedError:
            if fitting == 1:
                raise
            print(f"out of memory with {fitting} images at once; trying half as many", flush=True)
            batch_size = fitting = fitting // 2


def _in_batches(answer: Callable[[int, int], tf.Tensor], n: int, batch_size: int) -> np.ndarray:
    # a device gets its next batch before the host reads the last one's answers
    under_way = [answer(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]
    return np.concatenate([answers.numpy() for answers in under_way])


def padded(array: tf.Tensor, multiple: int, axis: int) -> tf.Tensor:
    """A matrix with zeros appended along `axis`, up to the next multiple of `multiple`."""
    paddings = np.zeros((2, 2), int)
    paddings[axis, 1] = -array.shape[axis] % multiple
    return tf.pad(array, paddings)


def chosen_batch(batch_size: int | str, size: int) -> int:
    """The setting batch_size as a number; "auto" is what `fitting_batch` says for images of side `size`."""
    return fitting_batch(size) if batch_size == "auto" else batch_size


def fitting_batch(size: int) -> int:
    """How many images of side `size` to predict at once.

    On a CPU, as many as its caches hold, which was fastest (see benchmarks/README.md). On a GPU, as many
    pixels as 128 images of 224 x 224 have; if its memory does not suffice, batches are halved.
    """
    gpu = tf.config.list_physical_devices("GPU")
    pixels, most = (GPU_PIXELS, 1024) if gpu else (CACHED_PIXELS, 128)
    return min(most, max(16, 2 ** round(np.log2(pixels / size**2))))
