"""Rule compare_explainers: does what is found of each panel depend on the explainer?"""

import json
from collections import Counter, defaultdict
from itertools import product
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cells import as_number
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.similarity.correlate_explainers import AVERAGE, BETWEEN
from workflow_scripts.similarity.explainer_findings import (
    EXCESS,
    FINDINGS,
    NO,
    OPEN,
    READ,
    WHERE,
    YES,
    Score,
    excess_rows,
    finding,
    read_scores,
)


def compare_explainers(
    between: Path,
    *,
    summaries: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    nulls: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    explainers: str,
    mask_sets: str,
    networks: str,
    metrics: str,
    folds: int,
    excess: Path,
    findings: Path,
) -> None:
    """Put each explainer's score of a panel on a side of chance, and say whether they agree on it.

    Parameters
    ----------
    between
        Table of how alike the explainers' heatmaps are, from correlate_explainers.
    summaries
        Tables of numbers, from summarize_comparison: all mask sets of the first explainer first.
    nulls
        Likewise, tables of scores on masks elsewhere, from compare_references.
    explainers
        Their names, as a JSON list.
    mask_sets
        Likewise.
    networks
        Likewise, of the study's own networks: the order of rows.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    folds
        Number of folds of one cross-validation.
    excess
        Table to write, a row per panel, metric and explainer; `similarity.explainer_findings` explains it.
    findings
        Table to write, a row per panel and metric.
    """
    of_explainers, of_sets = json.loads(explainers), json.loads(mask_sets)
    better = {metric.name: metric.better for metric in load_metrics(json.loads(metrics))}
    scores = {
        pair: read_scores(read_table(path, READ), read_table(elsewhere, [*WHERE[1:], "score"]), folds)
        for pair, path, elsewhere in zip(
            product(of_explainers, of_sets), summaries or [], nulls or [], strict=True
        )
    }
    alike = defaultdict(dict)
    for row in read_table(between, BETWEEN):
        if row["explainer_a"] != AVERAGE:
            pair = row["explainer_a"], row["explainer_b"]
            alike[row["network"], row["expression"]][pair] = as_number(row["r_face"])
    of_excess, of_findings = [], []
    for mask_set in of_sets:
        of_set = {name: scores[name, mask_set] for name in of_explainers}
        there = dict.fromkeys(panel for of in of_set.values() for panel in of)
        expressions = dict.fromkeys(expression for _, expression, _ in there)
        names = [name for name in better if any(metric == name for *_, metric in there)]
        for panel in product(json.loads(networks), expressions, names):
            where = dict(zip(WHERE, (mask_set, *panel), strict=True))
            of_panel = {name: of_set[name].get(panel, Score()) for name in of_explainers}
            rows = excess_rows(where, of_panel, better[panel[-1]])
            of_excess += rows
            of_findings.append(finding(where, rows, alike[panel[:2]]))
    write_table(excess, EXCESS, of_excess)
    write_table(findings, FINDINGS, of_findings)
    counts = Counter(row["depends"] for row in of_findings)
    print(
        f"{len(of_findings)} rows of panels and metrics: {counts[NO]} do not depend on the explainer, "
        f"{counts[YES]} do, {counts[OPEN]} are open"
    )


if __name__ == "__main__":
    run(compare_explainers)
