import copy
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.preflight import refuse_incomplete, used_datasets

REPOSITORY = Path(__file__).parents[3]
FILES = [REPOSITORY / "config.yaml", REPOSITORY / "profiles/demo/study.yaml"]


@pytest.fixture
def config(monkeypatch) -> dict:
    """The demo's configuration, which can run."""
    monkeypatch.chdir(REPOSITORY)
    config = copy.deepcopy(read_config(FILES))
    refuse_incomplete(config)
    return config


def refusal(config: dict) -> list[str]:
    with pytest.raises(StudyError) as error:
        refuse_incomplete(config)
    return str(error.value).splitlines()


def test_every_reason_is_told_at_once_with_its_key_and_the_way_out(config):
    config["run"]["datasets"] = ["ckplus", "embedded"]
    config["datasets"]["embedded"]["root"] = "nowhere"
    config["faces"]["detector"] = "cascade"
    config["training"]["networks"]["WeiNet"]["architecture"] = "my_nets.py:build"
    config["training"]["networks"]["SongNet"]["architecture"] = "songnett"
    first, *reasons, last = refusal(config)
    assert first == "This study cannot run yet:"
    assert "make demo" in last
    assert reasons == [
        "  - datasets.ckplus.root is empty: set it to the folder of data set ckplus",
        "  - datasets.embedded.root: there is no nowhere",
        "  - faces.detector: there is no 'cascade'; there are dlib_frontal",
        "  - training.networks.WeiNet.architecture: there is no file my_nets.py",
        reasons[-1],
    ]
    assert reasons[-1].startswith(
        "  - training.networks.SongNet.architecture: there is no 'songnett'; there are alex"
    )


def test_a_user_s_own_file_needs_to_be_there_and_no_more(config, tmp_path, monkeypatch):
    config["training"]["networks"]["WeiNet"]["architecture"] = f"{tmp_path}/my_nets.py:build"
    assert len(refusal(config)) == 3
    (tmp_path / "my_nets.py").touch()
    refuse_incomplete(config)


def test_data_sets_of_masks_are_used_too(config):
    config["run"]["datasets"] = ["jaffe"]
    assert used_datasets(config) == ["jaffe", "embedded"]
    config["run"]["mask_sets"] = ["figure4"]
    assert used_datasets(config) == ["jaffe"]


def test_weights_are_sought_where_the_configuration_says(config, tmp_path):
    config["training"]["networks"]["WeiNet"]["weights"] = "imagenet"
    config["training"]["weights_dir"] = str(tmp_path)
    config["training"]["networks"]["SongNet"] |= {"architecture": "vgg16", "weights": "imagenet"}
    _, official, absent, _ = refusal(config)
    assert "training.networks.WeiNet.weights: " in official
    assert f"training.weights_dir: there is no {tmp_path}/vgg16_" in absent


def test_metrics_that_are_not_there_are_named(config, tmp_path):
    config["comparison"]["metrics"] += ["dice", f"{tmp_path}/my_metrics.py:dice"]
    _, absent, own, _ = refusal(config)
    assert absent == "  - comparison.metrics: there is no 'dice'; there are f1, iou, precision, recall"
    assert own == f"  - comparison.metrics: there is no file {tmp_path}/my_metrics.py"
    (tmp_path / "my_metrics.py").touch()
    assert len(refusal(config)) == 3
