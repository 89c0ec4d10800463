import copy
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.own_code import missing_modules
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
        "  - faces.detector: there is no 'cascade'; there is dlib_frontal",
        "  - training.networks.WeiNet.architecture: there is no file my_nets.py",
        reasons[-1],
    ]
    assert reasons[-1] == (
        "  - training.networks.SongNet.architecture: there is no 'songnett'; did you mean songnet?"
    )


def test_tables_and_sources_of_masks_that_are_not_there_are_told_with_where_they_may_be(config, tmp_path):
    (tmp_path / "faces.csv").touch()
    config["datasets"]["embedded"] |= {"root": str(tmp_path), "table": "faces.csv"}
    config["comparison"]["mask_sets"]["figure4"]["source"] = f"{tmp_path}/{{expression}}.png"
    for expression in config["run"]["expressions"][1:]:
        (tmp_path / f"{expression}.png").touch()
    first = config["run"]["expressions"][0]
    _, table, source, _ = refusal(config)
    assert table == (
        f"  - datasets.embedded.table: there is no file faces.csv; did you mean {tmp_path}/faces.csv?"
    )
    assert source.startswith(
        f"  - comparison.mask_sets.figure4.source: there is no file {tmp_path}/{first}.png"
    )
    config["datasets"]["embedded"]["table"] = str(tmp_path)
    assert refusal(config)[1].endswith(f"datasets.embedded.table: {tmp_path} is a folder; name the file")


def test_a_folder_whose_path_snakemake_takes_for_a_wildcard_is_named(config, tmp_path, monkeypatch):
    (tmp_path / "my {study}").mkdir()
    monkeypatch.chdir(tmp_path / "my {study}")
    assert refusal(config)[1] == (
        f"  - {tmp_path}/my {{study}}: Snakemake reads braces as wildcards; rename or move the folder"
    )


NETWORKS = {  # in a file of one's own, and what is wrong with it; it is not run
    "def build(input_shape, classes): 1 / 0": "",
    "raise SystemExit\ndef build(shape, n, deep=True, *, wide=1): ...": "",
    "from other import build": "",
    "from other import *": "",
    "if 1:\n    build = wrapped(other)": "",
    "for name in ('build',): globals()[name] = 1": "",
    "@wrapped\ndef build(): ...": "",
    "def build(*sizes, **options): ...": "",
    "SCALING = 'tf'\nbuild = 1": "",
    "": "my_nets.py has no function build; it has none",
    "def biuld(): ...\ndef x():\n    def build(a, b): ...": "has no function build; it has biuld, x",
    "x = 1\ndef build(input_shape, classes:\n": "my_nets.py, line 2: '(' was never closed",
    "\n\nx == = 1": "my_nets.py, line 3: invalid syntax",
    "def build(classes): ...": "line 1: build(classes) is called with two arguments, as build(input_",
    "def build(a, b, c): ...": "line 1: build(a, b, c) is called with two arguments",
    "def build(a, b, *, c): ...": "line 1: build(a, b, *, c) is called with two arguments",
    "def build(a, b): ...\nSCALING = 'caffee'": "line 2: SCALING is 'caffee'; there are unit, tf, caff",
    "def build(a, b): ...\nSCALING = 255": "line 2: SCALING is 255; there are",
}


@pytest.mark.parametrize(("text", "said"), NETWORKS.items())
def test_a_network_file_is_read_and_not_run_before_the_first_job(config, tmp_path, text, said):
    config["training"]["networks"]["WeiNet"]["architecture"] = f"{tmp_path}/my_nets.py:build"
    assert len(refusal(config)) == 3
    (tmp_path / "my_nets.py").write_text(text)
    if said:
        _, reason, _ = refusal(config)
        assert reason.startswith(f"  - training.networks.WeiNet.architecture: {tmp_path}/my_nets.py")
        assert said in reason
    else:
        refuse_incomplete(config)


def test_modules_that_a_file_imports_are_looked_for_in_this_environment_and_beside_it(tmp_path):
    (tmp_path / "beside.py").touch()
    path = tmp_path / "my_nets.py"
    path.write_text(
        "import os.path, beside, nowhere.at_all\nfrom gone import x\nimport __main__\nfrom . import y\n"
        "try:\n    import optional_thing\nexcept ImportError:\n    pass\n"
    )
    first, second = missing_modules(str(path))
    assert first.startswith(f"{path}, line 1: there is no module nowhere in this environment; install it")
    assert second.startswith(f"{path}, line 2: there is no module gone ")


