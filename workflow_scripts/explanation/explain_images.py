"""Rule explain_images: the explanations of one cell (network, fold, predicted expression)."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.explanation.explained_cell import explain_cell, images_to_explain, write_empty_stack
from workflow_scripts.explanation.explaining import built_explainer
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.model_file import load_model, read_facts
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow


def explain_images(
    model: Path,
    *,
    expression: str,
    settings: str,
    seed: int,
    threads: int = 1,
    precision: str = "float32",
    positives: Path,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    output: Path,
) -> None:
    """Explain what MODEL sees in the positives of EXPRESSION.

    Parameters
    ----------
    model
        The .keras file of the network.
    expression
        The predicted expression.
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
    output
        The explanation stack to write (HDF5); valid and empty if there are no positives.
    """
    image_ids = images_to_explain(positives, [expression])[expression]
    facts = read_facts(model)
    cell = facts.input_size, expression, facts.expressions
    if not image_ids:
        write_empty_stack(*cell, output)
        return
    set_up_tensorflow(threads, seed=0)  # the explainer seeds its own draws, per image
    explainer = built_explainer(load_model(model, precision), json.loads(settings), seed)
    with FaceReader(faces) as reader:
        explain_cell(explainer, reader, image_ids, *cell, threads, output)


if __name__ == "__main__":
    run(explain_images)
