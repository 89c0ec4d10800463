"""What `samples: auto` is worth: passes, and errors of a heatmap and its IoU, beside fixed numbers.

    python -m benchmarks.sampling_noise RESULTS [--network NAME ...] [--fold N]

RESULTS is the folder of a finished study with the mask set figure4, such as the demo's. For each of its
networks, the images of a fold that are predicted as one expression make a cell. Each way explains it several
times with other seeds; the truth is the heatmap by very many samples, the whole image left out of the fit.
Errors are in standard errors over images: those of the heatmap, root mean square over pixels of both; of each
score of config.yaml, by a bootstrap of images. A small change of the heatmap can move Otsu's threshold far,
and with it the scores of what lies above; so there is also the IoU of the brightest pixels, as many as the
truth has above that threshold. A second table compares estimators of the positive part from few samples.
Results go to benchmarks/results/sampling_noise.json.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import cyclopts
import numpy as np
import yaml
from scipy.stats import norm

from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.scores import heatmap_scores, load_metrics
from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.explanation.explaining import FacesOfCell
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.lime_explainer import LimeExplainer
from workflow_scripts.explanation.local_fit import design, local_fit
from workflow_scripts.explanation.precision import precision
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp
from workflow_scripts.standardization.warped_explanation import warped_explanation
from workflow_scripts.training.model_file import load_model, read_facts
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

REPOSITORY = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results/sampling_noise.json"
EXPRESSION = "happiness"
LIME = {"regions": 30, "compactness": 20, "kernel_width": 0.25, "batch_size": "auto", "xla": False}
WAYS = {
    "independent, 1,000": {"samples": 1000, "sampling": "independent", "stability": 1},
    "hadamard, 1,000": {"samples": 1000, "sampling": "hadamard", "stability": 1},
    "hadamard, stability .9": {"samples": 1000, "sampling": "hadamard", "stability": 0.9},
    "auto, noise .15": {"samples": "auto", "sampling": "hadamard", "stability": 1, "noise": 0.15},
    "auto, noise .1": {"samples": "auto", "sampling": "hadamard", "stability": 1, "noise": 0.1},
    "auto, noise .05": {"samples": "auto", "sampling": "hadamard", "stability": 1, "noise": 0.05},
}
MOST = 8192  # samples that auto may take
EQUAL_AREA = "iou_at_equal_area"


class Cell:
    """The faces of one network that are predicted as one expression, and its heatmaps by any settings."""

    def __init__(self, results: Path, network: str, fold: int, n_images: int):
        folder = results / "training" / network / f"fold{fold}"
        self.facts, self.model = read_facts(folder / "model.keras"), load_model(folder / "model.keras")
        rows = read_table(folder / "predictions.csv", ["image_id", "predicted"])
        named = sorted(row["image_id"] for row in rows if row["predicted"] == EXPRESSION)
        chosen = np.random.default_rng(0).permutation(len(named))[:n_images]
        self.image_ids = [named[n] for n in sorted(chosen)]
        self.column = self.facts.expressions.index(EXPRESSION)
        self.reader = FaceReader(sorted(results.glob("faces/*/faces.h5")))
        points = read_standard_face(REPOSITORY / "resources/standard_face.csv")
        self.warp, self.face = FaceWarp(points), face_area(points)
        config = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
        self.metrics = load_metrics(config["comparison"]["metrics"])
        self.mask = read_mask(results / f"comparison/masks/figure4/{EXPRESSION}.png")

    def explained(self, settings: dict, seed: int) -> list[Explanation]:
        """The explanations of the cell."""
        faces = FacesOfCell(self.reader, self.image_ids, self.facts.input_size)
        explainer = LimeExplainer(self.model, LIME | {"max_samples": MOST} | settings, seed)
        return list(explainer.explain_all(faces, self.column, threads=2))

    def maps(self, explanations: Sequence[Explanation]) -> np.ndarray:
        """Positive parts on the standard face, float64 (images, h, w)."""
        pairs = zip(self.image_ids, explanations, strict=True)
        return np.stack(
            [warped_explanation(one, self.column, name, self.warp, self.reader) for name, one in pairs]
        ).astype(np.float64)

    def scores(self, heatmap: np.ndarray, area: int) -> dict[str, float]:
        """The scores of a heatmap, and the IoU of its `area` brightest pixels."""
        brightest = np.zeros(heatmap.size, bool)
        brightest[np.argsort(-heatmap, axis=None, kind="stable")[:area]] = True
        brightest = brightest.reshape(heatmap.shape)
        return heatmap_scores(self.metrics, heatmap, important_region(heatmap)[0], self.mask, self.face) | {
            EQUAL_AREA: (brightest & self.mask).sum() / (brightest | self.mask).sum()
        }


def rows_of(cell: Cell, about: dict, truth: np.ndarray, seeds: int) -> list[dict]:
    """One row for each of WAYS, begun with the keys of about."""
    n = len(truth)
    pixels = truth.std(axis=0, ddof=1) / np.sqrt(n)
    mean = truth.mean(axis=0)
    area = int(important_region(mean)[0].sum())
    exact = cell.scores(mean, area)
    draws = np.random.default_rng(0).integers(0, n, (200, n))
    redrawn = [cell.scores(truth[chosen].mean(axis=0), area) for chosen in draws]
    spread = {name: np.std([one[name] for one in redrawn], ddof=1) for name in exact}
    rows = []
    for name, settings in WAYS.items():
        runs = [cell.explained(settings, seed) for seed in range(1, seeds + 1)]
        maps = [cell.maps(run).mean(axis=0) for run in runs]
        heatmap_error = [np.sqrt(((found - mean) ** 2).mean() / (pixels**2).mean()) for found in maps]
        scores = [cell.scores(found, area) for found in maps]
        errors = {  # none of a score that is the same whatever the images, as the pointing game's can be
            score: float(
                np.sqrt(np.mean([(one[score] - exact[score]) ** 2 for one in scores])) / spread[score]
            )
            for score in exact
            if spread[score]
        }
        rows.append(
            about
            | {
                "way": name,
                "images": n,
                "passes": float(np.mean([one.samples for run in runs for one in run])),
                "noise": float(np.mean([precision(run, cell.column).noise for run in runs])),
                "bias_bound": float(np.mean([precision(run, cell.column).bias_bound for run in runs])),
                "heatmap_error": float(np.mean(heatmap_error)),
                "correlation": float(np.mean([np.corrcoef(f.ravel(), mean.ravel())[0, 1] for f in maps])),
                "amplitude": float(np.mean([found.mean() / mean.mean() for found in maps])),
                "area": float(np.mean([important_region(found)[0].sum() / area for found in maps])),
                "errors": errors,
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def estimator_rows(cell: Cell, about: dict, truth: Sequence[Explanation], seeds: int) -> list[dict]:
    """How well each of ESTIMATORS finds the mean of positive parts from few samples.

    Over images as they are: mean over images, root mean square over pixels.
    """
    exact = [np.maximum(one.weights[:, cell.column], 0)[one.regions] for one in truth]
    spread = np.sqrt(np.var(exact, axis=0, ddof=1).mean() / len(exact))
    mean = np.mean(exact, axis=0)
    faces = FacesOfCell(cell.reader, cell.image_ids, cell.facts.input_size)
    rows = []
    for samples in (128, 512):
        found = {name: [] for name in ESTIMATORS}
        for seed in range(1, seeds + 1):
            settings = LIME | WAYS["auto, noise .05"] | {"max_samples": samples, "noise": 1e-9}
            explainer = LimeExplainer(cell.model, settings, seed)
            maps = {name: [] for name in ESTIMATORS}
            for face, (one, answers) in zip(faces, explainer._sampled(faces, samples, 2), strict=True):
                masks = explainer._prepared(face, samples).masks[2:]
                parts = (masks, answers[2:, [cell.column]], one, cell.column)
                for name, estimate in ESTIMATORS.items():
                    maps[name].append(estimate(*parts)[one.regions])
            for name, of_images in maps.items():
                found[name].append(np.mean(of_images, axis=0))
        for name, heatmaps in found.items():
            error = np.sqrt([((heatmap - mean) ** 2).mean() for heatmap in heatmaps]) / spread
            amplitude = np.mean([heatmap.mean() / mean.mean() for heatmap in heatmaps])
            tried = {"estimator": name, "samples": samples}
            errs = {"heatmap_error": float(error.mean()), "amplitude": float(amplitude)}
            rows.append(about | tried | errs)
            print(json.dumps(rows[-1]), flush=True)
    return rows


def plain(masks: np.ndarray, answers: np.ndarray, one: Explanation, column: int) -> np.ndarray:
    """The positive part of the weights (R,)."""
    return np.maximum(one.weights[:, column], 0)


def cross_fitted(masks: np.ndarray, answers: np.ndarray, one: Explanation, column: int) -> np.ndarray:
    """The weights of one half of the samples where the other half's are positive, and the other way round."""
    half = np.arange(len(masks)) // 2 % 2
    first, second = (
        local_fit(design(masks[half == part], LIME["kernel_width"]), answers[half == part]).weights[:, 0]
        for part in (0, 1)
    )
    return (first * (second > 0) + second * (first > 0)) / 2