BROKEN = {
    "def build(model, settings, seed): ...": "has no function passes(settings, expressions) in its file",
    "def passes(settings, expressions): return 1": "has no function build",
    "import nothing_of_that_name": "cannot be imported: ModuleNotFoundError: No module named",
    "build = 1 / 0": "cannot be imported: ZeroDivisionError: division by zero",
    "def build(": "cannot be imported: SyntaxError: ",
    "def build(*_): ...\ndef passes(settings, _): return settings['n']": "failed: KeyError('n')",
    "def build(*_): ...\ndef passes(*_): return 0.5": "returned 0.5, not a whole number of at least 1",
    "def build(*_): ...\ndef passes(*_): return 1\ndef files(settings): return settings['table']": (
        "files(settings) failed: KeyError('table')"
    ),
    "def build(*_): ...\ndef passes(*_): return 1\ndef regions(settings): return settings['n']": (
        "regions(settings) failed: KeyError('n')"
    ),
    "def build(*_): ...\ndef passes(*_): return 1\ndef problem(_, sides): return sides[99]": (
        "problem(settings, sides) failed: IndexError("
    ),
}


def test_samples_that_shapley_values_would_run_out_of_are_refused(config):
    kernel_shap = config["explanation"]["explainers"]["kernel_shap"]
    config["run"]["explainers"] = ["lime", "kernel_shap"]
    config["training"]["networks"]["SongNet"]["input_size"] = 150
    kernel_shap["samples"] = 145
    _, reason, _ = refusal(config)
    assert reason == (
        "  - explanation.explainers.kernel_shap.samples: 145 may be too few: SLIC can cut an image of 150 px "
        "into up to 72 regions if 30 are asked for, and their Shapley values need 146 passes; raise samples "
        "to 146 or more, or lower regions"
    )
    kernel_shap["samples"] = 146
    refuse_incomplete(config)


def test_so_are_those_that_an_examination_would_run_out_of(config):
    config["run"] |= {"explainers": ["lime", "kernel_shap"], "quality": ["lime", "kernel_shap"]}
    config["explanation"]["explainers"]["kernel_shap"]["samples"] = 200
    _, reason, _ = refusal(config)
    assert "kernel_shap.samples: 200 may be too few" in reason
    assert "up to 128 regions if 60 are asked for" in reason
    assert reason.endswith("(regions: 60 is one of explanation.quality, since run.quality names kernel_shap)")
    config["run"]["quality"] = ["lime"]
    refuse_incomplete(config)


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
    assert absent.startswith("  - comparison.metrics: there is no 'dice'; there are auc, cc, f1, iou,")
    assert own == f"  - comparison.metrics: there is no file {tmp_path}/my_metrics.py"
    (tmp_path / "my_metrics.py").write_text("def dice(overlap, found, mask): ...")
    assert len(refusal(config)) == 3


def test_passes_that_another_explainer_does_not_keep_or_keeps_of_other_images_are_refused(config):
    config["run"]["explainers"] = ["lime", "banzhaf"]
    lime, banzhaf = (config["explanation"]["explainers"][name] for name in ("lime", "banzhaf"))
    banzhaf |= {"passes_of": "lime", "sampling": "hadamard"}
    refuse_incomplete(config)
    for changed, change, reason in (
        (
            lime,
            {"keep_passes": False},
            "lime keeps none; set explanation.explainers.lime.keep_passes to true",
        ),
        (lime, {"regions": 20}, "lime has regions 20, but banzhaf 30; set both alike"),
        (
            banzhaf,
            {"sampling": "foldover"},
            "lime has sampling hadamard, but banzhaf foldover; set both alike",
        ),
        (banzhaf, {"passes_of": "rise"}, "rise is not an explainer of lime, whose masks are known"),
        (banzhaf, {"passes_of": "lyme"}, "there is no 'lyme' under explanation.explainers"),
    ):
        before = dict(changed)
        changed |= change
        _, line, _ = refusal(config)
        assert line == f"  - explanation.explainers.banzhaf.passes_of: {reason}"
        changed |= before
