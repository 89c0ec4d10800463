"""Dendrograms as lines and places, so that the page only draws them."""

from collections.abc import Mapping, Sequence

from scipy.cluster import hierarchy

from workflow_scripts.similarity.trees import Worth, distance_matrix, linkage_of


def tree(rows: Sequence[Mapping[str, str]], method: str, worth: Worth) -> dict:
    """The tree of one expression's networks, or what there is of it.

    rows: of the table of similarities, as for `similarity.trees.distance_matrix`. Returns `names`, the
    networks that can be compared, in the order of the leaves; `distances`, between them, in the same order;
    `left_out`; `cophenetic_r`; and with two networks or more `nodes`, each [height of one end, its place, own
    height, place of the other end, its height, support or None], where leaf i is at place i.
    """
    names, matrix, left_out = distance_matrix(rows)
    if len(names) < 2:
        return {"names": names, "distances": [], "nodes": [], "left_out": left_out, "cophenetic_r": None}
    linkage = linkage_of(matrix, method)
    order = [int(leaf) for leaf in hierarchy.leaves_list(linkage)]
    return {
        "names": [names[leaf] for leaf in order],
        "distances": [[round(float(matrix[a, b]), 6) for b in order] for a in order],
        "nodes": _nodes(names, linkage, order, worth),
        "left_out": left_out,
        "cophenetic_r": worth.cophenetic_r,
    }


def _nodes(names: Sequence[str], linkage, order: Sequence[int], worth: Worth) -> list[list]:
    """The nodes, lowest first."""
    places = {leaf: place for place, leaf in enumerate(order)}
    clusters = [(0.0, float(places[leaf]), (leaf,)) for leaf in range(len(names))]
    nodes = []
    for a, b, height, _ in linkage:
        first, second = sorted((clusters[int(a)], clusters[int(b)]), key=lambda cluster: cluster[1])
        members = (*first[2], *second[2])
        share = worth.support.get(frozenset(names[leaf] for leaf in members))
        share = None if len(members) == len(names) else share  # all together always are
        nodes.append(
            [round(first[0], 6), first[1], round(float(height), 6), second[1], round(second[0], 6), share]
        )
        clusters.append((float(height), (first[1] + second[1]) / 2, members))
    return nodes
