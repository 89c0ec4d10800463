"""Rule explain_images: the explanations of one cell (network, fold, predicted expression)."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table
from workflow_scripts.explanation.explaining import (
    HOST_THREADS,
    FacesOfCell,
    built_explainer,
    explained_faces,
)
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
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
    options = json.loads(settings)
    image_ids = [
        row["image_id"]
        for row in read_table(positives, ["image_id", "expression"])
        if row["expression"] == expression
    ]
    facts = read_facts(model)
    with write_stack(output, facts.input_size, expression, facts.expressions) as stack:
        if not image_ids:
            print(f"no image was predicted as {expression}: the stack is empty")
            return
        set_up_tensorflow(threads, seed=0)  # the explainer seeds its own draws, per image
        explainer = built_explainer(load_model(model, precision), options, seed)
        with FaceReader(faces) as reader:
            cell = FacesOfCell(reader, image_ids, facts.input_size)
            column = facts.expressions.index(expression)
            explanations = explained_faces(explainer, cell, column, min(threads, HOST_THREADS))
            for n, (image_id, explanation) in enumerate(zip(image_ids, explanations, strict=True), start=1):
                stack.append(image_id, explanation)
                told = account(explanation, column)
                print(f"{n}/{len(image_ids)} {image_id}: {told}", flush=True)


def account(explanation: Explanation, column: int) -> str:
    """What an explanation is based on, in words; R2 is that of the expression in `column`."""
    regions = [] if explanation.weights is None else [f"{len(explanation.weights)} regions"]
    fit = [] if explanation.r2 is None else [f"R2 {explanation.r2[column]:.2f}"]
    return ", ".join([*regions, f"{explanation.samples} samples", *fit])


if __name__ == "__main__":
    run(explain_images)