def shrunk(masks: np.ndarray, answers: np.ndarray, one: Explanation, column: int) -> np.ndarray:
    """The expected positive part, if an image's true weights are normal around zero (empirical Bayes)."""
    weights, errors = one.weights[:, column], one.standard_errors[:, column]
    prior = max(np.mean(weights**2) - np.mean(errors**2), 1e-12)
    variance = prior * errors**2 / (prior + errors**2)
    mean, sd = weights * prior / (prior + errors**2), np.sqrt(variance)
    return mean * norm.cdf(mean / sd) + sd * norm.pdf(mean / sd)


ESTIMATORS = {"plain": plain, "cross-fitted halves": cross_fitted, "shrunk": shrunk}


def sampling_noise(
    results: Path,
    *,
    network: list[str] | None = None,
    fold: int = 1,
    images: int = 12,
    seeds: int = 3,
    truth: int = 10240,
    threads: int = 2,
) -> None:
    """Measure, print and keep.

    Parameters
    ----------
    results
        The folder results of a finished study.
    network
        Its networks; all by default.
    fold
        Fold that the images are of.
    images
        Images of each cell.
    seeds
        Runs of each way.
    truth
        Samples of the reference.
    threads
        Threads TensorFlow may use.
    """
    set_up_tensorflow(threads, seed=0)
    rows = []
    for name in network or sorted(path.parts[-2] for path in results.glob(f"training/*/fold{fold}")):
        cell = Cell(results, name, fold, images)
        about = {"network": name, "fold": fold}
        much = WAYS["auto, noise .05"] | {"noise": 1e-9, "max_samples": truth}
        reference = cell.explained(much, seed=0)
        rows += estimator_rows(cell, about, reference, seeds)
        rows += rows_of(cell, about, cell.maps(reference), seeds)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    cyclopts.run(sampling_noise)
