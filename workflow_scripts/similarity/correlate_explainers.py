"""Rule correlate_explainers: how alike the heatmaps of one network are, made by different explainers."""

import json
from itertools import combinations
from pathlib import Path

from workflow_scripts.common.averages import mean
from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.similarity.correlation import correlation
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

BETWEEN = ("network", "expression", "explainer_a", "explainer_b", "r_face")
AVERAGE = "average"


def correlate_explainers(
    heatmaps: list[Path],
    *,
    explainers: str,
    networks: str,
    expressions: str,
    standard_face: Path,
    output: Path,
) -> None:
    """Correlate the HEATMAPS that every pair of explainers makes of the same network and expression.

    The estimand is the agreement of these heatmaps, means over folds of explanations of the same images; it
    says nothing of other images or trainings.

    Parameters
    ----------
    heatmaps
        Mean heatmaps of the networks (.npy): all networks of the first explainer first, and of each network
        all expressions.
    explainers
        Their names, as a JSON list.
    networks
        Likewise.
    expressions
        Likewise.
    standard_face
        Table of the 89 standard points.
    output
        Table to write, a row per network, expression and pair of explainers: Pearson's r inside the face,
        empty if a heatmap is missing or constant; then per network and pair the mean over expressions, and
        per network that over all pairs, both under the name ``average``.
    """
    of_explainers, of_networks, of_expressions = map(json.loads, (explainers, networks, expressions))
    face = face_area(read_standard_face(standard_face))
    paths = iter(heatmaps)
    maps = {
        (explainer, network, expression): read_heatmap(next(paths))[face]
        for explainer in of_explainers
        for network in of_networks
        for expression in of_expressions
    }
    rows = []
    for network in of_networks:
        of_network = []
        for a, b in combinations(of_explainers, 2):
            found = [correlation(maps[a, network, one], maps[b, network, one]) for one in of_expressions]
            named = zip((*of_expressions, AVERAGE), (*found, mean(found)), strict=True)
            rows += [(network, expression, a, b, r) for expression, r in named]
            of_network += found
        rows.append((network, AVERAGE, AVERAGE, AVERAGE, mean(of_network)))
    write_table(output, BETWEEN, [dict(zip(BETWEEN, row, strict=True)) for row in rows])
    print(f"the heatmaps of {len(of_explainers)} explainers compared, for {len(of_networks)} networks")


if __name__ == "__main__":
    run(correlate_explainers)
