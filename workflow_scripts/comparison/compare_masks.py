"""Rule compare_masks: the heatmap of one cell against one mask."""

from pathlib import Path

from workflow_scripts.command_line import run
from workflow_scripts.comparison.cell_scores import COLUMNS, score_heatmap
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.hdf5_files import open_hdf5
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.tables import write_table


def compare_masks(
    heatmap: Path, mask: Path, *, network: str, fold: int, expression: str, output: Path
) -> None:
    """Threshold HEATMAP by Otsu's method and score it against MASK.

    Parameters
    ----------
    heatmap
        Standardized explanations of the cell (HDF5).
    mask
        Mask image.
    network
        Name of the network.
    fold
        The test fold.
    expression
        The predicted expression.
    output
        Table to write, of one row: scores, all-face baseline and chance level; empty without explanations.
    """
    with open_hdf5(heatmap, ["image_id"]) as file:
        n = len(file["image_id"])
    scores = score_heatmap(read_heatmap(heatmap), read_mask(mask))
    row = {"network": network, "fold": fold, "expression": expression, "n": n} | scores
    write_table(output, COLUMNS, [row])


if __name__ == "__main__":
    run(compare_masks)
