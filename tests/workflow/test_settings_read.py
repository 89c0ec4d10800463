"""Every setting does something: an edit of any leaf of the configuration changes what some job is given.

A dry run tells what the jobs are given: input files and commands. The settings are those of config.yaml,
with the defaults of the schema, and examples of the keys that config.yaml does without. The same setting of
several entries (the epochs of all networks) is edited in one go, which takes a third of the dry runs; the
jobs that change are told apart by their wildcards.
"""

import itertools
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.study_copy import FACES, copy_repository
from tests.workflow.planning import snakemake_calls
from workflow_scripts.common.registry import entry_names, schema_file
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.orchestration.config_check import SCHEMA, merge, read_config
from workflow_scripts.orchestration.registries import REGISTRIES, WITH_SETTINGS, read_schema
from workflow_scripts.training.imagenet_weights import official_file

RUN = {
    "datasets": ["embedded"],
    "networks": ["VGG16"],
    "explainers": ["lime"],
    "mask_sets": ["figure4"],
    "expressions": ["happiness", "surprise"],
}
MORE = {
    "datasets": "jaffe",
    "networks": "SongNet",
    "explainers": "more",
    "mask_sets": "facs",
    "expressions": "fear",
    "controls": "untrained",
    "people": "wegrzyn2017",
    "subsets": "dataset",
    "quality": "lime",
}
EXAMPLES = {
    "run": RUN,
    "datasets": {
        "ckplus": {"root": FACES, "last_frames": 3, "neutral_frames": 0},
        "bu4dfe": {"root": FACES, "middle_frames": 3},
        "jaffe": {"root": FACES},
        "wsefep": {"root": FACES, "table": "README.md"},
        "fega": {"root": FACES},
        "embedded": {"columns": {"path": "file"}, "labels": {"happy": "happiness"}, "split": "part"},
        "mine": {
            "reader": "folders",
            "root": FACES,
            "subject_pattern": "(?P<subject>S[0-9]+)",
            "labels": {"happy": "happiness"},
        },
        "kdef": {"reader": "kdef", "root": FACES, "views": ["S", "HL"]},
        "rafd": {
            "reader": "rafd",
            "root": FACES,
            "cameras": ["090", "045"],
            "gazes": ["frontal", "left"],
        },
        "fer2013": {"reader": "fer2013", "root": FACES, "usages": ["Training", "PublicTest"]},
        "rafdb": {"reader": "rafdb", "root": FACES, "images": "aligned"},
    },
    "training": {
        "folds": 2,
        "split": "official",
        "networks": {
            "Mine": {
                "model": "mine.keras",
                "classes": RUN["expressions"],
                "scaling": "unit",
                "input_size": 64,
                "trained_on": "README.md",
            }
        },
    },
    "explanation": {
        "positives": {"images": 100, "per_subject": 3, "per_sequence": 2},
        "explainers": {
            "more": {"explainer": "lime"},
            "kept": {"explainer": "lime", "keep_passes": True},
        },
    },
    "comparison": {
        "published": "published",
        "subsets": {"mine": {"by": "sex", "values": ["F", "M"], "cuts": [30], "min_images": 5}},
        "mask_sets": {
            "mine": {"kind": "images", "source": "README.md", "expressions": RUN["expressions"]},
        },
        "people": {
            "wegrzyn2017": {"folder": "human"},
            "uncovered": {
                "data": "tiles",
                "table": "README.md",
                "landmarks": "README.md",
                "rows": 8,
                "columns": 6,
                "width": 300,
                "height": 400,
                "labels": {"happy": "happiness"},
            },
            "gaze": {
                "data": "maps",
                "maps": "gaze/{expression}.png",
                "landmarks": "README.md",
                "labels": {"happy": "happiness"},
            },
        },
    },
}
# other values that a key may have, where they do not follow from the type; files only have to exist
OTHERS = {
    "root": ["resources"],
    "table": ["LICENSE"],
    "source": ["LICENSE"],
    "published": ["published_more"],
    "standard_face": ["LICENSE"],
    "weights_dir": ["weights"],
    "architecture": ["vgg16", "vgg19"],
    "weights": [None],
    "images": ["original"],
    "split": ["subjects", "official", "fold"],  # of the training, and of a data set
    "model": ["other.keras"],
    "classes": [RUN["expressions"][::-1]],
    "scaling": ["tf"],
    "trained_on": ["LICENSE"],
    "class_weights": ["balanced"],
    "prediction_precision": ["bfloat16"],
    "precision": ["bfloat16"],
    "optimizer": ["adam", "rmsprop"],
    "input_scaling": ["unit"],
    "passes_of": ["kept"],
    "stability": [0.9],
    "ends": [0.9],
    "cover": ["black"],
    "hide": ["mean"],
    "baseline": ["mean"],
    "resolution": ["pixels"],
    "sampling": ["foldover"],
    "xla": [True],
    "batch_size": [7],
    "normalization": ["maximum"],
    "linkage": ["single"],
    "metrics": [[*PAPER, "iou_more"]],
    "averaging": ["unit_mass"],
    "low_depth": [RUN["networks"]],  # of the groups, whose names are one's own
    "deep": [["VGG19"]],
    "datasets": [["embedded", "jaffe"]],
    "of": [["VGG19"]],
    "folder": ["human_more"],
    "landmarks": ["LICENSE"],
    "order": ["rows"],
    "maps": ["gaze_more/{expression}.png"],
    "people": ["uncovered"],
    "half_of": ["mine"],
    "shows": ["mouth", "brows"],
    "by": ["age_group", "dataset"],
    "values": [["F"]],
    "cuts": [[30, 45]],
}

