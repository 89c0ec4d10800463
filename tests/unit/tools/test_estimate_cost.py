"""The arithmetic of cost on known answers; the measurement for its shape."""

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import pytest

from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.tools.costs import total
from workflow_scripts.tools.estimate_cost import (
    indexed_faces,
    measured_speeds,
    network_cost,
    rate,
    trained_faces,
)
from workflow_scripts.tools.work import Work, whole_study

REPOSITORY = Path(__file__).parents[3]
STUDY = read_config([REPOSITORY / "config.yaml"])
WHOLE = whole_study(STUDY)


def copied(**networks) -> dict:
    """The study with two copies of each image, and changes to some networks."""
    return read_config(
        [REPOSITORY / "config.yaml"],
        {"training": {"augmentation": {"copies": 2}, "networks": networks}},
    )


COPIED = copied()


def study_costs(faces=None, **rates):
    return [
        network_cost(name, 1_000_000, STUDY, WHOLE[name], faces, **rates) for name in STUDY["run"]["networks"]
    ]


def test_the_published_study_is_36_million_passes_of_36_000_explanations():
    everything = total(study_costs())
    assert (everything.trainings, everything.explanations) == (60, 36_000)
    assert everything.forward_passes == 36_000_000
    assert everything.training_images is None


def test_faces_are_trained_on_in_all_folds_but_one_and_predicted_once():
    cost = network_cost("SongNet", 172_678, COPIED, WHOLE["SongNet"], faces=1000)
    assert cost.training_images == 1000 * 4 * 25 * 2  # of five folds, in 25 epochs, each twice
    assert (cost.images, cost.steps_per_epoch, cost.steps) == (800, 13, 325)  # 1,600 copies / 128
    assert cost.forward_passes == 3_000_000 + 1000


def test_repeats_are_as_many_trainings_more_each_as_large_as_before():
    settings = read_config([REPOSITORY / "config.yaml"], {"training": {"repeats": 3}})
    work = whole_study(settings)["SongNet"]
    assert (work.trainings, work.predictions, work.imports) == (15, 15, 0)
    once = network_cost("SongNet", 172_678, STUDY, WHOLE["SongNet"], faces=1000, training_rate=10)
    more = network_cost("SongNet", 172_678, settings, work, faces=1000, training_rate=10)
    assert (more.images, more.steps, more.reach) == (once.images, once.steps, once.reach)
    for name in ("trainings", "training_images", "explanations", "forward_passes"):
        assert getattr(more, name) == 3 * getattr(once, name)
    assert more.training_hours == pytest.approx(3 * once.training_hours)
    assert more.disk_mb == pytest.approx(3 * once.disk_mb)


def test_control_networks_take_at_most_an_eighth_of_the_passes_and_have_trainings_of_their_own():
    kinds = ["untrained", "shuffled_labels", "randomized_layers"]
    settings = read_config([REPOSITORY / "config.yaml"], {"run": {"controls": kinds}})
    with_controls = network_cost("SongNet", 172_678, settings, whole_study(settings)["SongNet"], faces=1000)
    without = network_cost("SongNet", 172_678, STUDY, WHOLE["SongNet"], faces=1000)
    more = with_controls.forward_passes - without.forward_passes
    assert more == with_controls.control_explanations * 1000 > 0
    assert more <= 3_000_000 / 8
    assert (with_controls.trainings, with_controls.control_trainings) == (6, 1)
    assert with_controls.training_images == without.training_images * 6 / 5


def test_the_examination_of_explanations_takes_about_an_eighth_of_their_passes():
    settings = read_config([REPOSITORY / "config.yaml"], {"run": {"quality": ["lime", "rise"]}})
    examined = network_cost("SongNet", 172_678, settings, whole_study(settings)["SongNet"], faces=1000)
    without = network_cost("SongNet", 172_678, STUDY, WHOLE["SongNet"], faces=1000)
    more = examined.forward_passes - without.forward_passes
    # of 10 images an expression: 2 seeds, 2 numbers of regions and 2 ways to hide more, and the measures
    assert more == 60 * (6 * 1000 + 7 * 37 + 100)
    assert more < 3_000_000 * 0.13
    assert (examined.examination_passes, without.examination_passes) == (more, 0)
    assert examined.explanations == without.explanations


def test_what_is_not_explained_is_neither_examined_nor_explained_by_control_networks():
    changes = {"run": {"quality": ["lime"], "controls": ["untrained"]}, "explanation": {"positives": 4}}
    settings = read_config([REPOSITORY / "config.yaml"], changes)
    work = whole_study(settings)["SongNet"]
    cost = network_cost("SongNet", 172_678, settings, work, faces=None)
    assert cost.control_explanations == 2 * 6 * 4  # of two draws; ten were asked for
    assert cost.examination_passes == 6 * 4 * (6 * 1000 + 7 * 37 + 100)


