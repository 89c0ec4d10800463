import copy
from pathlib import Path

import pytest
import yaml

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_names, schema_file
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.orchestration import config_check
from workflow_scripts.orchestration.config_check import check_study, read_config
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.registries import REGISTRIES, WITH_SETTINGS, read_schema


def entry_schemas(kind: str) -> list[Path]:
    """The schemas beside the entries of a registry; each has one."""
    package = REGISTRIES[kind].package
    return [schema_file(package, name) for name in entry_names(package)]


REPOSITORY = Path(__file__).parents[3]
SCHEMA = read_schema(config_check.SCHEMA)
OWN = [path for kind in WITH_SETTINGS for path in entry_schemas(kind)]
CONFIG = yaml.safe_load((REPOSITORY / "config.yaml").read_text())


def edited(value, *keys):
    config = copy.deepcopy(CONFIG)
    node = config
    for key in keys[:-1]:
        node = node[key]
    node[keys[-1]] = value
    return config


def test_the_study_of_the_paper_is_valid():
    check_study(copy.deepcopy(CONFIG))


def test_defaults_are_filled_in_at_every_depth():
    config = copy.deepcopy(CONFIG)
    del config["faces"], config["seed"], config["training"]["augmentation"]["mirror"]
    check_study(config)
    assert config["seed"] == 1
    assert config["faces"]["size"] == 256
    assert config["training"]["augmentation"]["mirror"] == 0.5
    assert config["training"]["networks"]["WeiNet"]["batch_size"] == 128


def test_filling_defaults_leaves_the_schema_alone():
    before = copy.deepcopy(SCHEMA)
    for size in (128, 256):
        config = edited({"size": size}, "faces")
        check_study(config)
    check_study({k: v for k, v in copy.deepcopy(CONFIG).items() if k != "faces"})
    assert before == SCHEMA


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (edited(3, "explanation", "positive"), r"explanation\.positive: no such key here.*positives"),
        (edited("many", "explanation", "positives"), r"explanation\.positives: 'many' is not of type"),
        (
            edited("1e-3", "training", "networks", "WeiNet", "learning_rate"),
            r"training\.networks\.WeiNet\.learning_rate: .*write a decimal point, 1\.0e-3",
        ),
        (edited(0, "training", "folds"), r"training\.folds: 0 is less than the minimum of 1"),
        (edited({}, "training", "networks", "../x"), r"training\.networks\.\.\./x: a name may hold letters"),
        (edited(["Qx"], "run", "networks"), r"run\.networks names Qx, .*; defined are AlexNet, "),
        (edited(["iou"], "comparison", "metrics"), r"comparison\.metrics lacks f1, precision, recall, which"),
        (
            edited([*PAPER, "my.py:n"], "comparison", "metrics"),
            r"comparison\.metrics names n, but the tables already have a column of that name; rename the",
        ),
        (
            edited([*PAPER, "iou"], "comparison", "metrics"),
            r"comparison\.metrics: iou is listed more than",
        ),
        (
            edited(["gone"], "comparison", "mask_sets", "truth", "datasets"),
            r"comparison\.mask_sets\.truth\.datasets names gone",
        ),
        (edited({}, "training", "networks", "face"), r"training\.networks\.face: the tables and figures use"),
        (edited({}, "training", "networks", "centre"), r"training\.networks\.centre: the tables"),
        (edited(["a b"], "run", "expressions"), r"run\.expressions"),
        (edited("sgd", "training", "networks", "WeiNet", "optimizer"), r"'sgd' is not one of"),
        (edited({"reader": "csv", "rooot": "x"}, "datasets", "mine"), r"datasets\.mine\.rooot: no such key"),
        (edited(["WeiNet", "WeiNet"], "run", "networks"), r"run\.networks: WeiNet is listed more than once"),
        (
            edited([True, "fear"], "run", "expressions"),
            r"run\.expressions\.0: True .*word in quotes",
        ),
        (edited(["fear\n", "anger"], "run", "expressions"), r"run\.expressions\.0: 'fear\\n' cannot be used"),
        (edited(["WeiNet\n"], "run", "networks"), r"run\.networks\.0: 'WeiNet\\n' cannot be used; .*letters"),
        (edited({}, "datasets", "x\n"), r"datasets\.x\n: a name may hold letters"),
        (edited({}, "datasets", 2024), r"datasets\.2024: a name may hold letters"),
        (edited([1, 2], "training"), r"training: \[1, 2\] is not of type 'object'"),
        (edited(None, "training", "networks"), r"training\.networks: None .*remove the key"),
        (
            edited(float("nan"), "training", "networks", "WeiNet", "learning_rate"),
            r"training\.networks\.WeiNet\.learning_rate: nan is not of type 'number'",
        ),
        (
            edited({"kind": "outlines", "expressions": ["fear"]}, "comparison", "mask_sets", "mine"),
            r"comparison\.mask_sets\.mine: 'source' is a required property",
        ),
        (
            edited({"kind": "region_maps", "expressions": ["fear"]}, "comparison", "mask_sets", "mine"),
            r"comparison\.mask_sets\.mine: 'datasets' is a required property",
        ),
        (
            edited({"reader": "csv", "root": "x"}, "datasets", "mine"),
            r"mine: 'table' is a required",
        ),
        (
            edited("{mine}/{expression}.png", "comparison", "mask_sets", "facs", "source"),
            r"facs\.source: '{mine}/{expression}\.png' cannot be used; .* no other braces",
        ),
        (
            edited("a{b}.csv", "datasets", "embedded", "table"),
            r"embedded\.table: 'a{b}\.csv' cannot",
        ),
        (
            edited(16, "training", "networks", "VGG16", "input_size"),
            r"VGG16\.input_size: 16 is less than the minimum of 32; it is: px; VGG16 pools so often",
        ),
        (edited(float("inf"), "faces", "largest_face_ratio"), r"faces\.largest_face_ratio: inf is not"),
    ],
)
def test_errors_name_the_key(config, message):
    with pytest.raises(StudyError, match=message):
        check_study(config)


