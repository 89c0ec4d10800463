"""The table of rules from Snakemake's words, and the figure from the table."""

import io

import cv2
import pytest

from tests.drawings import faults
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.stages import STAGES
from workflow_scripts.common.tables import read_table
from workflow_scripts.report.draw_rule_graph import draw_rule_graph
from workflow_scripts.tools.list_rules import list_rules, rule_table

DOT = """digraph snakemake_dag {
    node[shape=box, style=rounded];
\t0[label = "all", color = "0.00 0.6 0.85", style="rounded"];
\t1[label = "prepare_faces", color = "0.64 0.6 0.85", style="rounded"];
\t2[label = "index_dataset", color = "0.41 0.6 0.85", style="rounded"];
\t3[label = "check_faces", color = "0.41 0.6 0.85", style="rounded"];
\t1 -> 0
\t2 -> 1
\t3 -> 1
\t2 -> 3
\t3 -> 3
}
"""
TABLE = [
    {"rule": "index_dataset", "stage": "datasets", "reads": ""},
    {"rule": "check_faces", "stage": "faces", "reads": "index_dataset check_faces"},
    {"rule": "prepare_faces", "stage": "faces", "reads": "index_dataset check_faces"},
]


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    for stage in STAGES:
        (folder / f"{stage}.smk").write_text("")
    (folder / "datasets.smk").write_text("rule index_dataset:\n    output: 'a'\n\nrule unused:\n")
    (folder / "faces.smk").write_text("rule check_faces:\n\nrule prepare_faces:\n")
    return folder


def test_rules_stand_in_the_order_of_stages_and_files_with_what_they_read(rules, tmp_path, monkeypatch):
    assert rule_table(DOT, rules) == TABLE
    monkeypatch.setattr("sys.stdin", io.StringIO(DOT))
    list_rules(output=tmp_path / "rules.csv", rules=rules)
    assert read_table(tmp_path / "rules.csv") == TABLE


def test_without_a_graph_the_way_to_one_is_named(rules, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("This study cannot run yet"))
    with pytest.raises(StudyError, match="snakemake --rulegraph dot"):
        list_rules(output=tmp_path / "rules.csv", rules=rules)
    assert not (tmp_path / "rules.csv").exists()


def test_the_figure_grows_with_the_rules_and_is_the_same_every_time(tmp_path):
    for name, rows in {"one": TABLE, "again": TABLE, "two": TABLE[:2]}.items():
        text = "rule,stage,reads\n" + "".join(f"{','.join(row.values())}\n" for row in rows)
        (tmp_path / f"{name}.csv").write_text(text)
        output, png = tmp_path / f"{name}.svg", tmp_path / f"{name}.png"
        draw_rule_graph(tmp_path / f"{name}.csv", output=output, png=png)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    three, two = (cv2.imread(str(tmp_path / f"{name}.png")) for name in ("one", "two"))
    assert faults(tmp_path / "two.svg") == []
    assert three.shape == (135, 1500, 3)
    assert two.shape == (90, 1500, 3)
