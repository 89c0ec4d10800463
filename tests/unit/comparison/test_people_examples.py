"""The README's example of one's own people: what it says is run."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.agreement_rows import AGREEMENT
from workflow_scripts.comparison.measure_people import measure_people
from workflow_scripts.comparison.people_maps import read_people
from workflow_scripts.comparison.standardize_people import standardize_people
from workflow_scripts.orchestration import people
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.standardization.standard_face import read_standard_face

REPOSITORY = Path(__file__).parents[3]
STANDARD_FACE = REPOSITORY / "resources/standard_face.csv"
EYES, MOUTH = slice(36, 48), slice(48, 60)  # landmarks


def example() -> tuple[str, str]:
    """The README's program and configuration."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    _, _, after = readme.partition("This makes a small data set of each kind:\n")
    program, configuration = re.findall(r"```(?:python|yaml)\n(.*?)```", after, re.DOTALL)[:2]
    return program, configuration


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the data that the program makes, and the agreement of each set of people."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "resources").symlink_to(REPOSITORY / "resources")
    program, configuration = example()
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)
    (folder / "study.yaml").write_text(configuration)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("workflow_scripts.comparison.people_scores.SPLITS", 4)  # a tenth of the time
        config = read_config([Path("study.yaml")])
        assert list(people.problems(config)) == []
        doubts = "\n".join(people.doubts(config))
        expressions = json.dumps(config["run"]["expressions"])
        for name in config["run"]["people"]:
            standardize_people(
                name,
                settings=json.dumps(config["comparison"]["people"][name]),
                expressions=expressions,
                standard_face=STANDARD_FACE,
                output=Path(name),
            )
            measure_people(
                Path(name, "maps.h5"),
                people=name,
                expressions=expressions,
                standard_face=STANDARD_FACE,
                seed=1,
                output=Path(name, "agreement.csv"),
                ceilings=Path(name, "ceilings.h5"),
                metrics='["iou", "f1", "precision", "recall", "auc"]',
            )
    return folder, yaml.safe_load(configuration)["run"]["people"], doubts


def test_every_set_uses_the_mouth_for_happiness_and_the_eyes_for_fear(made):
    folder, names, _ = made
    points = read_standard_face(STANDARD_FACE)
    assert names == ["tiles", "gaze", "bubbles"]
    for name in names:
        read = read_people(folder / name / "maps.h5")
        assert read.expressions == ["happiness", "fear"]
        for expression, used, unused in (("happiness", MOUTH, EYES), ("fear", EYES, MOUTH)):
            heatmap = read.heatmaps[expression]
            of_used, of_unused = (
                np.mean([heatmap[int(y), int(x)] for x, y in points[part]]) for part in (used, unused)
            )
            assert of_used > 2 * max(of_unused, 0), (name, expression)


def test_single_people_have_a_ceiling_and_a_mean_has_none(made):
    folder, names, doubts = made
    assert "comparison.people.bubbles: the maps are of one person, or a mean" in doubts
    assert "comparison.people.gaze" not in doubts
    for name in names:
        rows = read_table(folder / name / "agreement.csv", AGREEMENT)
        ceiling = [row for row in rows if row["scored"] == "other_half" and row["metric"] == "auc"]
        centre = [row for row in rows if row["scored"] == "centre" and row["metric"] == "auc"]
        assert bool(ceiling) == (name != "bubbles")
        assert all(float(row["estimate"]) > 0.9 for row in ceiling)
        assert all(bool(row["low"]) == (name != "bubbles") for row in centre)
        assert len(centre) == 3  # of both expressions and their average
