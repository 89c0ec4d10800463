"""Writes the table that the rule graph is drawn from (`make rulegraph`), from Snakemake's own graph.

snakemake ... --rulegraph dot | python -m workflow_scripts.tools.list_rules --output resources/rule_graph.csv
"""

import re
import sys
from collections.abc import Collection, Sequence
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
        Folder with a file of rules per stage, which give the order, and of rules of several stages.
    """
    text = sys.stdin.read()
    if "digraph" not in text:
        raise StudyError("standard input: no graph; pipe the output of snakemake --rulegraph dot into this")
    write_table(output, COLUMNS, rule_table(text, rules))


def rule_table(dot: str, rules: Path) -> list[dict[str, str]]:
    """Rows of the table, in the order of the stages and of their files, but a rule after those that it reads.

    `reads` is separated by spaces.
    """
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', dot))
    edges = [(names[source], names[target]) for source, target in re.findall(r"(\d+) -> (\d+)", dot)]
    defined = {name: stage for stage in STAGES for name in _named(_text(rules / f"{stage}.smk"))}
    for text in (_text(path) for path in sorted(rules.glob("*.smk")) if path.stem not in STAGES):
        # a file of several stages, whose rules say which module they run
        defined |= {name: stage for stage, name in re.findall(r'\*code\("(\w+)\.(\w+)"\)', text)}
    by_stage = sorted(defined, key=lambda name: STAGES.index(defined[name]))
    order = _sources_first([name for name in by_stage if name in names.values()], edges)
    return [
        {
            "rule": name,
            "stage": defined[name],
            "reads": " ".join(source for source in order if (source, name) in edges),
        }
        for name in order
    ]


def _sources_first(names: Sequence[str], edges: Collection[tuple[str, str]]) -> list[str]:
    """The names in their order, but for those that stand before one that they read from."""
    waiting, found = list(names), []
    while waiting:
        ready = (
            name
            for name in waiting
            if not any(source in waiting for source, target in edges if target == name != source)
        )
        found.append(next(ready, waiting[0]))
        waiting.remove(found[-1])
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _named(text: str) -> list[str]:
    """The names of the rules in a file."""
    return re.findall(r"^rule (\w+):", text, re.MULTILINE)


if __name__ == "__main__":
    run(list_rules)
