"""Rule measure_quality: how good the explanations of one network are, on some images of one fold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from cyclopts import Parameter

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.explanation.explaining import (
    HOST_THREADS,
    FacesOfCell,
    built_explainer,
    explained_faces,
)
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.explanation_stack import read_stack, stack_expressions
from workflow_scripts.explanation.faithfulness import Measured, measured
from workflow_scripts.explanation.perturbation import superpixels
from workflow_scripts.explanation.pooling import pooled
from workflow_scripts.explanation.positives import sampled_positives
from workflow_scripts.explanation.quality import (
    COLUMNS,
    FIT,
    OF_SEEDS,
    RANKS,
    intraclass_correlation,
    map_agreement,
    rank_agreement,
)
from workflow_scripts.explanation.quality_variants import Variant, further, variants
from workflow_scripts.explanation.region_answers import RegionAnswers
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.model_file import load_model
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

REGIONS, COMPACTNESS = 30, 20  # of explanations whose explainers know no superpixels: LIME's
EVEN = "the same everywhere"


class Cut(NamedTuple):
    """An image (s, s, 3) and the region of each pixel (s, s)."""

    image: np.ndarray
    regions: np.ndarray


def measure_quality(
    model: Path,
    *,
    stacks: Annotated[list[Path], Parameter(consume_multiple=True)],
    settings: str,
    quality: str,
    seed: int,
    threads: int = 1,
    precision: str = "float32",
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    output: Path,
) -> None:
    """Measure how good the explanations of MODEL are, on some images of each predicted expression.

    Parameters
    ----------
    model
        The .keras file of the network of the fold.
    stacks
        The explanation stacks of the fold, of all expressions.
    settings
        The explainer's entry under explanation.explainers, as JSON.
    quality
        explanation.quality, as JSON: how many images, seeds, masks; which regions and hide.
    seed
        The study's seed.
    threads
        Threads TensorFlow may use.
    precision
        Precision of the network's inner layers: float32, bfloat16 or float16.
    faces
        The faces.h5 files of all data sets.
    output
        Table to write, a row per image and measure: value; baseline, what chance would give, where this is
        known; left_out, the reason where there is no value. `explanation.quality` has the measures.
    """
    asked, rows = json.loads(quality), []
    set_up_tensorflow(threads, seed=0)  # explainers seed their own draws, per image
    examination = Examination(load_model(model, precision), json.loads(settings), asked, seed, threads)
    with FaceReader(faces) as reader:
        for stack in stacks:
            expression, names = stack_expressions(stack)
            chosen = chosen_explanations(stack, expression, asked["images"], seed)
            cell = FacesOfCell(reader, list(chosen), examination.size)
            examined = examination.of_cell(cell, list(chosen.values()), names.index(expression))
            for image_id, found in zip(chosen, examined, strict=True):
                rows += [{"image_id": image_id, "expression": expression, **one._asdict()} for one in found]
            print(f"{expression}: {len(chosen)} images", flush=True)
    write_table(output, COLUMNS, rows)


class Examination:
    """Examines an explainer's explanations of one network; of its inputs, `size` is the side in px.

    settings: the explainer's. asked: explanation.quality. threads: of the host.
    """

    def __init__(self, network: keras.Model, settings: Mapping, asked: Mapping, seed: int, threads: int):
        self.size = network.input_shape[1]
        self._settings, self._asked, self._seed = settings, asked, seed
        self._threads = min(threads, HOST_THREADS)
        self._compared = variants(settings, asked, seed)
        self._own = Variant(settings, seed)
        again = further(self._compared, self._own)
        # passes that another explainer kept may be more than its own: like is compared with like
        self._owns_passes = not settings.get("passes_of")
        again = again if self._owns_passes else [self._own, *again]
        self._again = [(one, built_explainer(network, *one)) for one in again]
        self._ask = RegionAnswers(network, {"batch_size": "auto", "xla": False, "hide": asked["hide"][0]})

    def of_cell(
        self, cell: FacesOfCell, explanations: Sequence[Explanation], column: int
    ) -> Iterator[list[Measured]]:
        """All measures of each explanation of a cell's faces; column: the place of the cell's expression."""
        own = [one.importance_map(column) for one in explanations]
        maps = [(self._own, own)] if self._owns_passes else []
        for variant, explainer in self._again:
            explained = explained_faces(explainer, cell, column, self._threads)
            maps.append((variant, [one.importance_map(column) for one in explained]))
        for n, explanation in enumerate(explanations):
            image, image_id, _ = cell[n]
            cut = Cut(image, regions_of(image, explanation, self._settings))
            of_image = [(variant, each[n]) for variant, each in maps]
            yield [
                *self._faithfulness(cut, own[n], column, image_id),
                *stability(self._compared, of_image, cut.regions),
                *_fit(explanation, column),
            ]

    def _faithfulness(
        self, cut: Cut, importance: np.ndarray, column: int, image_id: str
    ) -> Iterator[Measured]:
        weights = pooled(importance[None], cut.regions)[:, 0]
        sizes = np.bincount(cut.regions.ravel())

        def answers(shown: np.ndarray) -> np.ndarray:
            return self._ask([cut], [shown])[:, column]

        return measured(answers, weights, sizes, self._asked["masks"], self._seed, image_id)


def chosen_explanations(stack: Path, expression: str, n: int, seed: int) -> dict[str, Explanation]:
    """Up to `n` explanations of a stack by image_id: those that `sampled_positives` takes first."""
    rows = [{"image_id": image_id, "predicted": expression} for image_id, _ in read_stack(stack)]
    wanted = {row["image_id"] for row in sampled_positives(rows, expression, n, seed)}
    return {image_id: one for image_id, one in read_stack(stack) if image_id in wanted}


def regions_of(image: np.ndarray, explanation: Explanation, settings: Mapping) -> np.ndarray:
    """The explanation's own regions, int (s, s); if it has none, superpixels of the image."""
    if explanation.regions is not None:
        return explanation.regions.astype(int)
    n, compactness = settings.get("regions", REGIONS), settings.get("compactness", COMPACTNESS)
    return superpixels(image, n, compactness).astype(int)


def stability(
    compared: Mapping[str, Sequence[Variant]],
    maps: Sequence[tuple[Variant, np.ndarray]],
    regions: np.ndarray,
) -> Iterator[Measured]:
    """How alike the maps (s, s) of one image are, by other seeds and settings.

    compared: variants by measure. maps: of each of these. regions: int (s, s); over seeds the means of the
    maps over them are compared, which are the weights where an explainer has these regions.
    """
    for measure, wanted in compared.items():
        these = np.stack([next(each for known, each in maps if known == one) for one in wanted])
        if measure == OF_SEEDS:
            yield _known(measure, intraclass_correlation(pooled(these, regions)))
        else:
            yield _known(measure, map_agreement(these))
            yield _known(RANKS[measure], rank_agreement(these))


def _known(measure: str, value: float) -> Measured:
    return Measured(measure, value) if np.isfinite(value) else Measured(measure, None, None, EVEN)


def _fit(explanation: Explanation, column: int) -> Iterator[Measured]:
    if explanation.r2 is not None:
        yield Measured(FIT, float(explanation.r2[column]))


if __name__ == "__main__":
    run(measure_quality)