# what else is set where a setting is edited, since the examples leave it without effect
WITH = {("training", "repeats"): {("training", "split"): "subjects"}}
WITH |= {
    ("explanation", "quality", key): {("run", "quality"): ["lime"]}
    for key in ("images", "seeds", "masks", "regions", "hide")
}

CONTROLS = ("training", "controls")
SUBSETS = ("comparison", "subsets")
OF_CONTROLS = {
    "folds": lambda folds: [2],
    "kind": lambda kind: "untrained" if kind == "shuffled_labels" else "shuffled_labels",
}

COPIED = ("reader", "detector", "explainer", "kind", "data")  # whose entries get a copy to be exchanged for
ADDED = ("metrics",)  # whose entries get one to be added
MORE_OF = "_more"

# a job of a dry run: rule, inputs, wildcards, command
JOB = re.compile(
    r"^(?:local)?rule (\w+):\n"
    r"(?:    input: (.*)\n)?"
    r"(?:    (?!wildcards).*\n)*(?:    wildcards: (.*)\n)?(?:    .*\n)*"
    r"Shell command: (.*)$",
    re.MULTILINE,
)
# the sections of entries, and what of the run (or which wildcard) their names are
SECTIONS = {
    "datasets": "datasets",
    "networks": "networks",
    "explainers": "explainers",
    "mask_sets": "mask_sets",
    "action_units": "expressions",
    "controls": "controls",
    "people": "people",
    "subsets": "subsets",
}

Key = tuple[str, ...]

OF_ALL = {
    ("datasets", name, "split") for name in ("embedded", "embedded_mouth", "embedded_brows")
}  # of one entry, but read where all are joined: to folds
OF_REPORT = ("datasets", "shareable")  # likewise, for pictures of the report, of any data set


def leaves(node: object, key: Key = ()) -> Iterator[tuple[Key, object]]:
    """The settings that have no settings below them."""
    if not isinstance(node, Mapping):
        yield key, node
        return
    for name, child in node.items():
        yield from leaves(child, (*key, name))


def other(key: Key, value: object) -> object:
    """Another value that is allowed under this key."""
    if key[0] == "run":
        return [*value, MORE[key[1]]]
    if key[:2] == CONTROLS and key[-1] in OF_CONTROLS:
        return OF_CONTROLS[key[-1]](value)
    if key[-1] in COPIED:
        return f"{value}{MORE_OF}"
    if key[-1] in OTHERS and key[:-1] not in (("explanation", "positives"), ("explanation", "quality")):
        return next(candidate for candidate in OTHERS[key[-1]] if candidate != value)
    if isinstance(value, list):
        return value[::-1] if key[-1] == "gamma" else value[:-1]
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value * 0.9


def entries(key: Key) -> dict[str, str]:
    """The entries that a setting belongs to: {"networks": "VGG16"}; none for settings of the whole study."""
    found, pairs = {}, itertools.pairwise(key)
    for section, name in pairs:
        if section in SECTIONS:
            found[SECTIONS[section]] = name
            next(pairs, None)  # an entry may be called like a section
    return found


def alike(settings: Iterable[Key]) -> Iterator[list[Key]]:
    """The settings in groups: the same setting of all entries of a section."""
    groups = defaultdict(list)
    for key in settings:
        names = entries(key).values()
        groups[tuple("*" if part in names else part for part in key)].append(key)
    yield from groups.values()


