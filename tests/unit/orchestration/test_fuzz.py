"""Whatever stands in settings and tables, it is taken, or refused with a StudyError: never a traceback."""

import copy
import json
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.datasets.index_dataset import index_dataset
from workflow_scripts.orchestration.config_check import PATHS, check_study, merge, read_settings
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.preflight import refuse_incomplete

REPOSITORY = Path(__file__).parents[3]
CONFIG = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
merge(CONFIG, yaml.safe_load((REPOSITORY / "profiles/demo/study.yaml").read_text()))
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# words that mean something somewhere, and what people and programs write by mistake
WORDS = st.sampled_from(
    ["lime", "csv", "folders", "vgg16", "images", "happiness", "average", "imagenet", "mine.py:f", "~/x",
     "~no/x", "/", "..", "{expression}.png", "a{b}", "$(x)", "1e-3", "", " ", "x\x00y", "\ud800", "a" * 5000,
     "a" * 300, "resources/embedded_faces", "tests/workflow/own_entries/my_kind.py:draw", "README.md:x.py:y",
     ".py:f", f"{'a' * 300}.py:f"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
KEYS = SCALARS.filter(lambda value: value == value)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3),
    max_leaves=6,
)


def places(node: object, above: tuple = ()) -> list[tuple]:
    """The keys that lead to every mapping and value of a configuration."""
    found = [above] if above else []
    for key, value in node.items() if isinstance(node, dict) else ():
        found += places(value, (*above, key))
    return found


PLACES = places(CONFIG)
NAMING = {"embedded", "SongNet", "lime", "facs", "standardization"}  # entries of the demo that name files


@st.composite
def edited_configs(draw) -> dict:
    """The demo's configuration with one to three values replaced, taken out or added."""
    config = copy.deepcopy(CONFIG)
    for _ in range(draw(st.integers(1, 3))):
        keys = draw(st.sampled_from(PLACES))
        node = config
        for key in keys[:-1]:
            node = node[key] if isinstance(node, dict) and key in node else {}
        if not isinstance(node, dict):
            continue
        match draw(st.sampled_from(["replace", "replace", "add", "take"])):
            case "replace":
                node[keys[-1]] = draw(VALUES)
            case "add":
                node[draw(KEYS)] = draw(VALUES)
            case "take":
                node.pop(keys[-1], None)
    return config


@given(edited_configs())
@settings(QUICK, max_examples=80)
def test_any_edit_of_the_settings_makes_a_study_or_a_study_error(config):
    with pytest.MonkeyPatch.context() as patch, suppress(StudyError):
        patch.chdir(REPOSITORY)
        check_study(config)
        json.dumps(config)  # jobs get them so
        doubts(config)
        refuse_incomplete(config)


@pytest.mark.parametrize("name", ["a" * 300, "/root/x" * 900, "x\x00y", "\ud800"])
@pytest.mark.parametrize("keys", [keys for keys in PLACES if keys[-1] in PATHS and {*keys} & NAMING])
def test_any_name_of_a_file_is_looked_for_or_refused(monkeypatch, keys, name):
    config = copy.deepcopy(CONFIG)
    node = config
    for key in keys[:-1]:
        node = node[key]
    monkeypatch.chdir(REPOSITORY)
    for value in (name, f"{name}.py:f"):
        node[keys[-1]] = value
        with suppress(StudyError):
            study = copy.deepcopy(config)
            check_study(study)
            refuse_incomplete(study)


@given(st.text(st.sampled_from("ab1:-[]{},'\"&*!|>%@`#? \t\n"), max_size=40) | st.text(max_size=20))
@settings(QUICK, max_examples=300)
def test_any_text_is_a_configuration_file_or_a_study_error(tmp_path, text):
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with suppress(StudyError):
        assert isinstance(read_settings(path), dict)


CELLS = st.sampled_from(
    ["path", "expression", "subject", "region_map", "sha256", "image_id", "Subject", "a.jpg", "b.jpg",
     "../a.jpg", "/a.jpg", "fear", "joy", "", " ", "S1", '"', '""', "\ufeff", "\x00", "\r", "é", "=1", "a\nb"]
)  # fmt: skip
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=5)
TABLES = st.one_of(
    st.builds(
        lambda lines, by, end: end.join(by.join(line) for line in lines),
        LINES,
        *map(st.sampled_from, [",;\t", ["\n", "\r\n", "\r"]]),
    ),
    LINES.map(lambda lines: "\n".join(["path,expression,subject", *map(",".join, lines)])),
).map(lambda text: text.encode("utf-8"))


@given(TABLES | st.binary(max_size=60), st.sampled_from([{}, {"subject": "joy"}, {"": ""}, {"path": "S1"}]))
@settings(QUICK, max_examples=300)
def test_any_table_is_an_index_or_a_study_error(tmp_path, content, columns):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_text(name)
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    entry = {"reader": "csv", "root": str(tmp_path), "table": str(table), "columns": columns}
    with suppress(StudyError):
        read_table(table, ["path"])
    with suppress(StudyError):
        index_dataset(settings=json.dumps(entry), output=tmp_path / "index.csv", dataset="any")
        assert len(read_table(tmp_path / "index.csv", ["path", "sha256"])) in (1, 2)
