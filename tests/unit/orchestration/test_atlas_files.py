import json
from pathlib import Path

import pytest

from workflow_scripts.orchestration import atlas_files, slices
from workflow_scripts.orchestration.config_check import read_config

RUN = {
    "explainers": ["lime"],
    "quality": [],
    "networks": ["A", "B"],
    "mask_sets": ["m"],
    "expressions": ["fear", "anger"],
}
TRAININGS = {"all": [("A", 1), ("A", 2), ("B", 1), ("B", 2)], "fitted": [("A", 1), ("A", 2)]}


def test_all_files_of_the_study_are_named_once():
    found = atlas_files.files_read(RUN, TRAININGS, [("m", "fear")])
    assert found.keys() == atlas_files.PATHS.keys()
    assert {name: len(paths) for name, paths in found.items() if len(paths) > 1} == {
        "mean": 2,
        "map": 4,
        "cell": 4,
        "stack": 8,
        "positives": 4,
        "history": 2,
        "similarity": 2,
    }
    everything = [path for paths in found.values() for path in paths]
    assert len(everything) == len(set(everything))
    assert not [path for path in everything if "{" in path]
    # jobs depend on the hashes of single heatmaps, not on these
    assert "results/standardization/lime/B/fold2/heatmaps.sha256" in found["cell"]
    assert found["mask"] == ["results/comparison/masks/m/fear.png"]  # none for anger


def test_tables_on_trust_are_read_where_there_are_any():
    def found(explainers: list[str], quality: list[str]) -> list[int]:
        run = RUN | {"explainers": explainers, "quality": quality}
        files = atlas_files.files_read(run, TRAININGS, [])
        return [len(files[name]) for name in ("findings", "excess", "quality")]

    assert found(["lime"], []) == [0, 0, 0]
    assert found(["lime"], ["rise", "lime"]) == [0, 0, 1]
    assert found(["lime", "rise"], []) == [1, 1, 0]
    run = RUN | {"explainers": ["lime", "rise"], "quality": ["rise"]}
    files = atlas_files.files_read(run, TRAININGS, [])
    assert files["quality"] == ["results/comparison/rise/quality.csv"]
    assert files["findings"] == ["results/similarity/findings.csv"]


def test_what_is_put_beside_has_its_own_folder_and_folds():
    found = atlas_files.files_beside({"people-them": [1]}, ["fear"])
    assert found == [
        "results/comparison/people/them/fear.npy",
        "results/comparison/people/them/fold1/fear.h5",
    ]


@pytest.mark.parametrize(
    ("networks", "explainers", "beside", "many"),
    [(12, 1, 0, False), (12, 1, 1, False), (12, 2, 0, True), (14, 1, 0, True), (13, 1, 2, True)],
)
def test_large_studies_have_scripts_beside_the_page(networks, explainers, beside, many):
    run = RUN | {"networks": [f"n{i}" for i in range(networks)], "expressions": list("abcdef")}
    run |= {"explainers": [f"e{i}" for i in range(explainers)]}
    others = {f"published-{i}": [1, 2, 3, 4, 5] for i in range(beside)}
    found = atlas_files.scripts(run, others, folds=5)
    assert len(found) == many * explainers * (networks + beside)
    assert all(path.startswith("results/report/atlas/e") and path.endswith(".js") for path in found)


def test_the_slice_has_what_the_atlas_says_and_nothing_that_it_does_not():
    config = read_config([Path(__file__).parents[3] / "config.yaml"])
    run = config["run"]
    masked = dict.fromkeys(run["mask_sets"], run["expressions"])
    told = json.loads(
        slices.atlas_slice(config, {"deep": ["VGG16"]}, {"people-x": range(1, 2)}, masked, True)
    )
    assert told["folds"] == [1, 2, 3, 4, 5]
    assert told["beside"] == {"people-x": [1]}
    assert told["groups"] == [["deep", ["VGG16"]]]
    assert told["beside_page"] is True
    assert told["fitted"] == run["networks"]
    assert told["shareable"] == [name for name in run["datasets"] if config["datasets"][name]["shareable"]]
    assert not {"setup", "split", "people"} & told.keys()
