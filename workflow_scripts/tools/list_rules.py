"""Writes the table that the rule graph is drawn from (`make rulegraph`), from Snakemake's own graph.

snakemake ... --rulegraph dot | python -m workflow_scripts.tools.list_rules --output resources/rule_graph.csv
"""

import re
import sys
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.stages import STAGES
from workflow_scripts.common.tables import write_table

COLUMNS = ["rule", "stage", "reads"]


def list_rules(*, output: Path, rules: Path = Path("rules")) -> None:
    """Write one row per rule of the graph on standard input: its name, its stage, the rules it reads from.

    Parameters
    ----------
    output
        The CSV file to write.
    rules
        Folder with a file of rules per stage, which give the order.
    """
    text = sys.stdin.read()
    if "digraph" not in text:
        raise StudyError("standard input: no graph; pipe the output of snakemake --rulegraph dot into this")
    write_table(output, COLUMNS, rule_table(text, rules))


def rule_table(dot: str, rules: Path) -> list[dict[str, str]]:
    """Rows of the table, in the order of the stages and of their files; `reads` is separated by spaces."""
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', dot))
    edges = [(names[source], names[target]) for source, target in re.findall(r"(\d+) -> (\d+)", dot)]
    defined = {
        name: stage
        for stage in STAGES
        for name in re.findall(
            r"^rule (\w+):", (rules / f"{stage}.smk").read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    order = [name for name in defined if name in names.values()]
    return [
        {
            "rule": name,
            "stage": defined[name],
            "reads": " ".join(source for source in order if (source, name) in edges),
        }
        for name in order
    ]


if __name__ == "__main__":
    run(list_rules)
