"""Which networks have similar heatmaps: clusters of networks and their tree (paper, Figure 10)."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from workflow_scripts.training.learned import MARK_NOTE, marked

AXIS_LABEL = "Correlation distance (1 − r inside the face)"
COLOR = "#24496e"
NOTE_LETTERS = 45  # per line, to fit below a tree a third of a page wide
SMALL = 9  # points


@dataclass(frozen=True)
class Merge:
    """Two clusters merged into one: the height, and the members of the new cluster."""

    height: float
    members: tuple[str, ...]


def distance_matrix(rows: Sequence[Mapping[str, str]]) -> tuple[list[str], np.ndarray, list[str]]:
    """The networks that can be compared, their distances (n, n), and the networks left out.

    rows: network_a, network_b and distance_face (empty if it is missing) of every pair. A network is left out
    if it has no distance to any other.
    """
    networks = list(dict.fromkeys(row[key] for row in rows for key in ("network_a", "network_b")))
    known = [row for row in rows if row["distance_face"]]
    compared = {row[key] for row in known for key in ("network_a", "network_b")}
    present = [name for name in networks if name in compared]
    place = {name: i for i, name in enumerate(present)}
    matrix = np.zeros((len(present), len(present)))
    for row in known:
        a, b = place[row["network_a"]], place[row["network_b"]]
        # rounding can carry the distance of equal heatmaps below 0
        matrix[a, b] = matrix[b, a] = max(float(row["distance_face"]), 0.0)
    return present, matrix, [name for name in networks if name not in compared]


def linkage_of(matrix: np.ndarray, method: str) -> np.ndarray:
    """Hierarchical clustering of a distance matrix (n, n), n >= 2: scipy's linkage matrix (n - 1, 4)."""
    return hierarchy.linkage(squareform(matrix, checks=False), method)


def merges(names: Sequence[str], linkage: np.ndarray) -> list[Merge]:
    """The merges of a linkage by their members, lowest first."""
    clusters = [(name,) for name in names]
    result = []
    for a, b, height, _ in linkage:
        members = tuple(sorted((*clusters[int(a)], *clusters[int(b)]), key=list(names).index))
        clusters.append(members)
        result.append(Merge(float(height), members))
    return result


def tree_note(present: Sequence[str], left_out: Sequence[str], learned: Mapping[str, bool]) -> list[str]:
    """Lines that say what the tree leaves out, or why there is none, and what a mark means; may be empty.

    >>> tree_note(["VGG16", "VGG19"], ["SilNet"], {})
    ['left out, no heatmap or a constant one:', 'SilNet']
    """
    names = textwrap.wrap(", ".join(left_out), NOTE_LETTERS)
    if len(present) < 2:
        # one of them may have a heatmap, but nothing to compare it with
        these = "of these networks" if names else "networks"
        return [f"fewer than two {these}", "have heatmaps to compare" + ":" * bool(names), *names]
    notes = ["left out, no heatmap or a constant one:", *names] if names else []
    marks = textwrap.wrap(MARK_NOTE, NOTE_LETTERS)
    return notes if all(learned.get(name, True) for name in present) else [*notes, *marks]


def draw_tree(
    axes: Axes, rows: Sequence[Mapping[str, str]], method: str, learned: Mapping[str, bool]
) -> None:
    """Draw the dendrogram of one expression into `axes`; networks left out are named below it.

    rows: as for `distance_matrix`. learned: networks that did not learn are marked. With fewer than two
    networks, a note takes the place of the tree.
    """
    present, matrix, left_out = distance_matrix(rows)
    note = tree_note(present, left_out, learned)
    if len(present) < 2:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "\n".join(note), ha="center", va="center", fontsize=SMALL)
        return
    hierarchy.dendrogram(
        linkage_of(matrix, method),
        labels=[marked(name, learned) for name in present],
        orientation="left",
        ax=axes,
        color_threshold=0,
        above_threshold_color=COLOR,
        leaf_font_size=SMALL,
    )
    for line in axes.collections:
        line.set_linewidth(1.8)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_xlabel("\n".join([AXIS_LABEL, *note]), fontsize=SMALL)
