"""The explanation stack of one cell (network, fold, predicted expression)."""

from collections.abc import Sequence
from pathlib import Path

from workflow_scripts.common.tables import read_table
from workflow_scripts.explanation.explaining import HOST_THREADS, Explainer, FacesOfCell, explained_faces
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.faces.face_store import FaceReader


def images_to_explain(positives: Path, expressions: Sequence[str]) -> dict[str, list[str]]:
    """The image_ids in a table of positives that were predicted as each of `expressions`, in its order."""
    found = {expression: [] for expression in expressions}
    for row in read_table(positives, ["image_id", "expression"]):
        if row["expression"] in found:
            found[row["expression"]].append(row["image_id"])
    return found


def explain_cell(
    explainer: Explainer,
    faces: FaceReader,
    image_ids: Sequence[str],
    size: int,
    expression: str,
    expressions: Sequence[str],
    threads: int,
    output: Path,
) -> None:
    """Write the stack (HDF5) of the images that were predicted as `expression`, and tell of each.

    size: side of the network's input, px. expressions: the network's, in the order of its answers. threads:
    of the host; no more than HOST_THREADS are used.
    """
    column = expressions.index(expression)
    cell = FacesOfCell(faces, image_ids, size)
    with write_stack(output, size, expression, expressions) as stack:
        explanations = explained_faces(explainer, cell, column, min(threads, HOST_THREADS))
        for n, (image_id, explanation) in enumerate(zip(image_ids, explanations, strict=True), start=1):
            stack.append(image_id, explanation)
            told = account(explanation, column)
            print(f"{expression}: {n}/{len(image_ids)} {image_id}: {told}", flush=True)


def write_empty_stack(size: int, expression: str, expressions: Sequence[str], output: Path) -> None:
    """Write the stack of a cell without images, as `explain_cell` does, for which no network is needed."""
    with write_stack(output, size, expression, expressions):
        print(f"no image was predicted as {expression}: the stack is empty")


def account(explanation: Explanation, column: int) -> str:
    """What an explanation is based on, in words; R2 is that of the expression in `column`."""
    regions = [] if explanation.weights is None else [f"{len(explanation.weights)} regions"]
    fit = [] if explanation.r2 is None else [f"R2 {explanation.r2[column]:.2f}"]
    return ", ".join([*regions, f"{explanation.samples} samples", *fit])
