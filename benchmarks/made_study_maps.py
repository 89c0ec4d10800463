"""The explanations of a made study, and the heatmaps that are their means.

The weight of a region is what a smooth random field has there, and noise. A network's field of an expression
is made of one that all networks share, which differs by expression; one of its own; and one of its fold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import cv2
import h5py
import numpy as np

from benchmarks.made_study_faces import STANDARD_FACE, Faces, shifted
from benchmarks.made_study_networks import Gaps
from workflow_scripts.common.hdf5 import new_hdf5
from workflow_scripts.common.seeds import generator
from workflow_scripts.common.tables import read_table
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.explanation_stack import write_stack
from workflow_scripts.faces.affine_map import barycentric_map
from workflow_scripts.faces.face_points import extended_landmarks, resized_points
from workflow_scripts.standardization.heatmaps import amplitude, missing_reason
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

STEP = 8  # pixels between the places of a field
BLUR = 2.5  # such places: standard deviation of the Gaussian that makes a field smooth
SHARED, OWN, OF_FOLD = 0.7, 0.6, 0.4  # standard deviations of the fields that a field is made of
UNIT, NOISE = 0.02, 0.01  # of weights: probability per standard deviation of the field; noise of each image
OUTSIDE = 0.3  # importance beyond the face, relative to that in it
ON_GRID = (slice(STEP // 2, None, STEP), slice(STEP // 2, None, STEP))
SAMPLES = 1000


@dataclass(frozen=True)
class Cut:
    """The regions of one face at one size: uint8 (s, s); on the standard face, uint8 (275 * 224,).

    means: float32 (R, places), which averages a field over each region.
    """

    regions: np.ndarray
    warped: np.ndarray
    means: np.ndarray


def make_explanations(
    results: Path, config: Mapping, explainer: str, faces: Faces, gaps: Gaps, dense: bool = False
) -> None:
    """Write the stacks of an explainer and the heatmaps of its cells. dense: importance by pixel."""
    options = config["explanation"]["explainers"][explainer]
    sizes = {name: config["training"]["networks"][name]["input_size"] for name in config["run"]["networks"]}
    cuts = {
        size: region_cuts(faces, faces.regions(size, options["regions"], options["compactness"]))
        for size in sorted(set(sizes.values()))
    }
    expressions = config["run"]["expressions"]
    for network, fold in product(sizes, range(1, config["training"]["folds"] + 1)):
        answers = _answers(results, network, fold, expressions)
        for expression in expressions:
            rows = [image_id for image_id, row in answers.items() if row["predicted"] == expression]
            cell = Cell(results, explainer, network, fold, expression)
            of_cell = cell.explanations(config, gaps, faces, cuts[sizes[network]], rows, answers)
            cell.write(of_cell, sizes[network], expressions, noisy=gaps.noisy == cell.key, dense=dense)


@dataclass(frozen=True)
class Cell:
    """One cell of an explainer, whose files lie in `results`."""

    results: Path
    explainer: str
    network: str
    fold: int
    expression: str

    @property
    def key(self) -> tuple[str, int, str]:
        """As a study's cells are named."""
        return self.network, self.fold, self.expression

    def explanations(
        self,
        config: Mapping,
        gaps: Gaps,
        faces: Faces,
        cuts: Sequence[Cut],
        image_ids: Sequence[str],
        answers: Mapping[str, Mapping],
    ) -> list[tuple[str, Explanation, Cut]]:
        """The explanations of some images, with the regions of the faces that they are copies of."""
        seed, names = config["seed"], config["run"]["expressions"]
        draw = generator(seed, "made weights", self.explainer, *self.key)
        of_all = np.stack(
            [field(seed, self.explainer, self.network, self.fold, one) for one in names], axis=1
        )
        fit = draw.uniform(0.3, 0.7)
        found = []
        for image_id in image_ids:
            variant = faces.variants[image_id]
            cut, size = cuts[variant.pool], len(cuts[variant.pool].regions)
            weights = UNIT * (cut.means @ of_all) + NOISE * draw.normal(size=(len(cut.means), len(names)))
            if gaps.flat == self.key:
                weights = -np.abs(weights)
            x, y = (round(one * size / faces.pool[0].image.shape[0]) for one in variant.shift)
            explanation = Explanation(
                probability=answers[image_id]["probability"],
                samples=SAMPLES,
                regions=shifted(cut.regions, x, y),
                weights=weights,
                intercept=draw.normal(0.1, 0.02, len(names)),
                r2=np.clip(fit + draw.normal(0, 0.1, len(names)), 0, 1),
                probability_range=draw.uniform(0.2, 0.9, len(names)),
            )
            found.append((image_id, explanation, cut))
        return found

    def write(
        self, explained: Sequence, size: int, expressions: Sequence[str], noisy: bool, dense: bool
    ) -> None:
        """Write the stack and the heatmap of the cell."""
        where = f"{self.explainer}/{self.network}/fold{self.fold}/{self.expression}.h5"
        stack, heatmap = (self.results / stage / where for stage in ("explanation", "standardization"))
        for path in (stack, heatmap):
            path.parent.mkdir(parents=True, exist_ok=True)
        made = [(image_id, by_pixel(one) if dense else one) for image_id, one, _ in explained]
        write_at_once(stack, size, self.expression, expressions, made)
        write_heatmap(heatmap, self.expression, expressions.index(self.expression), explained, noisy)