def test_a_part_of_the_work_costs_its_part():
    part = Work(trainings=1, predictions=2, explanations={"lime": 3}, standardizations=0)
    cost = network_cost("SongNet", 172_678, COPIED, part, faces=1000)
    assert cost.training_images == 800 * 25 * 2  # all but a fifth of the faces, in 25 epochs, each twice
    assert cost.explanations == 3 * 100
    assert cost.forward_passes == 3 * 100 * 1000 + 2 * 200
    warped = replace(part, standardizations=3)
    more = network_cost("SongNet", 172_678, COPIED, warped, faces=1000)
    assert more.disk_mb - cost.disk_mb == pytest.approx(3 * 100 * 0.107)


def test_what_is_only_explained_has_no_steps():
    explained = Work(trainings=0, predictions=0, explanations={"lime": 3}, standardizations=0)
    cost = network_cost("MobileNetV3", 3_002_118, COPIED, explained, faces=100, scale=0.05)
    assert (cost.images, cost.steps, cost.reach, cost.warning) == (None, None, None, None)
    assert cost.training_images == 0


def test_a_plan_whose_steps_cannot_move_the_last_layer_is_warned_of():
    settings = copied(MobileNetV3={"copies": 1})
    cost = network_cost("MobileNetV3", 3_002_118, settings, WHOLE["MobileNetV3"], 4540, scale=0.05)
    assert (cost.steps, cost.reach) == (290, pytest.approx(290e-6 / 0.05))
    assert cost.warning.startswith("MobileNetV3: 290 steps at learning rate 1e-06")
    assert total([cost, cost]).steps is None
    unknown = network_cost("MobileNetV3", 3_002_118, settings, WHOLE["MobileNetV3"], None, scale=0.05)
    without_head = network_cost("MobileNetV3", 3_002_118, settings, WHOLE["MobileNetV3"], 4540)
    assert (unknown.reach, unknown.warning, without_head.reach, without_head.warning) == (None,) * 4


def test_hours_are_what_the_rates_make_of_it():
    cost = network_cost(
        "SongNet", 172_678, COPIED, WHOLE["SongNet"], 1000, training_rate=10, explanation_rate=1000
    )
    assert cost.training_hours == pytest.approx(200_000 / 10 / 3600)
    assert cost.explanation_hours == pytest.approx(3_001_000 / 1000 / 3600)  # with those of predictions
    assert total([cost, cost]).explanation_hours == pytest.approx(2 * cost.explanation_hours)
    unknown = network_cost(
        "SongNet", 172_678, COPIED, WHOLE["SongNet"], None, training_rate=10, explanation_rate=1000
    )
    assert (unknown.training_hours, total([cost, unknown]).training_hours) == (None, None)


def test_models_are_four_bytes_per_parameter_and_fold():
    small, large = (network_cost("VGG16", n, STUDY, WHOLE["VGG16"], None).disk_mb for n in (0, 428_073_728))
    assert large - small == pytest.approx(8561.5, abs=0.1)


def stack_megabytes(name, **changed):
    """Those of a hundred explanations."""
    settings = read_config(
        [REPOSITORY / "config.yaml"], {"explanation": {"explainers": {name: changed}, "positives": 100}}
    )
    part = Work(trainings=0, predictions=0, explanations={name: 1}, standardizations=0)
    return network_cost("SongNet", 0, settings, part, None).disk_mb


def test_maps_of_pixels_and_kept_passes_take_disk():
    regions, pixels = stack_megabytes("rise"), stack_megabytes("rise", resolution="pixels")
    assert (regions, pixels) == (pytest.approx(0.48, abs=0.01), pytest.approx(100 * 0.9, abs=1))
    kept = stack_megabytes("lime", keep_passes=True) - stack_megabytes("lime")
    assert kept == pytest.approx(100 * 0.012)  # as its schema says


def test_faces_are_counted_where_every_data_set_is_indexed(tmp_path):
    settings = {"run": {"datasets": ["a", "b"], "expressions": ["fear", "anger"]}}
    for name in "ab":
        assert indexed_faces(settings, tmp_path) is None
        folder = tmp_path / "datasets" / name
        folder.mkdir(parents=True)
        # half faces have neutral ones in their index, too, which are no faces of the study
        (folder / "index.csv").write_text("image_id,expression\nx,fear\ny,neutral\nz,anger\n")
    assert indexed_faces(settings, tmp_path) == 4