def schema_keys(schema: Mapping, definitions: Mapping, key: Key = ()) -> Iterator[Key]:
    """The leaves that a schema allows, entries with names of one's own as `*`."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    children = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), Mapping):
        children["*"] = schema["additionalProperties"]
    if not children:
        yield key
    for name, child in children.items():
        yield from schema_keys(child, definitions, (*key, name))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A copy of the repository with the examples, and a copy of each entry that another may stand for."""
    folder = tmp_path_factory.mktemp("settings") / "lookalike"
    files = ["config.yaml", "examples.yaml", "study.yaml"]
    copy_repository(folder, {}, 1, RUN["expressions"], configfile=files)
    (folder / "examples.yaml").write_text(yaml.safe_dump(EXAMPLES))
    for kind in (*COPIED, *ADDED):
        package = folder.joinpath(*REGISTRIES[kind].package.split("."))
        for entry in [*package.glob("[!_]*.py"), *package.glob("*.schema.yaml")]:
            name, ending = entry.name.split(".", 1)
            shutil.copy(entry, entry.with_name(f"{name}{MORE_OF}.{ending}"))
    (folder / "weights").mkdir()
    (folder / "weights" / official_file("vgg16").name).touch()
    for name in ("mine.keras", "other.keras"):
        (folder / name).touch()
    for name in ("published", "published_more"):
        (folder / name).mkdir()
        (folder / name / "AlexNet_CV1_Happiness_heatmap.png").touch()
    for name in ("human", "human_more"):
        (folder / name).mkdir()
        for table in ("trials.csv", "tile_weights.csv"):
            (folder / name / table).touch()
    for name in ("gaze", "gaze_more"):
        (folder / name).mkdir()
        (folder / name / "happy.png").touch()
    return folder


@pytest.fixture(scope="module")
def settings(folder) -> dict[Key, object]:
    """All leaves and their values, defaults included."""
    found = dict(leaves(read_config([folder / "config.yaml", folder / "examples.yaml"])))
    # an architecture without ImageNet weights has no other value for them; no other control has groups
    single = (("weights", None), ("kind", "randomized_layers"))
    return {key: value for key, value in found.items() if (key[-1], value) not in single}


def test_there_is_an_example_of_every_key_of_the_schemas(settings):
    """The common one, and those of entries, each at an entry of the configuration that is of its kind."""
    schema = read_schema(SCHEMA)
    keys = list(schema_keys(schema, schema["definitions"]))
    trained_model = schema_keys({"$ref": "#/definitions/trained_model"}, schema["definitions"])
    keys += [("training", "networks", "*", *key) for key in trained_model]
    for kind in WITH_SETTINGS:
        for name in entry_names(REGISTRIES[kind].package):
            section = REGISTRIES[kind].section
            entry = next(key[-2] for key, value in settings.items() if key[-1] == kind and value == name)
            own = read_schema(schema_file(REGISTRIES[kind].package, name))
            keys += [(*section, entry, *key) for key in schema_keys(own, schema["definitions"]) if key]
    for known in keys:
        pattern = re.compile("/".join("[^/]+" if name == "*" else name for name in known))
        assert any(pattern.fullmatch("/".join(key)) for key in settings), ".".join(known)


def test_each_setting_changes_what_a_job_is_given(folder, settings):
    """The jobs that change must be those of the entry that a setting belongs to: its network's, for example.

    The page lists all settings; it counts for those of the report alone.
    """
    unread = []
    with snakemake_calls(folder) as snakemake:

        @cache
        def jobs(study: str) -> set[tuple[str, ...]]:
            """Rule, inputs, wildcards and command of all jobs."""
            (folder / "study.yaml").write_text(study)
            found = set(JOB.findall(snakemake("--dry-run", "--printshellcmds")))
            assert len(found) > 20
            return found

        for keys in alike(settings):
            run = {kind: list({entries(key)[kind]: None for key in keys}) for kind in entries(keys[0])}
            study = {"run": run}
            for key, value in WITH.get(keys[0], {}).items():
                merge(study, nested(key, value))
            before = jobs(yaml.safe_dump(study))
            for key in keys:
                merge(study, nested(key, other(key, settings[key])))
            changed = before ^ jobs(yaml.safe_dump(study))
            unread += [".".join(key) for key in keys if not any(reads(job, key) for job in changed)]
    assert unread == []


def reads(job: tuple[str, ...], key: Key) -> bool:
    """Whether a job that has changed tells of a setting.

    It has the entry that the setting belongs to among its wildcards, and is not the page, which lists all
    settings: that counts for settings of the report.
    """
    rule, _, wildcards, _ = job
    of_all = (
        key in OF_ALL or key[::2] == OF_REPORT or key[:2] in (CONTROLS, SUBSETS)
    )  # jobs batched by network
    of_entry = of_all or set(entries(key).values()) <= set(re.findall(r"=([^,]+)", wildcards))
    return of_entry and (rule != "write_report" or key[0] == "report")


def nested(key: Key, value: object) -> dict:
    """A configuration with one setting."""
    for name in reversed(key):
        value = {name: value}
    return value