@pytest.mark.parametrize(
    ("value", "keys", "said"),
    [
        (
            "10",
            ("explanation", "positives"),
            "(text: write 10 without quotes; nested values in --conf",
        ),
        ("1e3", ("explanation", "positives"), "(write it in full: 1000)"),
        ("2,5", ("faces", "crop_eye_distances"), "(write a decimal point: 2.5)"),
        ("1.0e3", ("faces", "crop_eye_distances"), "(YAML reads this as text: write a sign, 1.0e+3)"),
        ("1e-3", ("faces", "crop_eye_distances"), "(YAML reads this as text: write a decimal point, 1.0e-3)"),
        ("three", ("training", "folds"), "'three' is not of type 'integer'; it is: Cross-validation folds"),
        ("WeiNet", ("run", "networks"), "(a list is written [WeiNet], even with one item)"),
        (2024, ("report", "title"), '(a number; as text, put it in quotes: "2024")'),
        ("folds=3", ("training",), "(keys below keys are written {folds: 3})"),
    ],
)
def test_hints_fit_what_was_written(value, keys, said):
    with pytest.raises(StudyError) as error:
        check_study(edited(value, *keys))
    (line,) = str(error.value).splitlines()[1:]
    assert line.startswith(f"  - {'.'.join(keys)}: ")
    assert said in line


def test_all_names_that_mean_nothing_are_told_at_once_with_what_was_meant():
    config = edited(["Weinet", "VGG"], "run", "networks")
    config["run"]["mask_sets"] = ["figure5", "facs"]
    config["training"]["groups"]["mine"] = ["SilNett"]
    config["comparison"]["metrics"] = ["iou"]
    with pytest.raises(StudyError) as error:
        check_study(config)
    _, *lines = str(error.value).splitlines()
    unknown = "which the configuration does not define; did you mean"
    assert lines[:4] == [
        f"  - run.networks names Weinet, {unknown} WeiNet?",
        f"  - run.networks names VGG, {unknown} VGG19?",
        f"  - run.mask_sets names figure5, {unknown} figure4?",
        f"  - training.groups.mine names SilNett, {unknown} SilNet?",
    ]
    assert lines[4].startswith("  - comparison.metrics lacks f1")
    assert len(lines) == 5


def test_what_is_named_to_no_effect_is_doubted(tmp_path):
    own = tmp_path / "nets.py"
    own.write_text("import keras\nimport no_such_package\n")
    config = edited({"minni": "made", "mini": "made"}, "report", "notes")
    labels = {"happy": "Hapiness", "sad": "sadness", "bored": "boredom"}
    config["datasets"]["mini"] = {"reader": "folders", "root": "x", "labels": labels}
    config["run"]["datasets"] = ["mini"]
    check_study(config)
    assert doubts(config) == [
        "report.notes.minni: there is no such data set; did you mean mini?",
        "datasets.mini.labels.happy: hapiness is not in run.expressions, so its images are left "
        "out; did you mean happiness?",
    ]
    config["training"]["networks"]["WeiNet"]["architecture"] = f"{own}:build"
    assert doubts(config)[2:] == [
        f"training.networks.WeiNet.architecture: {own}, line 2: there is no module no_such_package in this "
        "environment; install it, or put its file beside this one"
    ]


def test_the_study_of_the_paper_leaves_no_doubt():
    config = copy.deepcopy(CONFIG)
    check_study(config)
    assert doubts(config) == []


