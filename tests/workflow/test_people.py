"""A lab's own data on people, and the test that people took, in a whole study."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.workflow.miniature import EXPRESSIONS, NETWORKS, run_study
from tests.workflow.planning import snakemake_calls
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.agreement_rows import AGREEMENT
from workflow_scripts.comparison.observed import CURVES, OBSERVERS
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.standardization.standard_face import read_standard_face

PERSONS, ROWS, COLUMNS = 12, 8, 6
SIDE = 240, 320  # px of a stimulus: width, height
SEEN = EXPRESSIONS[:1] + EXPRESSIONS[2:]  # nobody was shown the second
PEOPLE = {
    "run": {"people": ["lab"], "explainers": ["lime", "uncovering"]},
    "explanation": {"explainers": {"uncovering": {"explainer": "uncovering", "orders": 2}}},
    "comparison": {
        "people": {
            "lab": {
                "data": "tiles",
                "table": "lab/weights.csv",
                "landmarks": "lab/landmarks.csv",
                "rows": ROWS,
                "columns": COLUMNS,
                "width": SIDE[0],
                "height": SIDE[1],
            }
        }
    },
}
FILES = ["--configfile", "config.yaml", "study.yaml", "people.yaml"]
PER_CELL = "from workflow_scripts.explanation.explainers.uncovering import build, files, passes\n"


def write_data(folder: Path) -> None:
    """Weights of persons who all use the same tiles, with noise of their own, and the stimuli's landmarks."""
    draw = np.random.default_rng(0)
    points = read_standard_face("resources/standard_face.csv")[:68] * (SIDE[0] / 224, SIDE[1] / 275)
    folder.mkdir()
    tiles = [str(tile) for tile in range(ROWS * COLUMNS)]
    with (folder / "weights.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["person", "expression", *tiles])
        for expression in SEEN:
            shared = draw.normal(0, 1, len(tiles))
            for person in range(PERSONS):
                weights = shared + draw.normal(0, 0.5, len(tiles))
                table.writerow([f"p{person}", expression, *weights.round(3)])
    with (folder / "landmarks.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["expression", "landmark", "x", "y"])
        table.writerows([one, n, *point] for one in SEEN for n, point in enumerate(points))


@pytest.fixture(scope="module")
def study(finished_copy) -> Path:
    """The copy with people and their test, run."""
    write_data(finished_copy / "lab")
    (finished_copy / "people.yaml").write_text(yaml.safe_dump(PEOPLE))
    run_study(finished_copy, *FILES)
    return finished_copy


def test_people_agree_with_each_other_more_than_with_anything_else(study):
    rows = read_table(study / "results/comparison/people/lab/agreement.csv", list(AGREEMENT))
    average = {
        (row["kind"], row["scored"]): row
        for row in rows
        if (row["expression"], row["metric"], row["on"]) == ("average", "r", "people")
    }
    ceiling = average.pop(("ceiling", "other_half"))
    assert float(ceiling["estimate"]) > 0.8
    assert float(ceiling["low"]) < float(ceiling["estimate"]) < float(ceiling["high"])
    assert ceiling["persons"] == str(PERSONS)
    assert ("ceiling", "other_poser") not in average  # there is one poser
    others = [float(row["estimate"]) for key, row in average.items() if key[0] == "reference"]
    assert others
    assert max(others) < 0.8


@pytest.mark.parametrize("explainer", ["lime", "uncovering"])
def test_networks_are_scored_on_people_by_both_explainers(study, explainer):
    rows = read_table(study / f"results/comparison/{explainer}/agreement/lab.csv", list(AGREEMENT))
    shown = {row["expression"] for row in rows}
    assert shown <= {*SEEN, "average"}
    # with two orders a network may have no heatmap: each tile helped as much as every other
    scored = {row["scored"] for row in rows} & set(NETWORKS)
    assert scored == set(NETWORKS) if explainer == "lime" else scored
    known = [row for row in rows if row["estimate"] and row["metric"] == "auc" and not row["minus"]]
    assert known
    assert all(0 <= float(row["estimate"]) <= 1 for row in known)


def test_the_task_has_curves_of_every_network(study):
    folder = study / "results/comparison/uncovering/trials"
    observers = read_table(folder / "observers.csv", list(OBSERVERS))
    assert {row["observer"] for row in observers} == set(NETWORKS)
    curves = read_table(folder / "curves.csv", list(CURVES))
    for network in NETWORKS:
        for row in observers:
            if row["observer"] == network and row["expression"] != "average":
                of = [one for one in curves if one["observer"] == network]
                last = [one for one in of if one["expression"] == row["expression"]][-1]
                assert (last["tiles"], last["right"]) == ("48", row["right"])
                answered = float(last["right"]) + float(last["wrong"])
                assert answered == pytest.approx(1)  # every trial settles


def test_jobs_of_whole_trainings_give_what_jobs_of_cells_give(study):
    """The same explainer without the word that batches it: arrays and tables are the same, to the byte."""
    settings = read_config([study / name for name in FILES[1:]])["explanation"]["explainers"]["uncovering"]
    (study / "cells.py").write_text(PER_CELL)
    entry = {"cells": settings | {"explainer": "cells.py:build"}}
    (study / "cells.yaml").write_text(yaml.safe_dump({"explanation": {"explainers": entry}}))
    table = "figure4/scores/WeiNet.csv"
    printed = run_study(study, *FILES, "cells.yaml", "--", f"results/comparison/cells/{table}")
    assert {"explain_images", "standardize_explanations", "compare_network"} <= set(printed.split())
    results = study / "results"
    batched, single = (results / f"comparison/{name}/{table}" for name in ("uncovering", "cells"))
    assert batched.read_bytes() == single.read_bytes()
    for stage, one in itertools.product(("explanation", "standardization"), SEEN):
        both = [results / f"{stage}/{name}/WeiNet/fold1/{one}.h5" for name in ("uncovering", "cells")]
        assert both[0].read_bytes() == both[1].read_bytes(), both


def test_people_and_the_task_are_on_the_page(study):
    page = (study / "results/report/index.html").read_text()
    for section in ("people", "trials"):
        assert f'<section id="{section}">' in page
    assert "people-lab" in page  # in the trees and tables, put beside the networks
    assert "never (" in page or "after" in page


def test_what_an_edit_of_the_task_and_of_people_reruns(study):
    def rules(snakemake) -> set[str]:
        listed = snakemake("--summary", *FILES).splitlines()
        rows = csv.DictReader(listed, delimiter="\t")
        return {row["rule"] for row in rows if row["plan"] != "no update"}

    hazard = study / "workflow_scripts/comparison/hazard.py"
    weights = study / "lab/weights.csv"
    edits = [
        (hazard, "EFFECT_SD = 1.0", "EFFECT_SD = 2.0", {"fit_network_trials", "summarize_trials"}),
        (weights, "\np3,", "\np33,", {"standardize_people", "measure_people", "compare_people"}),
    ]
    with snakemake_calls(study) as snakemake:
        assert rules(snakemake) == set()
        for path, before, after, expected in edits:
            content = path.read_text()
            assert before in content
            path.write_text(content.replace(before, after))
            found = rules(snakemake)
            path.write_text(content)
            assert expected <= found
            assert not found & {"explain_images", "standardize_explanations", "train_network"}
            assert not found & {"explain_training", "compare_network"}
            assert "fit_network_trials" in found or path == weights
