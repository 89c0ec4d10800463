"""LIME: the loop of an explain_images job beside the bare forward passes and other ways to compute it."""

import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from lime.lime_image import LimeImageExplainer
from scipy.stats import spearmanr

from benchmarks.side_by_side import REPOSITORY, Row, demo_models, medians, speed_rows
from workflow_scripts.explanation.explainers import lime
from workflow_scripts.explanation.explanation_stack import write_stack
from workflow_scripts.explanation.perturbation import superpixels
from workflow_scripts.faces.images import read_image, to_gray
from workflow_scripts.training.model_file import at_precision, load_model, read_facts
from workflow_scripts.training.network_input import network_input
from workflow_scripts.training.networks import build_network

NETWORKS = {"WeiNet": ("weinet", 64), "MobileNetV3": ("mobilenetv3", 224)}
BATCHES = (8, 16, 32, 64, 128, 256)
BATCH = 128
LANDMARKS = np.zeros((68, 2))  # which superpixels do not follow
SETTINGS = {
    "stability": 1,
    "sampling": "independent",
    "regions": 30,
    "compactness": 20,
    "kernel_width": 0.25,
    "batch_size": "auto",
    "xla": False,
}
CLASSES = list("abcdef")
OURS = "lookalike, whole loop of a job"


def face_images(size: int, n: int) -> list[np.ndarray]:
    """The first embedded faces as a network gets them, float32 (size, size, 3)."""
    paths = sorted((REPOSITORY / "resources/embedded_faces").rglob("*.jpg"))[:n]
    grays = [cv2.resize(to_gray(read_image(path)), (256, 256)) for path in paths]
    return [network_input(gray, size) for gray in grays]


def job_loop(model: keras.Model, size: int, images: list[np.ndarray], settings: dict) -> Callable[[], None]:
    """What explain_images does for its images, its model loaded."""
    explainer = lime.build(model, settings, seed=1)

    def run() -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            write_stack(Path(folder, "stack.h5"), size, CLASSES[0], CLASSES) as stack,
        ):
            for n, image in enumerate(images):
                stack.append(str(n), explainer.explain(image, str(n), LANDMARKS))

    return run


def lime_rows(name: str, rounds: int, samples: int, n_images: int) -> list[Row]:
    """The table for one of NETWORKS, untrained: speed does not depend on weights."""
    architecture, size = NETWORKS[name]
    model, _ = build_network({"architecture": architecture, "input_size": size}, len(CLASSES))
    images = face_images(size, n_images)
    forward = tf.function(lambda batch: model(batch, training=False), reduce_retracing=True)
    ways = candidates(model, forward, size, images, samples)
    seconds = medians(ways, rounds)
    best = min((key for key in seconds if key.startswith("bare")), key=seconds.get)
    keras.backend.clear_session(free_memory=True)
    title = f"LIME, {name} at {size}, {n_images} images x {samples} samples, beside {best}"
    return speed_rows(title, seconds, best, {OURS: ".97 or more"})


def candidates(model, forward, size: int, images: list[np.ndarray], samples: int) -> dict:
    """One function per way; each explains, or just predicts, `samples` samples of every image."""
    settings = SETTINGS | {"samples": samples}
    batches = {batch: tf.constant(np.repeat(images[0][None], batch, axis=0)) for batch in BATCHES}

    def bare(batch: int) -> None:
        for _ in images:
            for start in range(0, samples, batch):
                forward(batches[batch][: min(batch, samples - start)]).numpy()

    def stock(predict: Callable, batch_size: int) -> None:
        for image in images:
            LimeImageExplainer(random_state=1).explain_instance(
                image,
                predict,
                labels=range(len(CLASSES)),
                top_labels=None,
                hide_color=0,
                num_samples=samples,
                batch_size=batch_size,
                segmentation_fn=lambda pixels: superpixels(pixels, 30, 20),
            )

    ways = {f"bare forward passes, batch {batch}": lambda batch=batch: bare(batch) for batch in BATCHES}
    ways[OURS] = job_loop(model, size, images, settings)
    for precision in ("bfloat16", "float16"):
        ways[f"lookalike, {precision}"] = job_loop(at_precision(model, precision), size, images, settings)
    if tf.config.list_physical_devices("GPU"):  # on a CPU it takes up to ten times as long, see README.md
        ways["lookalike, XLA"] = job_loop(model, size, images, settings | {"xla": True})
    ways[f"stock lime, compiled, batch {BATCH}"] = lambda: stock(
        lambda batch: forward(tf.constant(batch, tf.float32)).numpy(), BATCH
    )
    ways["stock lime, model.predict, batch 10"] = lambda: stock(
        lambda batch: model.predict(batch, verbose=0), 10
    )
    if importlib.util.find_spec("xplique"):
        ways["Xplique's Lime"] = xplique(model, images, samples)
    return ways


def xplique(model: keras.Model, images: list[np.ndarray], samples: int) -> Callable[[], None]:
    """Xplique's Lime on the same superpixels (it is not among our packages; measured where installed)."""
    from xplique.attributions import Lime

    explainer = Lime(
        model,
        batch_size=BATCH,
        nb_samples=samples,
        map_to_interpret_space=lambda image: tf.constant(superpixels(np.array(image), 30, 20), tf.int32),
    )
    target = tf.one_hot([0], len(CLASSES))
    return lambda: [explainer(image[None], target) for image in images]


def precision_rows(samples: int, n_images: int) -> list[Row]:
    """How region weights change with precision, on the demo's trained networks; none where it has not run."""
    rows = []
    for name, path in demo_models().items():
        size = read_facts(path).input_size
        images = face_images(size, n_images)
        settings = SETTINGS | {"samples": samples}
        title = f"Region weights beside float32, {name} of the demo, {n_images} images x {samples} samples"
        explained = {
            precision: [
                lime.build(load_model(path, precision), settings, seed=1).explain(image, str(n), LANDMARKS)
                for n, image in enumerate(images)
            ]
            for precision in ("float32", "bfloat16", "float16")
        }
        for precision in ("bfloat16", "float16"):
            pairs = [
                (ours.weights[:, label], exact.weights[:, label])
                for ours, exact in zip(explained[precision], explained["float32"], strict=True)
                for label in [exact.probability.argmax()]
            ]
            ranks = np.mean([spearmanr(*pair).statistic for pair in pairs])
            change = max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)
            rows.append(Row(title, f"{precision}: mean rank correlation", ranks, ""))
            rows.append(Row(title, f"{precision}: largest change", 100 * change, "%"))
    return rows
