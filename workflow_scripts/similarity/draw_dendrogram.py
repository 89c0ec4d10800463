"""Rule draw_dendrogram: which networks have similar heatmaps, for one expression."""

import json
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import figure_files
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.similarity.dendrogram import draw_tree, tree_note
from workflow_scripts.similarity.trees import distance_matrix, linkage_of, merges, read_worth
from workflow_scripts.training.learned import read_learned

COLUMNS = ("height_face", "size", "members")
WIDTH, FRAME, LEAF, LINE = 6.5, 1.4, 0.32, 0.16  # inches


def draw_dendrogram(
    distances: Path,
    *,
    support: Path,
    trees: Path,
    learned: Path,
    expression: str,
    settings: str,
    output: Path,
    merges_output: Path,
) -> None:
    """Cluster the networks by the DISTANCES between their heatmaps.

    Parameters
    ----------
    distances
        Table of pairs of networks.
    support
        Table of the support of all nodes.
    trees
        Table of the cophenetic r of all trees.
    learned
        Table of the networks that says which of them learned; the others are marked.
    expression
        The expression, for the title.
    settings
        The section `similarity` of config, as JSON.
    output
        The SVG to write.
    merges_output
        Table to write: the height of every merge, and the networks it joins.
    """
    method, did = json.loads(settings)["linkage"], read_learned(learned)
    worth = read_worth(support, trees)[expression]
    rows = read_table(distances, ["network_a", "network_b", "distance_face"])
    present, matrix, left_out = distance_matrix(rows)
    joined = merges(present, linkage_of(matrix, method)) if len(present) > 1 else []
    write_table(
        merges_output,
        COLUMNS,
        [
            {"height_face": merge.height, "size": len(merge.members), "members": " ".join(merge.members)}
            for merge in joined
        ],
    )
    height = FRAME + LEAF * max(len(present), 2) + LINE * len(tree_note(present, left_out, did, worth))
    with figure_files([output], WIDTH, height) as figure:
        axes = figure.subplots()
        draw_tree(axes, rows, method, did, worth)
        axes.set_title(expression, loc="left")
        figure.tight_layout()


if __name__ == "__main__":
    run(draw_dendrogram)