def test_the_home_folder_stands_for_a_tilde_in_paths(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    config = edited({"reader": "csv", "root": "~/faces", "table": "~/faces/t.csv"}, "datasets", "mine")
    config["comparison"]["mask_sets"]["facs"]["source"] = "~/{expression}.png"
    config["training"]["weights_dir"] = "~"
    config["training"]["networks"]["WeiNet"]["architecture"] = "~/nets.py:build"
    config["report"]["title"] = "~/faces"
    check_study(config)
    assert config["datasets"]["mine"] == {
        "reader": "csv",
        "root": "/home/me/faces",
        "table": "/home/me/faces/t.csv",
        "shareable": False,
    }
    assert config["comparison"]["mask_sets"]["facs"]["source"] == "/home/me/{expression}.png"
    assert config["training"]["weights_dir"] == "/home/me"
    assert config["training"]["networks"]["WeiNet"]["architecture"] == "/home/me/nets.py:build"
    assert config["report"]["title"] == "~/faces"


def test_all_errors_are_told_at_once():
    config = edited(0, "training", "folds")
    config["explanation"]["positives"] = 0
    with pytest.raises(StudyError) as caught:
        check_study(config)
    assert "training.folds" in str(caught.value)
    assert "explanation.positives" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"training:\n\tfolds: 3\n", r"mine\.yaml, line 2: found character '\\t'.* indent with spaces"),
        (b"run: {networks: [WeiNet\n", r"mine\.yaml, line 2: .*expected"),
        (
            b"training:\n  folds: 3\n   x: 2\n",
            r"mine\.yaml, line 3: .*more deeply than the line above, which already has a",
        ),
        (b"training:\n  folds: 3\n x: 2\n", r"mine\.yaml, line 3: [^\t]*begin in the same column$"),
        (
            b"run:\n  x: [a, b\n  y: 1\n",
            r"mine\.yaml, line 3: .* began in line 2\); a bracket, .*not closed$",
        ),
        (
            b'report:\n  title: "x\nseed: 1\n',
            r"mine\.yaml, line 4: .*scalar that began in line 2\); .*quote is",
        ),
        (b"report:\n  title: Us: them\n", r"mine\.yaml, line 2: .*; put a text with a colon in quotes$"),
        (b"seed 1\nrun: {}\n", r"mine\.yaml, line 2: .*; the line above has no colon after its key$"),
        (b"report: {title: @us}\n", r"mine\.yaml, line 1: .*'@'.*; put the text in quotes$"),
        (b"run: {x: [1]]\n", r"mine\.yaml, line 1: "),
        (b"? [a]\n: 1\n", r"mine\.yaml, line 1: a list or a mapping is used as a key$"),
        (b"- training\n", r"mine\.yaml: expected sections and keys, .*found \['training'\]"),
        (b"report: {title: caf\xe9}\n", r"mine\.yaml: cannot be read .*UTF-8"),
        (
            b"training:\n  folds: 3\nseed: 2\ntraining:\n  folds: 2\n",
            r"mine\.yaml, line 4: duplicate key 'training'; merge the two$",
        ),
        (b"training:\n  folds: 3\n  folds: 2\n", r"mine\.yaml, line 3: duplicate key 'folds'"),
    ],
)
def test_a_file_that_is_no_configuration_is_named_with_its_line(tmp_path, content, message):
    (tmp_path / "mine.yaml").write_bytes(content)
    with pytest.raises(StudyError, match=message):
        read_config([REPOSITORY / "config.yaml", tmp_path / "mine.yaml"])


@pytest.mark.parametrize("content", ["", "# folds: 3\n"])
def test_a_file_without_settings_changes_nothing(tmp_path, content):
    (tmp_path / "mine.yaml").write_text(content)
    paths = [REPOSITORY / "config.yaml", tmp_path / "mine.yaml"]
    assert read_config(paths) == read_config(paths[:1])


def keys_without_description(schema: dict, path: str = "") -> list[str]:
    found = []
    for key, node in schema.get("properties", {}).items():
        if "description" not in node and "title" not in node:
            found.append(f"{path}.{key}")
        found += keys_without_description(node, f"{path}.{key}")
    if isinstance(schema.get("additionalProperties"), dict):
        found += keys_without_description(schema["additionalProperties"], path + ".*")
    return found


def test_every_key_of_the_schemas_is_described():
    assert keys_without_description(SCHEMA) == []
    assert len(OWN) > 10
    for path in OWN:
        assert keys_without_description(read_schema(path)) == [], path


