"""Rule rank_networks: how alike different masks and metrics rank the networks, for one explainer."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.rankings import RANKINGS, averages_of, rankings_table
from workflow_scripts.comparison.reference_tables import GROWN
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics

SUMMARY = ("kind", "name", "expression", "metric", "claim", "estimate", "learned")


def rank_networks(
    *,
    mask_sets: str,
    summaries: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    grown: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    output: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Compare the rankings of networks by their average scores.

    Parameters
    ----------
    mask_sets
        Names of the mask sets, as a JSON list.
    summaries
        Their summaries, in the same order.
    grown
        Their scores against masks that are grown or shrunk, in the same order.
    output
        Table to write: a row per pair of rankings.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    used = {metric.name: metric for metric in load_metrics(json.loads(metrics))}
    averages = {}
    for mask_set, summary, changed in zip(json.loads(mask_sets), summaries or [], grown or [], strict=True):
        averages |= averages_of(
            mask_set, read_table(summary, SUMMARY), read_table(changed, GROWN), list(used)
        )
    lower = [name for name, metric in used.items() if metric.better == "lower"]
    write_table(output, RANKINGS, rankings_table(averages, lower))


if __name__ == "__main__":
    run(rank_networks)