def test_a_rate_counts_items_not_runs():
    runs = []
    measured = rate(lambda: runs.append(1), items=50, seconds=0)
    assert len(runs) == 2  # the first does not count
    assert measured > 0


def test_a_network_is_measured_both_ways(monkeypatch):
    monkeypatch.setattr("workflow_scripts.tools.estimate_cost.MEASURED_SECONDS", 0.0)
    inputs = keras.Input((16, 16, 3))
    core = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(6)])
    network = keras.Model(inputs, core(inputs))
    speeds = measured_speeds(network, {"batch_size": 4, "optimizer": "adam"}, STUDY)
    assert set(speeds) == {"training_rate", "explanation_rate"}
    assert min(speeds.values()) > 0


def printed(folder: Path, mine: str, *arguments: str) -> list[dict[str, str]]:
    """Rows of the CSV on standard output."""
    (folder / "mine.yaml").write_text(mine)
    command = [sys.executable, "-m", "workflow_scripts.tools.estimate_cost", "config.yaml"]
    finished = subprocess.run(
        [*command, str(folder / "mine.yaml"), *arguments, "--csv"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return list(csv.DictReader(finished.stdout.splitlines()))


def test_the_command_line_takes_configurations_and_prints_csv(tmp_path):
    mine = "run: {networks: [WeiNet, SongNet]}\nexplanation: {positives: 10}\n"
    rows = printed(tmp_path, mine, "--no-measure", "--faces", "700")
    assert [(row["network"], row["parameters"], row["forward_passes"]) for row in rows] == [
        ("WeiNet", "1728230", "300700"),
        ("SongNet", "172678", "300700"),
    ]
    assert {row["training_hours"] for row in rows} == {""}


def test_what_is_measured_prints_nothing_between_the_rows(tmp_path):
    mine = "run: {networks: [SongNet]}\ntraining: {networks: {SongNet: {input_size: 32}}}\n"
    (row,) = printed(tmp_path, mine, "--faces", "700")
    assert row["network"] == "SongNet"
    assert min(float(row["training_hours"]), float(row["explanation_hours"])) > 0


MODEL = {
    "model": "mine.keras",
    "classes": STUDY["run"]["expressions"],
    "scaling": "unit",
    "trained_on": "none",
}


def test_a_network_that_was_trained_elsewhere_is_only_used():
    changes = {"run": {"networks": ["Mine", "SongNet"]}, "training": {"networks": {"Mine": MODEL}}}
    settings = read_config([REPOSITORY / "config.yaml"], changes)
    work = whole_study(settings)["Mine"]
    assert (work.trainings, work.imports, work.predictions) == (0, 5, 5)
    cost = network_cost("Mine", 1_000_000, settings, work, faces=1000)
    assert (cost.trainings, cost.images, cost.steps, cost.training_images) == (0, None, None, 0)
    assert cost.forward_passes == 3_000_000 + 1000
    trained = network_cost("SongNet", 1_000_000, settings, whole_study(settings)["SongNet"], faces=1000)
    assert total([cost, trained]).training_images == trained.training_images
    without = network_cost("Mine", 0, settings, work, faces=1000)
    assert cost.disk_mb - without.disk_mb == pytest.approx(5 * 4)


def test_an_official_split_is_one_training_on_its_part(tmp_path):
    changes = {"run": {"datasets": ["mini"], "networks": ["SongNet"]}, "training": {"folds": 1}}
    changes["training"] |= {"split": "official", "augmentation": {"copies": 2}}
    changes["datasets"] = {"mini": {"reader": "csv", "table": "mini.csv"}}
    settings = read_config([REPOSITORY / "config.yaml"], changes)
    assert trained_faces(STUDY, tmp_path, 1000) is None
    assert trained_faces(settings, tmp_path, 1000) == 1000  # at most, as long as nobody knows
    (tmp_path / "datasets/mini").mkdir(parents=True)
    rows = ["fear,train"] * 600 + ["fear,test"] * 300 + ["fear,val"] * 100 + ["neutral,train"] * 10
    (tmp_path / "datasets/mini/index.csv").write_text("\n".join(["expression,split", *rows]) + "\n")
    images = trained_faces(settings, tmp_path, 1000)
    assert images == 600
    cost = network_cost("SongNet", 172_678, settings, whole_study(settings)["SongNet"], 1000, trained=images)
    assert (cost.trainings, cost.images, cost.training_images) == (1, 600, 600 * 25 * 2)
