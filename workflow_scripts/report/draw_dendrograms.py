"""Rule draw_dendrograms: which networks have similar heatmaps, a tree per expression (paper, Figure 10)."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import WIDTH, figure_files
from workflow_scripts.common.tables import read_table
from workflow_scripts.similarity.dendrogram import draw_tree
from workflow_scripts.similarity.trees import distance_matrix, read_worth
from workflow_scripts.training.learned import read_learned

COLUMNS = 3
LEAF, LINE = 0.24, 0.16  # inches


def draw_dendrograms(
    distances: list[Path],
    *,
    support: Path,
    trees: Path,
    learned: Path,
    expressions: str,
    settings: str,
    output: Path,
    png: Path,
) -> None:
    """Draw the tree of the networks for each table of DISTANCES, all on one scale.

    Parameters
    ----------
    distances: tables of pairs of networks, one per expression.
    support: table of the support of all nodes.
    trees: table of the cophenetic r of all trees.
    learned: table of the networks that says which of them learned; the others are marked.
    expressions: the expressions in the same order, as a JSON list.
    settings: the section `similarity` of config, as JSON.
    output: the SVG file to write.
    png: the PNG file to write.
    """
    did, worth = read_learned(learned), read_worth(support, trees)
    names, method = json.loads(expressions), json.loads(settings)["linkage"]
    tables = [read_table(path, ["network_a", "network_b", "distance_face"]) for path in distances]
    n_leaves = max(len(distance_matrix(rows)[0]) for rows in tables)
    n_columns = min(COLUMNS, len(tables))
    n_rows = math.ceil(len(tables) / n_columns)
    told = LINE if any(worth[name].support for name in names) else 0
    height = n_rows * (1.1 + told + LEAF * max(n_leaves, 3))
    with figure_files([output, png], WIDTH * n_columns / COLUMNS, height) as figure:
        figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
        grid = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for axes in grid[len(tables) :]:
            axes.set_axis_off()
        for axes, rows, name in zip(grid, tables, names, strict=False):
            draw_tree(axes, rows, method, did, worth[name])
            axes.set_title(name, loc="left")
        _share_scale(grid[: len(tables)])
    print(f"{len(tables)} trees of up to {n_leaves} networks drawn: {output}")


def _share_scale(grid: Sequence[Axes]) -> None:
    """Give all trees the axis of the tallest, from its height (left) to 0 (right)."""
    drawn = [axes for axes in grid if axes.axison]
    highest = max((max(axes.get_xlim()) for axes in drawn), default=1)
    for axes in drawn:
        axes.set_xlim(highest, 0)


if __name__ == "__main__":
    run(draw_dendrograms)
