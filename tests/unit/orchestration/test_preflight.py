import copy
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.passes import declared_passes
from workflow_scripts.orchestration.preflight import refuse_incomplete, used_datasets
from workflow_scripts.orchestration.resources import explanation_minutes

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


BROKEN = {
    "def build(model, settings, seed): ...": "has no function passes(settings, expressions) beside it",
    "def passes(settings, expressions): return 1": "has no function build",
    "import nothing_of_that_name": "cannot be imported: ModuleNotFoundError: No module named",
    "build = 1 / 0": "cannot be imported: ZeroDivisionError: division by zero",
    "def build(": "cannot be imported: SyntaxError: ",
    "def build(*_): ...\ndef passes(settings, _): return settings['n']": "failed: KeyError('n')",
    "def build(*_): ...\ndef passes(*_): return 0.5": "is 0.5, not a whole number from 1 on",
}


def test_explainers_of_one_s_own_are_tried_before_anything_runs(config, tmp_path):
    """Each is told with its key, beside what else is wrong."""
    names = [f"mine{n}" for n in range(len(BROKEN))]
    for name, text in zip(names, BROKEN, strict=True):
        (tmp_path / f"{name}.py").write_text(text)
        config["explanation"]["explainers"][name] = {"explainer": f"{tmp_path}/{name}.py:build"}
    config["run"]["explainers"] = ["lime", *names]
    config["datasets"]["embedded"]["root"] = ""
    _, root, *reasons, _ = refusal(config)
    assert "datasets.embedded.root is empty" in root
    for name, reason, said in zip(names, reasons, BROKEN.values(), strict=True):
        assert reason.startswith(f"  - explanation.explainers.{name}.explainer: ")
        assert f"{tmp_path}/{name}.py" in reason
        assert said in reason


def test_an_explainer_of_one_s_own_tells_its_passes(config, tmp_path):
    """Run time is made of them: two minutes per 1,000, of images of 224 x 224."""
    text = (
        "def explain(model, settings, seed): ...\ndef passes(settings, expressions): return 3 * expressions"
    )
    (tmp_path / "mine.py").write_text(text)
    settings = {"explainer": f"{tmp_path}/mine.py:explain"}
    config["explanation"]["explainers"]["mine"] = settings
    config["run"]["explainers"] = ["mine"]
    refuse_incomplete(config)
    expressions = len(config["run"]["expressions"])
    assert declared_passes(settings, expressions) == 3 * expressions
    config["explanation"]["positives"] = 1000 // expressions * 100
    network = config["training"]["networks"]["WeiNet"] | {"input_size": 224}
    config["training"]["networks"]["WeiNet"] = network
    thousands = config["explanation"]["positives"] * 3 * expressions / 1000
    assert explanation_minutes(config, "WeiNet", "mine") == 30 + round(2 * thousands)


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
