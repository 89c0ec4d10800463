"""What lies under the heatmaps, for the atlas: every explanation in numbers, and pictures of some."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.explanation_stack import explained_expression, read_stack
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.pictures import (
    chosen_images,
    largest,
    packed_face,
    quantized,
    small_importance,
    small_regions,
)

ALWAYS = ("image", "probability", "samples", "scale")
PERHAPS = ("r2", "weights", "regions", "importance")
DIGITS = 4  # of probabilities and R2, beginning with the first that is not 0
Fold = int | str
Row = Mapping[str, str]


def pack_evidence(
    blocks: Blocks,
    *,
    explainers: Sequence[str],
    networks: Sequence[str],
    folds: Sequence[Fold],
    expressions: Sequence[str],
    datasets: Sequence[str],
    positives: Mapping[tuple[str, Fold], Sequence[Row]],
    stacks: Callable[[str, str, Fold, str], Path | None],
    faces: FaceReader | None,
    most: int,
    seed: int,
    place: Callable[[str, str], str] = lambda explainer, network: "",
) -> dict[str, Any]:
    """Pack all explanations, and what is needed to picture those of at most `most` images.

    blocks: takes the packed content, and numbers it. explainers, networks, folds, expressions: names, in the
    order of the page's indices. datasets: names; the index of an image's data set, which is what its image_id
    has before the first "/", is its place here. positives: rows of positives.csv, with image_id, expression
    and true, of each (network, fold) that was explained. stacks: given (explainer, network, fold,
    expression), the file of that cell's explanations, None if there is none. faces: of the images that may be
    shown, no others; None: no image may be. most: images to picture. seed: the study's. place: given
    (explainer, network), the script beside the page that holds its explanations, "" for the page; faces and
    regions, which networks share, are wherever `blocks` adds.

    Returns for the page's JSON:

    - ``images``: number of a JSON block {id: names; true: indices in `expressions`, -1: another; dataset:
      indices in `datasets`; shown: 1 if it may be, else 0}, of all images in `positives`, sorted by name.
      Below, an image is its index here.
    - ``evidence``: [explainer][network][fold][expression], None without a stack, else the number of a JSON
      block as `packed_cell` describes it.
    - ``pictures``: {"<image>": number of the block of its face}, only of images that may be shown. Regions
      and importance are with the explanations, since they are a cell's own.

    Explanations are read one by one; in memory are the names of images and what `blocks` keeps. Raises
    StudyError if a stack has an image that `positives` has not, or an image is of no data set in `datasets`.
    """
    rows = [row for of_cell in positives.values() for row in of_cell]
    true = {row["image_id"]: row["true"] for row in rows}
    images = {image: number for number, image in enumerate(sorted(true))}
    shown = frozenset(faces.image_ids) & images.keys() if faces else frozenset()
    pictured = chosen_images(_explained(positives, folds, expressions), shown, most, seed)
    places = {name: number for number, name in enumerate(expressions)}
    facts = {
        "id": list(images),
        "true": [places.get(true[image], -1) for image in images],
        "dataset": [_dataset(image, datasets) for image in images],
        "shown": [int(image in shown) for image in images],
    }

    def cell(explainer: str, network: str, fold: Fold, expression: str) -> int | None:
        path = stacks(explainer, network, fold, expression)
        if path is None:
            return None
        return packed_cell(blocks, path, images, frozenset(pictured), place(explainer, network))

    return {
        "images": blocks.add_json(facts),
        "evidence": [
            [[[cell(e, n, f, x) for x in expressions] for f in folds] for n in networks] for e in explainers
        ],
        "pictures": {str(images[image]): packed_face(blocks, faces, image) for image in pictured},
    }


def packed_cell(
    blocks: Blocks, path: Path, images: Mapping[str, int], pictured: frozenset[str], file: str = ""
) -> int:
    """The number of a JSON block with the explanations of one stack, in its order, for its own expression.

    Lists with an entry for each explanation: ``image``, the index of its image in `images`; ``probability``
    of the expression; ``r2`` of the fit for it; ``samples``; ``scale``, the largest magnitude of its weights,
    or of its importance of a pixel. If it has regions, ``weights``: for each region an integer of -127 to
    127, signed, that times scale / 127 is its weight; ``regions``: the number of a block of side x side
    uint8, the region of each pixel, None if the image is not in `pictured`. If it has importance per pixel,
    ``importance``: likewise, side x side int8. What the explainer does not provide is None, not a list.

    file: the script beside the page that holds all this but the regions; "" for the page.
    """
    _, column = explained_expression(path)
    cell: dict[str, list] = {name: [] for name in (*ALWAYS, *PERHAPS)}
    for image_id, explanation in read_stack(path):
        if image_id not in images:
            raise StudyError(
                f"{path}: image '{image_id}' is not in positives.csv, the table of the images to explain; "
                "delete the file and rerun explain_images"
            )
        values = _numbers(explanation, column) | {"image": images[image_id]}
        if explanation.importance is None:
            regions = small_regions(explanation.regions)
            values["regions"] = blocks.add(regions.tobytes()) if image_id in pictured else None
        else:
            importance = small_importance(explanation.importance[column], values["scale"])
            with blocks.beside(file):
                values["importance"] = blocks.add(importance.tobytes()) if image_id in pictured else None
        for name, value in values.items():
            cell[name].append(value)
    with blocks.beside(file):
        return blocks.add_json(cell | {name: cell[name] or None for name in PERHAPS})


def _numbers(explanation: Explanation, column: int) -> dict[str, Any]:
    """Those of an explanation's fields that are numbers, for the expression of that column."""
    numbers: dict[str, Any] = {
        "probability": _rounded(explanation.probability[column]),
        "samples": int(explanation.samples),
    }
    if explanation.r2 is not None:
        numbers["r2"] = _rounded(explanation.r2[column])
    if explanation.importance is None:
        weights = explanation.weights[:, column]
        numbers["scale"] = largest(weights)
        numbers["weights"] = quantized(weights, numbers["scale"]).tolist()
    else:
        numbers["scale"] = largest(explanation.importance[column])
    return numbers


def _explained(
    positives: Mapping[tuple[str, Fold], Sequence[Row]], folds: Iterable[Fold], expressions: Iterable[str]
) -> dict[tuple[Fold, str], list[str]]:
    """For each fold and predicted expression, the images that networks explain: one entry per network."""
    explained = {(fold, name): [] for fold in folds for name in expressions}
    for (_, fold), rows in positives.items():
        for row in rows:
            explained[fold, row["expression"]].append(row["image_id"])
    return explained


def _dataset(image_id: str, datasets: Sequence[str]) -> int:
    name = image_id.partition("/")[0]
    if name not in datasets:
        raise StudyError(
            f"image '{image_id}': there is no data set {name} among {', '.join(datasets)}; "
            "delete positives.csv of its fold and rerun sample_positives"
        )
    return datasets.index(name)


def _rounded(value: float) -> float | None:
    """To so many digits; None where there is no number, since JSON has no NaN."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