def test_networks_have_the_keys_of_all_whatever_limits_theirs_have():
    for name in ("VGG16", "WeiNet"):
        for key in ("input_sise", "anything"):
            with pytest.raises(StudyError, match=rf"{name}\.{key}: no such key here"):
                check_study(edited(64, "training", "networks", name, key))
        with pytest.raises(StudyError, match=rf"{name}\.input_size: 4096 is greater than the maximum"):
            check_study(edited(4096, "training", "networks", name, "input_size"))


def test_the_common_schema_knows_the_keys_of_no_entry():
    """What an entry may be set to is said in its own schema, beside its module."""
    for kind in WITH_SETTINGS:
        node = SCHEMA
        for key in REGISTRIES[kind].section:
            node = node["properties"][key]
        common = set(node["additionalProperties"]["properties"])
        for path in entry_schemas(kind):
            assert not common & set(read_schema(path)["properties"]), path


def test_an_entry_has_its_own_keys_and_defaults_and_no_others():
    config = edited({"explainer": "lime"}, "explanation", "explainers", "mine")
    check_study(config)
    assert config["explanation"]["explainers"]["mine"]["samples"] == 1000
    with pytest.raises(StudyError, match=r"mine\.sample: no such key here; did you mean samples"):
        check_study(edited({"explainer": "lime", "sample": 5}, "explanation", "explainers", "mine"))
    with pytest.raises(StudyError, match=r"datasets\.mine: 'table' is a required property"):
        check_study(edited({"reader": "csv", "root": "x"}, "datasets", "mine"))
    with pytest.raises(StudyError, match=r"datasets\.mine\.last_frames: no such key here"):
        check_study(edited({"reader": "jaffe", "root": "x", "last_frames": 2}, "datasets", "mine"))


def test_an_entry_of_one_s_own_has_the_keys_and_defaults_of_the_schema_beside_it(tmp_path):
    own = {"explainer": f"{tmp_path}/mine.py:build"}
    config = edited(own | {"anything": 1}, "explanation", "explainers", "mine")
    check_study(config)  # without a schema, any key
    assert config["explanation"]["explainers"]["mine"] == own | {"anything": 1}
    schema = tmp_path / "mine.schema.yaml"
    schema.write_text("properties: {width: {type: number, default: 0.5}}")
    config = edited(dict(own), "explanation", "explainers", "mine")
    check_study(config)
    assert config["explanation"]["explainers"]["mine"] == own | {"width": 0.5}
    with pytest.raises(StudyError, match=r"mine\.widht: no such key here; did you mean width"):
        check_study(edited(own | {"widht": 1}, "explanation", "explainers", "mine"))


@pytest.mark.parametrize(
    "text", ["properties: {width: {type: nomber}}", "[1, 2]", "properties: [width]", "a: b: c", ""]
)
def test_a_schema_of_one_s_own_that_is_none_is_named(tmp_path, text):
    (tmp_path / "mine.schema.yaml").write_text(text)
    own = {"explainer": f"{tmp_path}/mine.py:build"}
    with pytest.raises(StudyError, match=r"mine\.schema\.yaml: "):
        check_study(edited(own, "explanation", "explainers", "mine"))


def test_an_entry_that_there_is_none_of_is_filled_with_nobody_s_settings():
    """It is refused by `preflight`, which names those that there are."""
    config = edited({"explainer": "gradcam", "layer": 3}, "explanation", "explainers", "mine")
    check_study(config)
    assert config["explanation"]["explainers"]["mine"] == {"explainer": "gradcam", "layer": 3}


def test_keys_of_earlier_versions_are_refused_with_what_says_the_same_today(monkeypatch):
    monkeypatch.setattr(config_check, "MOVED", {("faces", "zoom"): "write faces.size", ("gone",): "leave it"})
    with pytest.raises(StudyError) as error:
        check_study(edited(2, "faces", "zoom") | {"gone": [1]})
    assert "faces.zoom: write faces.size" in str(error.value)
    assert "gone: leave it" in str(error.value)
    check_study(copy.deepcopy(CONFIG))


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ([{"const": "auto"}, {"type": "integer"}], "key: 'x' is not of type 'integer', nor is it auto"),
        (
            [{"const": "auto"}, {"const": "all"}, {"type": "integer"}],
            "key: 'x' is not of type 'integer', nor is it auto or all",
        ),
        ([{"type": "integer"}, {"type": "array"}], "key: 'x' is not valid under any of the given schemas"),
        ([{"const": "auto"}, {"const": "all"}], "key: 'x' is not valid under any of the given schemas"),
    ],
)
def test_what_fits_none_of_some_choices_is_told_whatever_they_are(choices, said):
    """Schemas of users' own entries may have any."""
    schema = {"properties": {"key": {"anyOf": choices}}}
    with pytest.raises(StudyError, match=said):
        config_check.check_config({"key": "x"}, schema)
