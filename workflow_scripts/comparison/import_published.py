"""Rule import_published: the published heatmaps in the form of the workflow's own."""

import json
from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import write_hashes
from workflow_scripts.comparison.beside import PUBLISHED
from workflow_scripts.comparison.beside_files import write_fold, write_mean
from workflow_scripts.comparison.cell_scores import image_basis
from workflow_scripts.comparison.mask_image import read_gray
from workflow_scripts.comparison.published_heatmaps import NAMES
from workflow_scripts.standardization.heatmaps import mean_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

ABSENT = "no published heatmap"


def import_published(
    heatmaps: list[Path], *, cells: str, networks: str, expressions: str, output: Path
) -> None:
    """Write the published HEATMAPS as heatmaps of cells, and their means over folds.

    Grey levels stay as they are. A cell without an image, or whose image is the same everywhere, has a
    missing heatmap, with the reason.

    Parameters
    ----------
    heatmaps
        Grey images, 224 x 275.
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    networks
        The published networks with their folds, as a JSON object.
    expressions
        The expressions of the study, as a JSON list.
    output
        Folder to write to: {network}/fold{fold}/{expression}.h5, with heatmaps.sha256 of each fold, and
        {network}/{expression}.npy.
    """
    files = {tuple(cell): path for cell, path in zip(json.loads(cells), heatmaps, strict=True)}
    studied = json.loads(expressions)
    for network, folds in json.loads(networks).items():
        folder, of_folds = output / network.removeprefix(PUBLISHED.prefix), defaultdict(list)
        for fold, expression in product(folds, studied):
            path = files.get((network, fold, expression))
            written = _write_cell(folder / f"fold{fold}/{expression}.h5", expression, path)
            of_folds[expression].append(written)
        for expression, maps in of_folds.items():
            write_mean(folder / f"{expression}.npy", mean_heatmap(maps))
        for of_fold in (folder / f"fold{fold}" for fold in folds):
            write_hashes([of_fold / f"{one}.h5" for one in studied], of_fold / "heatmaps.sha256")
    print(f"{len(files)} published heatmaps of {len(json.loads(networks))} networks: {output}")


def _write_cell(output: Path, expression: str, path: Path | None) -> np.ndarray:
    """Write the heatmap of one cell, float32 (HEIGHT, WIDTH), from its image, and return it."""
    heatmap, basis = np.full((HEIGHT, WIDTH), np.nan, np.float32), {"missing": ABSENT, "amplitude": np.nan}
    if path:
        image = read_gray(path)
        if image.shape != (HEIGHT, WIDTH):
            raise StudyError(
                f"{path}: a published heatmap is {WIDTH} x {HEIGHT} pixels, the canvas of the standard face; "
                f"this one is {image.shape[1]} x {image.shape[0]}: draw it on that canvas, or remove it from "
                "the folder comparison.published"
            )
        basis = image_basis(image)
        heatmap = heatmap if basis["missing"] else image.astype(np.float32)
    if basis["missing"]:
        print(f"{path or output}: no heatmap: {basis['missing']} (names: {NAMES})")
    write_fold(output, expression, heatmap, basis["missing"], basis["amplitude"])
    return heatmap


if __name__ == "__main__":
    run(import_published)
