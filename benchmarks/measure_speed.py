"""Speed of the explanations and of the warp, as ratios to what bounds them and to what others use.

    python -m benchmarks.measure_speed [--quick]

Every round runs each candidate once, so that noise of the machine strikes all alike; the table gives
medians over the rounds. What is measured is printed and written to benchmarks/results/speed.json.
"""

import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cyclopts
import numpy as np
from lime.lime_image import LimeImageExplainer
from skimage.transform import PiecewiseAffineTransform, warp

from workflow_scripts.explanation.explainers import lime
from workflow_scripts.standardization.standard_face import (
    HEIGHT,
    WIDTH,
    extended_landmarks,
    read_standard_face,
)
from workflow_scripts.standardization.warp import FaceWarp
from workflow_scripts.training.architectures import build_network
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

REPOSITORY = Path(__file__).parents[1]
NETWORKS = {"WeiNet": ("weinet", 64), "MobileNetV3": ("mobilenetv3", 224)}
BATCH = 128
LIME = {
    "sampling": "independent",
    "regions": 30,
    "compactness": 20,
    "kernel_width": 0.25,
    "batch_size": BATCH,
}


def medians(candidates: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """Median seconds of each candidate over interleaved rounds, after one warm-up each."""
    for candidate in candidates.values():
        candidate()
    seconds = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, candidate in candidates.items():
            start = time.perf_counter()
            candidate()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def lime_candidates(architecture: str, size: int, samples: int) -> dict[str, Callable[[], None]]:
    """One explanation of `samples` samples by each way of computing it; first the bare forward passes."""
    import tensorflow as tf

    model, _ = build_network({"architecture": architecture, "input_size": size}, classes=6)
    rng = np.random.default_rng(0)
    image = np.repeat(rng.uniform(0, 255, (size // 8, size // 8, 1)), 3, axis=2)
    image = np.kron(image, np.ones((8, 8, 1))).astype(np.float32)
    batch = tf.constant(np.repeat(image[None], BATCH, axis=0))
    forward = tf.function(lambda images: model(images, training=False), reduce_retracing=True)

    def bare() -> None:
        for start in range(0, samples, BATCH):
            forward(batch[: min(BATCH, samples - start)]).numpy()

    explainer = lime.build(model, LIME | {"samples": samples}, seed=1)

    def stock(predict: Callable, batch_size: int) -> None:
        LimeImageExplainer(random_state=1).explain_instance(
            image,
            predict,
            labels=range(6),
            top_labels=None,
            hide_color=0,
            num_samples=samples,
            batch_size=batch_size,
            segmentation_fn=lambda pixels: lime.superpixels(pixels, LIME["regions"], LIME["compactness"]),
        )

    return {
        "bare forward passes": bare,
        "lookalike": lambda: explainer.explain(image, "benchmark"),
        f"stock lime, compiled, batch {BATCH}": lambda: stock(
            lambda images: forward(tf.constant(images, tf.float32)).numpy(), BATCH
        ),
        "stock lime, model.predict, batch 10": lambda: stock(
            lambda images: model.predict(images, verbose=0), 10
        ),
    }


def warp_candidates(images: int) -> dict[str, Callable[[], None]]:
    """Warps of `images` explanations of 224 x 224 onto the standard face; first scikit-image's."""
    standard = read_standard_face(REPOSITORY / "resources/standard_face.csv")
    rng = np.random.default_rng(0)
    landmarks = standard[:68] * (224 / WIDTH, 224 / HEIGHT) + rng.normal(0, 1.5, (68, 2))
    image = rng.random((224, 224), dtype=np.float32)
    face_warp = FaceWarp(standard)

    def ours() -> None:
        for _ in range(images):
            face_warp.warp(image, landmarks)

    def scikit_image() -> None:
        for _ in range(images):
            points = extended_landmarks(landmarks, 224, 224)
            transform = PiecewiseAffineTransform.from_estimate(standard, points)
            warp(image, transform, output_shape=(HEIGHT, WIDTH), order=1)

    return {"scikit-image": scikit_image, "lookalike": ours}


def measure_speed(*, quick: bool = False, threads: int = 2) -> None:
    """Measure, print and keep the table.

    Parameters
    ----------
    quick
        Fewer samples and rounds, about two minutes on two cores.
    threads
        Threads TensorFlow may use.
    """
    set_up_tensorflow(threads, seed=1)
    samples, rounds = (200, 3) if quick else (1000, 5)
    table = {
        f"LIME, {name}, {samples} samples": medians(lime_candidates(architecture, size, samples), rounds)
        for name, (architecture, size) in NETWORKS.items()
    }
    table["warp, 10 images of 224 x 224"] = medians(warp_candidates(10), rounds)
    for title, seconds in table.items():
        first = next(iter(seconds.values()))
        print(f"\n{title}\n{'':42}{'ms':>10}{'speed':>8}")
        for name, value in seconds.items():
            print(f"{name:42}{value * 1000:>10.1f}{first / value:>8.2f}")
    results = REPOSITORY / "benchmarks/results/speed.json"
    results.parent.mkdir(exist_ok=True)
    machine = {"processor": platform.machine(), "python": platform.python_version(), "threads": threads}
    results.write_text(json.dumps({"machine": machine, "seconds": table}, indent=1))


if __name__ == "__main__":
    cyclopts.run(measure_speed)
