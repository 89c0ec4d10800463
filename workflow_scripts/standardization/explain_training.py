"""Rule explain_training: the cells of one trained network, explained one after the other and standardized.

For explainers that declare BATCHED: the network is loaded once, and the faces are opened once. The results
are those of `explain_images` and `standardize_explanations`. Where the answers that another explainer kept
serve, the network is not needed.
"""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import write_hashes
from workflow_scripts.common.registry import load_entry
from workflow_scripts.explanation.explained_cell import explain_cell, images_to_explain, write_empty_stack
from workflow_scripts.explanation.explaining import EXPLAINERS, built_explainer
from workflow_scripts.explanation.kept_passes import KeptExplainer
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import read_standard_face
from workflow_scripts.standardization.standardized_cell import Averaging, standardize_cell
from workflow_scripts.standardization.warp import FaceWarp
from workflow_scripts.training.model_file import load_model, read_facts
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow


def explain_training(
    model: Path,
    *,
    expressions: str,
    settings: str,
    seed: int,
    threads: int = 1,
    precision: str = "float32",
    positives: Path,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    averaging: Averaging = "plain",
    kept: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    kept_settings: str = "",
    stacks: Annotated[list[Path], Parameter(consume_multiple=True)],
    heatmaps: Annotated[list[Path], Parameter(consume_multiple=True)],
    hashes: Path,
) -> None:
    """Explain what MODEL sees in the positives of each expression, and average that on the standard face.

    Parameters
    ----------
    model
        The .keras file of the network.
    expressions
        The predicted expressions, as a JSON list.
    settings
        The explainer's entry under explanation.explainers, as JSON.
    seed
        The study's seed.
    threads
        Threads TensorFlow may use.
    precision
        Precision of the network's inner layers: float32, bfloat16 or float16.
    positives
        Table of the images to explain.
    faces
        The faces.h5 files of all data sets.
    standard_face
        Table of the 89 standard points.
    averaging
        plain, the paper's mean; or unit_mass, where every explanation has the same total weight.
    kept
        Stacks of an explainer that kept its passes, one per expression, to take them instead of asking MODEL.
    kept_settings
        Its entry under explanation.explainers, as JSON.
    stacks
        The explanation stacks to write (HDF5), one per expression; those without positives are empty.
    heatmaps
        Likewise, the files with the warped explanations and their mean heatmap.
    hashes
        Text file to write: the SHA-256 of `heatmaps`, as of `standardize_explanations`.
    """
    image_ids = images_to_explain(positives, json.loads(expressions))
    facts, entry = read_facts(model), json.loads(settings)
    if kept:
        from_passes = load_entry(EXPLAINERS, entry["explainer"]).from_passes
        found = zip(kept, image_ids.values(), strict=True)
        explainers = [
            KeptExplainer(path, json.loads(kept_settings), seed, ids, from_passes) for path, ids in found
        ]
    elif any(image_ids.values()):
        set_up_tensorflow(threads, seed=0)  # the explainer seeds its own draws, per image
        explainers = [built_explainer(load_model(model, precision), entry, seed)] * len(image_ids)
    else:
        explainers = [None] * len(image_ids)
    warp = FaceWarp(read_standard_face(standard_face))
    with FaceReader(faces) as reader:
        for expression, explainer, stack, heatmap in zip(
            image_ids, explainers, stacks, heatmaps, strict=True
        ):
            cell = facts.input_size, expression, facts.expressions
            if image_ids[expression]:
                explain_cell(explainer, reader, image_ids[expression], *cell, threads, stack)
            else:
                write_empty_stack(*cell, stack)
            standardize_cell(stack, reader, warp, averaging, heatmap)
    write_hashes(heatmaps, hashes)


if __name__ == "__main__":
    run(explain_training)
