"""How many perturbed images the sampling designs of LIME need for the same answer.

    python -m benchmarks.sampling_designs MODEL.keras ... --faces faces.h5

Every design explains the same images with several seeds; its region weights are compared with those of
a long run of independent samples, for growing parts of each run. A first table gives, with 95 % intervals
over images: the error (root mean square, in standard deviations of the reference's weights), the rank
correlation with the reference, and how many samples of the design have the error of the most
independent ones. A second gives what the hadamard design takes, and gives, where it stops at a
`stability`. Results go to benchmarks/results/sampling_designs.json.
"""

import json
from pathlib import Path

import cyclopts
import numpy as np
import tensorflow as tf
from scipy.stats import bootstrap, spearmanr

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.explanation.lime_explainer import CHECK_EVERY, rank_stability
from workflow_scripts.explanation.local_fit import design, local_fit
from workflow_scripts.explanation.perturbation import (
    image_parts,
    perturbed_predictions,
    predictions_within_memory,
    superpixels,
)
from workflow_scripts.explanation.sampling import SAMPLINGS, sampled_masks
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.model_file import load_model, read_facts
from workflow_scripts.training.network_input import network_input
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

RESULTS = Path(__file__).parent / "results/sampling_designs.json"
SIZES = (125, 250, 375, 500, 625, 700, 800, 900, 1000)
SHOWN = (125, 250, 500, 1000)
REGIONS, COMPACTNESS, KERNEL_WIDTH, BATCH = 30, 20, 0.25, 128
STABILITIES = (0.8, 0.85, 0.9, 0.95)
INTERVAL = "{:.3f} [{:.3f}, {:.3f}]"


