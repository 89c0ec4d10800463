"""Drawings of trees of networks (paper, Figure 10)."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from scipy.cluster import hierarchy

from workflow_scripts.common.figures import NETWORK_HUE, SMALL
from workflow_scripts.similarity.trees import Worth, distance_matrix, linkage_of
from workflow_scripts.training.learned import MARK_NOTE, marked

AXIS_LABEL = "Correlation distance (1 − r inside the face)"
NOTE_LETTERS = 45  # per line, to fit below a tree a third of a page wide
LABEL_PAD = 21  # points between the lines and the names: the lowest nodes have their numbers there
LEAF_STEP = 10  # of scipy's dendrogram: its first leaf is drawn at half a step


def tree_note(
    present: Sequence[str], left_out: Sequence[str], learned: Mapping[str, bool], worth: Worth
) -> list[str]:
    """Lines: what numbers and marks mean, what the tree leaves out, or why there is none; may be empty.

    >>> tree_note(["VGG16", "VGG19"], ["SilNet"], {}, Worth())
    ['left out, no heatmap or a constant one:', 'SilNet']
    >>> tree_note(["A", "B", "C"], [], {}, Worth({frozenset("AB"): 0.5}, cophenetic_r=0.876))
    ['numbers: node support, %; cophenetic r 0.88']
    """
    names = textwrap.wrap(", ".join(left_out), NOTE_LETTERS)
    if len(present) < 2:
        # one of them may have a heatmap, but nothing to compare it with
        these = "of these networks" if names else "networks"
        return [f"fewer than two {these}", "have heatmaps to compare" + ":" * bool(names), *names]
    notes = []
    if worth.support and len(present) > 2:
        r = "" if worth.cophenetic_r is None else f"; cophenetic r {worth.cophenetic_r:.2f}"
        notes = [f"numbers: node support, %{r}"]
    notes += ["left out, no heatmap or a constant one:", *names] if names else []
    marks = textwrap.wrap(MARK_NOTE, NOTE_LETTERS)
    return notes if all(learned.get(name, True) for name in present) else [*notes, *marks]


def draw_tree(
    axes: Axes,
    rows: Sequence[Mapping[str, str]],
    method: str,
    learned: Mapping[str, bool],
    worth: Worth | None = None,
) -> None:
    """Draw the dendrogram of one expression into `axes`; networks left out are named below it.

    rows: as for `distance_matrix`. learned: networks that did not learn are marked. worth: its nodes' support
    is written beside them. With fewer than two networks, a note takes the place of the tree.
    """
    worth = worth or Worth()
    present, matrix, left_out = distance_matrix(rows)
    note = tree_note(present, left_out, learned, worth)
    if len(present) < 2:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "\n".join(note), ha="center", va="center", fontsize=SMALL)
        return
    linkage = linkage_of(matrix, method)
    drawn = hierarchy.dendrogram(
        linkage,
        labels=[marked(name, learned) for name in present],
        orientation="left",
        ax=axes,
        color_threshold=0,
        above_threshold_color=NETWORK_HUE,
        leaf_font_size=SMALL,
    )
    for line in axes.collections:
        line.set_linewidth(1.8)
    if worth.support:
        _write_support(axes, present, linkage, drawn["leaves"], worth)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_xlabel("\n".join([AXIS_LABEL, *note]), fontsize=SMALL, loc="left")


def _write_support(
    axes: Axes, names: Sequence[str], linkage: np.ndarray, leaves: Sequence[int], worth: Worth
) -> None:
    """Write the support of each node right of it, in percent; that of all networks together is always 100."""
    for x, y, members in node_places(linkage, leaves):
        share = worth.support.get(frozenset(names[leaf] for leaf in members))
        if share is not None and len(members) < len(names):
            place = {"xytext": (2, 0), "textcoords": "offset points", "ha": "left", "va": "center_baseline"}
            axes.annotate(f"{100 * share:.0f}", (x, y), fontsize=SMALL, **place)
    axes.tick_params(axis="y", pad=LABEL_PAD)


def node_places(linkage: np.ndarray, leaves: Sequence[int]) -> Iterator[tuple[float, float, list[int]]]:
    """Where a number beside each node touches no line: x, y, and the leaves under the node.

    leaves: in the order in which they are drawn, from below. The strip between two neighbouring leaves is
    crossed by one node, the one that joins them, and right of this node nothing is drawn there.
    """
    clusters = [[leaf] for leaf in range(len(leaves))]
    rank = {leaf: place for place, leaf in enumerate(leaves)}
    for a, b, height, _ in linkage:
        lower, upper = sorted((clusters[int(a)], clusters[int(b)]), key=lambda members: rank[members[0]])
        clusters.append([*lower, *upper])
        yield float(height), LEAF_STEP * (1.0 + rank[lower[-1]]), clusters[-1]