def write_at_once(
    path: Path,
    size: int,
    expression: str,
    expressions: Sequence[str],
    explained: Sequence[tuple[str, Explanation]],
) -> None:
    """Write a stack: the first image by the writer of stacks, which takes 2 ms each, the others at once."""
    with write_stack(path, size, expression, expressions) as writer:
        for image_id, explanation in explained[:1]:
            writer.append(image_id, explanation)
    if len(explained) < 2:
        return
    with h5py.File(path, "r+") as file:
        for name, array in file.items():
            array.resize(len(explained), axis=0)
            if name == "image_id":
                array[:] = [image_id for image_id, _ in explained]
                continue
            values = [getattr(explanation, name) for _, explanation in explained]
            if name == "weights":
                array.resize(max(map(len, values)), axis=1)
                values = [
                    np.pad(one, ((0, array.shape[1] - len(one)), (0, 0)), constant_values=np.nan)
                    for one in values
                ]
            array[:] = np.stack(values)


def write_heatmap(path: Path, expression: str, column: int, explained: Sequence, noisy: bool) -> None:
    """Write what standardize_explanations does, without the single explanations on the standard face."""
    n, total = len(explained), np.zeros(HEIGHT * WIDTH)
    for _, explanation, cut in explained:
        positive = np.maximum(explanation.weights[:, column], 0)
        total += positive[cut.warped]
    mean = total.reshape(HEIGHT, WIDTH) / n if n else np.full((HEIGHT, WIDTH), np.nan)
    missing = missing_reason(mean, 1.0)
    with new_hdf5(path) as file:
        file["heatmap"] = (np.full_like(mean, np.nan) if missing else mean).astype(np.float32)
        ids = [image_id for image_id, *_ in explained]
        file.create_dataset("image_id", data=ids, shape=(n,), dtype=h5py.string_dtype())
        file.attrs["expression"] = expression
        file.attrs["missing"] = missing
        file.attrs["averaged"] = n
        file.attrs["amplitude"] = amplitude(mean)
        file.attrs["samples"] = float(SAMPLES) if n else np.nan
        file.attrs["noise"] = (0.6 if noisy else 0.02) if n else np.nan
        file.attrs["bias_bound"] = (0.5 if noisy else 0.03) if n else np.nan
        fits = [explanation.r2[column] for _, explanation, _ in explained]
        file.attrs["median_r2"] = float(np.median(fits)) if n else np.nan


def by_pixel(explanation: Explanation) -> Explanation:
    """The same explanation with the importance of each pixel in place of regions and fits."""
    importance = np.stack([explanation.importance_map(k) for k in range(len(explanation.probability))])
    return Explanation(explanation.probability, explanation.samples, importance=importance)


def region_cuts(faces: Faces, regions: Sequence[np.ndarray]) -> list[Cut]:
    """The regions of every face of the pool, also as they lie on the standard face."""
    to_face, cuts = barycentric_map(read_standard_face(STANDARD_FACE), WIDTH, HEIGHT), []
    for face, cut in zip(faces.pool, regions, strict=True):
        size = len(cut)
        points = resized_points(face.landmarks, size / len(face.image))
        x, y = np.clip(np.rint(to_face @ extended_landmarks(points, size, size)), 0, size - 1).astype(int).T
        warped = cut[y, x]
        places = warped.reshape(HEIGHT, WIDTH)[ON_GRID].ravel()
        inside = (places == np.arange(cut.max() + 1)[:, None]).astype(np.float32)
        cuts.append(Cut(cut, warped, inside / np.maximum(inside.sum(axis=1, keepdims=True), 1)))
    return cuts


def field(seed: int, explainer: str, network: str, fold: int, expression: str) -> np.ndarray:
    """How important each place is: float32 (places,), smooth, less beyond the face."""
    mixed = (
        SHARED * smooth_noise(seed, "all", expression)
        + OWN * smooth_noise(seed, "network", explainer, network, expression)
        + OF_FOLD * smooth_noise(seed, "fold", explainer, network, fold, expression)
    )
    return mixed * _face_weights()


@cache
def smooth_noise(seed: int, *purpose: str | int) -> np.ndarray:
    """White noise through a Gaussian, float32 (places,), mean 0 and standard deviation 1."""
    shape = _face_weights().size // _columns(), _columns()
    noise = generator(seed, "made field", *purpose).standard_normal(shape, dtype=np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), BLUR).ravel()
    return (smooth - smooth.mean()) / smooth.std()


@cache
def _face_weights() -> np.ndarray:
    face = face_area(read_standard_face(STANDARD_FACE))[ON_GRID]
    return np.where(face, 1, OUTSIDE).astype(np.float32).ravel()


def _columns() -> int:
    return len(range(WIDTH)[ON_GRID[1]])


def _answers(results: Path, network: str, fold: int, expressions: Sequence[str]) -> dict[str, dict]:
    """The images of a fold that are explained: what each is taken for, and with which probabilities."""
    predictions = read_table(results / f"training/{network}/fold{fold}/predictions.csv")
    positives = read_table(results / f"explanation/{network}/fold{fold}/positives.csv")
    known = {row["image_id"]: [float(row[name]) for name in expressions] for row in predictions}
    return {
        row["image_id"]: {
            "predicted": row["expression"],
            "probability": np.array(known[row["image_id"]]),
        }
        for row in positives
    }