def errors_of_image(
    predict, image: np.ndarray, image_id: str, reference_samples: int, seeds: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """How runs compare with the reference: `error` and rank correlation.

    Returns of every design arrays (seeds, len(SIZES), 2), and of the hadamard design stopped at each of
    STABILITIES an array (seeds, len(STABILITIES), 3), in which the number of samples comes first.
    """
    segments = superpixels(image, REGIONS, COMPACTNESS)
    parts = image_parts(image, segments)

    def sampled(sampling: str, n_samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        draw = np.random.RandomState(derived_seed(seed, sampling, image_id, bits=32))
        masks = sampled_masks(sampling, n_samples, int(segments.max()) + 1, draw)
        shown = tf.constant(masks, tf.float32)
        return masks, predictions_within_memory(predict, parts, shown, BATCH)[0]

    def weights_of(masks: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return local_fit(design(masks, KERNEL_WIDTH), labels[:, [label]]).weights[:, 0]

    masks, labels = sampled("independent", reference_samples, seed=0)
    label = int(labels[0].argmax())
    reference = weights_of(masks, labels)

    def compared(masks: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        weights = weights_of(masks, labels)
        error = np.sqrt(np.mean((weights - reference) ** 2)) / reference.std()
        return error, spearmanr(weights, reference).statistic

    def stopped(masks: np.ndarray, labels: np.ndarray, stability: float) -> tuple[int, float, float]:
        looks = range(2 * CHECK_EVERY, len(masks), CHECK_EVERY)
        stable = (n for n in looks if rank_stability(masks[:n], labels[:n], KERNEL_WIDTH) >= stability)
        n = next(stable, len(masks))
        return n, *compared(masks[:n], labels[:n])

    runs = {
        sampling: [sampled(sampling, max(SIZES), seed) for seed in range(1, seeds + 1)]
        for sampling in SAMPLINGS
    }
    errors = {
        sampling: np.array([[compared(m[:n], p[:n]) for n in SIZES] for m, p in of_design])
        for sampling, of_design in runs.items()
    }
    return errors, np.array([[stopped(*run, goal) for goal in STABILITIES] for run in runs["hadamard"]])


def samples_needed(errors: np.ndarray, goal: float) -> float:
    """Samples at which a falling curve of errors, one for each of SIZES, reaches `goal`; NaN if never."""
    if errors[-1] > goal + 1e-12:  # the goal may be one of them, summed in another order
        return float("nan")
    return float(np.exp(np.interp(np.log(goal), np.log(errors[::-1]), np.log(SIZES[::-1]))))


def interval(values: np.ndarray, statistic) -> tuple[float, float, float]:
    """The statistic over images (first axis) and its bootstrapped 95 % interval."""
    spread = bootstrap(
        (np.arange(len(values)),),
        lambda chosen: statistic(values[chosen]),
        vectorized=False,
        n_resamples=999,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(statistic(values)), float(spread.low), float(spread.high)


def summary(images: list[dict[str, np.ndarray]]) -> list[dict]:
    """One row per design and number of samples."""
    means = {sampling: np.array([image[sampling].mean(axis=0) for image in images]) for sampling in SAMPLINGS}
    both = np.stack(list(means.values()), axis=1)  # image, design, size, (error, rank correlation)
    rows = []
    for place, sampling in enumerate(means):
        needed = interval(
            both,
            lambda chosen, place=place: samples_needed(
                chosen[:, place, :, 0].mean(axis=0), chosen[:, 0, -1, 0].mean()
            ),
        )
        for n in SHOWN:
            size = SIZES.index(n)
            rows.append(
                {
                    "sampling": sampling,
                    "samples": n,
                    "error": interval(both[:, place, size, 0], np.mean),
                    "rank_correlation": interval(both[:, place, size, 1], np.mean),
                    "samples_as_good_as_1000": needed,
                }
            )
    return rows


def stopping_summary(images: list[np.ndarray]) -> list[dict]:
    """One row per stability asked for."""
    means = np.array([image.mean(axis=0) for image in images])  # image, stability, (samples, error, rank)
    names = ("samples", "error", "rank_correlation")
    return [
        {"stability": goal} | {name: interval(means[:, row, n], np.mean) for n, name in enumerate(names)}
        for row, goal in enumerate(STABILITIES)
    ]


def sampling_designs(
    *models: Path,
    faces: Path,
    images: int = 12,
    seeds: int = 10,
    reference: int = 20000,
    threads: int = 2,
) -> None:
    """Measure, print and keep the table for every model.

    Parameters
    ----------
    models
        Trained networks, results/training/*/fold*/model.keras.
    faces
        A faces.h5 file; its images are taken at random.
    images
        Images explained.
    seeds
        Runs of each design per image.
    reference
        Independent samples of the run that all are compared with.
    threads
        Threads TensorFlow may use.
    """
    set_up_tensorflow(threads, seed=1)
    table = {}
    for path in models:
        model, facts = load_model(path), read_facts(path)
        predict = perturbed_predictions(model)
        measured, stopped = [], []
        with FaceReader([faces]) as reader:
            chosen = np.random.default_rng(1).permutation(sorted(reader.image_ids))[:images]
            for image_id in map(str, chosen):
                image = network_input(reader.image(image_id), facts.input_size)
                errors, early = errors_of_image(predict, image, image_id, reference, seeds)
                measured.append(errors)
                stopped.append(early)
                print(f"{facts.network}: {image_id}", flush=True)
        table[facts.network] = {"designs": summary(measured), "stopping": stopping_summary(stopped)}
        print(f"\n{facts.network}, {images} images, {seeds} seeds (95 % intervals over images)")
        print_designs(table[facts.network]["designs"])
        print_stopping(table[facts.network]["stopping"])
    RESULTS.parent.mkdir(exist_ok=True)
    about = {"images": images, "seeds": seeds, "reference_samples": reference, "threads": threads}
    RESULTS.write_text(json.dumps({"about": about, "networks": table}, indent=1))


def print_designs(rows: list[dict]) -> None:
    """The rows of `summary`, for a person."""
    print(f"{'sampling':<13}{'samples':>8}  {'error':<22}{'rank correlation':<22}{'as good as 1,000'}")
    for row in rows:
        error, rank = (INTERVAL.format(*row[name]) for name in ("error", "rank_correlation"))
        needed = "{:.0f} [{:.0f}, {:.0f}]".format(*row["samples_as_good_as_1000"])
        print(f"{row['sampling']:<13}{row['samples']:>8}  {error:<22}{rank:<22}{needed}")


def print_stopping(rows: list[dict]) -> None:
    """The rows of `stopping_summary`, for a person."""
    print(f"{'stability':<10}{'samples':<18}{'error':<22}{'rank correlation'}")
    for row in rows:
        error, rank = (INTERVAL.format(*row[name]) for name in ("error", "rank_correlation"))
        samples = "{:.0f} [{:.0f}, {:.0f}]".format(*row["samples"])
        print(f"{row['stability']:<10}{samples:<18}{error:<22}{rank}")


if __name__ == "__main__":
    cyclopts.run(sampling_designs)
