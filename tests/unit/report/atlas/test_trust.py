"""What the atlas has on trust: the numbers of the tables, by the places of names."""

import json
import zlib
from base64 import b64decode
from dataclasses import dataclass, field
from types import MappingProxyType

from workflow_scripts.explanation.quality import MEASURES
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.numbers import places
from workflow_scripts.report.atlas.trust import (
    OF_QUALITY,
    finding_tables,
    measures,
    pack_excess,
    pack_quality,
    trust,
)
from workflow_scripts.report.finding_sentence import sentence

NETWORKS, EXPRESSIONS = places(["A", "B"]), places(["fear", "anger"])
PANEL = {"mask_set": "m", "network": "B", "expression": "anger", "metric": "auc"}
FINDING = PANEL | {
    "explainers": "3",
    "above": "lime rise",
    "below": "",
    "undecided": "cam",
    "depends": "open",
    "r_face": "0.5",
    "least_a": "lime",
    "least_b": "cam",
    "least_r": "-0.25",
}
EXCESS = PANEL | {
    "explainer": "rise",
    "estimate": "0.75",
    "chance": "0.5",
    "excess": "0.25",
    "low": "-1e-05",
    "high": "0.500000001",
    "side": "undecided",
}
QUALITY = dict.fromkeys(OF_QUALITY, "") | {
    "network": "A",
    "expression": "fear",
    "measure": "deletion",
    "better": "lower",
    "n": "7",
    "left_out": "1",
    "subjects": "3",
    "estimate": "0.125",
}


def content(blocks: Blocks, number: int):
    return json.loads(zlib.decompress(b64decode(dict(blocks.in_page())[number])))


def record(table: dict, row: list) -> dict:
    return dict(zip(table["columns"], row, strict=True))


def test_findings_are_of_a_mask_set_and_metric_and_agreement_of_a_panel():
    other = FINDING | {"mask_set": "none", "metric": "iou"}
    nothing = FINDING | {"network": "A", "depends": "", "above": "", "undecided": "", "r_face": ""}
    nothing["explainers"] = "0"
    found = finding_tables([FINDING, other, nothing], ["none", "m"], NETWORKS, EXPRESSIONS)
    findings, agreement = found["findings"], found["agreement"]
    of_none, of_m = findings["rows"]
    assert of_none.keys() == {"1,1,iou"}
    assert of_m.keys() == {"1,1,auc", "0,1,auc"}
    row = record(findings, of_m["1,1,auc"])
    told = row.pop("sentence")
    assert row == {"depends": "open", "above": 2, "below": 0, "undecided": 1}
    assert "lime and rise" in findings["sentences"][told]
    assert findings["sentences"][record(findings, of_m["0,1,auc"])["sentence"]] == sentence(nothing)
    assert len(findings["sentences"]) == 2  # each is there once
    assert findings["metrics"] == ["auc", "iou"]
    assert agreement["rows"].keys() == {"1,1"}
    expected = {"r_face": 0.5, "least_a": "lime", "least_b": "cam", "least_r": -0.25}
    assert record(agreement, agreement["rows"]["1,1"]) == expected


def test_the_excess_of_each_explainer_has_the_digits_of_the_table():
    blocks = Blocks()
    lacking = EXCESS | dict.fromkeys(("estimate", "excess", "low", "high", "side"), "")
    of_none, of_m = pack_excess(
        blocks,
        [lacking | {"explainer": "lime"}, EXCESS],
        explainers=places(["lime", "cam", "rise"]),
        mask_sets=["none", "m"],
        networks=NETWORKS,
        expressions=EXPRESSIONS,
    )
    assert content(blocks, of_none)["rows"] == {}
    table = content(blocks, of_m)
    first, second = (record(table, row) for row in table["rows"]["1,1,auc"])
    assert first["explainer"] == 0
    assert [first[name] for name in ("estimate", "chance", "excess", "low", "side")] == [
        *(None, 0.5, None, None),
        "",
    ]
    assert second == {
        "explainer": 2,
        "estimate": 0.75,
        "chance": 0.5,
        "excess": 0.25,
        "low": -1e-05,
        "high": 0.500000001,
        "side": "undecided",
    }


def test_quality_is_of_panels_and_of_all_images_together():
    blocks = Blocks()
    average = QUALITY | {"expression": "average", "n": "9", "p": "0.5", "q": "1"}
    table = content(blocks, pack_quality(blocks, [QUALITY, average], NETWORKS, EXPRESSIONS))
    of_panel, of_all = (record(table, table["rows"][f"0,{x},deletion"]) for x in (0, -1))
    assert (of_panel["n"], of_panel["left_out"], of_panel["estimate"]) == (7, 1, 0.125)
    assert of_panel["baseline"] is of_panel["p"] is None
    assert (of_all["n"], of_all["p"], of_all["q"]) == (9, 0.5, 1)


def test_only_measures_that_were_taken_are_explained():
    tables = [[QUALITY | {"measure": "r2", "better": "higher"}], [QUALITY]]
    found = measures(tables)
    assert [(one["name"], one["better"]) for one in found] == [("deletion", "lower"), ("r2", "higher")]
    assert all(one["text"] for one in found)
    every = measures([[QUALITY | {"measure": name} for name in MEASURES]])
    assert {one["name"] for one in every} == {*MEASURES}
    assert len({one["label"] for one in every}) == len(MEASURES)


@dataclass
class Made:
    """What `trust` needs of an atlas; asked: the tables that were read."""

    explainers: list[str]
    examined: list[str]
    mask_sets = ("m",)
    networks, expressions = list(NETWORKS), list(EXPRESSIONS)
    settings = MappingProxyType({"folds_each": 2})
    asked: list[str] = field(default_factory=list)

    def table(self, kind: str, **names: str) -> list[dict[str, str]]:
        self.asked.append(kind)
        return {"findings": [FINDING], "excess": [EXCESS], "quality": [QUALITY]}[kind]


def test_one_explainer_that_is_not_examined_has_nothing_and_reads_nothing():
    atlas = Made(["lime"], [])
    blocks = Blocks()
    assert trust(blocks, atlas) == {}
    assert atlas.asked == []
    assert list(blocks.in_page()) == []


def test_what_is_there_is_packed_for_all_explainers_in_their_order():
    blocks = Blocks()
    found = trust(blocks, Made(["lime", "cam", "rise"], ["rise"]))
    assert found.keys() == {"findings", "agreement", "excess", "enough", "wrongSides", "measures", "quality"}
    assert [one is None for one in found["quality"]] == [True, True, False]
    assert content(blocks, found["quality"][2])["rows"].keys() == {"0,0,deletion"}
    assert trust(Blocks(), Made(["lime"], ["lime"])).keys() == {"measures", "quality"}
    assert trust(Blocks(), Made(["lime", "rise", "cam"], [])).keys() == {
        *("findings", "agreement", "excess", "enough", "wrongSides")
    }
