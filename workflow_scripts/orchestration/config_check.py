"""Checks config.yaml against its schema and fills in defaults, with errors a person can act on."""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.score_columns import refusal
from workflow_scripts.orchestration.brought import check_brought, refuse_mixed
from workflow_scripts.orchestration.registries import read_schema, study_schema

SCHEMA = Path(__file__).parents[2] / "schemas/config.schema.yaml"


def _is_finite(_, value: object) -> bool:
    """Whether a value is a number with which one can compute: .nan and .inf are numbers for YAML, too."""
    return Draft7Validator.TYPE_CHECKER.is_type(value, "number") and math.isfinite(value)


# keys of earlier versions: the sections and the key, and what says the same today
MOVED = {
    ("report", "low_depth"): "networks are grouped by training.groups, as in "
    "{low_depth: [SilNet, WeiNet], deep: [VGG16, VGG19]}; take the key out of report",
    ("faces", "crop_scale"): (
        "write faces.crop_eye_distances, 1.146 times the value (3.44 for 3.0; the default is 3.5); "
        "the face's size and place are now measured between the eyes, no longer between eyes and mouth"
    ),
}

Validator = extend(Draft7Validator, type_checker=Draft7Validator.TYPE_CHECKER.redefine("number", _is_finite))


def check_study(config: dict) -> None:
    """Fill the defaults into `config`; refuse it, with StudyError, where it makes no study."""
    refuse_moved(config)
    refuse_mixed(config)
    check_config(config, study_schema(read_schema(SCHEMA), config))
    check_names(config)
    check_brought(config)


def refuse_moved(config: Mapping) -> None:
    """Refuse keys of earlier versions, with what says the same today: StudyError."""
    lines = []
    for keys, today in MOVED.items():
        node = config
        for key in keys:
            node = node[key] if isinstance(node, Mapping) and key in node else None
        if node is not None:
            lines.append(f"  - {'.'.join(keys)}: {today}")
    if lines:
        raise StudyError("the configuration is of an earlier version:\n" + "\n".join(lines))


def check_config(config: dict, schema: Mapping) -> None:
    """Fill the defaults of `schema` into `config`, then refuse it with every error at once.

    Raises StudyError whose message has a line per error: the key, what is wrong, what is expected.

    >>> schema = {"properties": {"seed": {"type": "integer", "default": 1}}, "additionalProperties": False}
    >>> config = {}
    >>> check_config(config, schema)
    >>> config
    {'seed': 1}
    >>> check_config({"sede": 2}, schema)
    Traceback (most recent call last):
    ...
    workflow_scripts.common.errors.StudyError: the configuration cannot be used:
      - sede: no such key here; did you mean seed?
    """
    fill_defaults(config, schema, schema)
    errors = sorted(Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.path)))
    if errors:
        lines = [line for error in errors for line in _lines(error)]
        raise StudyError("the configuration cannot be used:\n" + "\n".join(f"  - {line}" for line in lines))


def check_names(config: Mapping) -> None:
    """Refuse a run, or a mask set, that names what no section defines, and metrics that clash: StudyError."""
    mask_sets = config["comparison"]["mask_sets"]
    sections = {
        "datasets": config["datasets"],
        "networks": config["training"]["networks"],
        "explainers": config["explanation"]["explainers"],
        "mask_sets": mask_sets,
    }
    named = {f"run.{key}": (config["run"][key], defined) for key, defined in sections.items()}
    for name, members in config["training"]["groups"].items():
        named[f"training.groups.{name}"] = (members, config["training"]["networks"])
    for name, mask_set in mask_sets.items():
        named[f"comparison.mask_sets.{name}.datasets"] = (mask_set.get("datasets", []), config["datasets"])
    for key, (names, defined) in named.items():
        if unknown := [name for name in names if name not in defined]:
            raise StudyError(
                f"{key} names {', '.join(unknown)}, which the configuration does not define "
                f"(defined: {', '.join(defined)})"
            )
    studied = config["run"]["expressions"]
    if "average" in studied:
        raise StudyError(
            "run.expressions names average, which is a column of the tables; map its label to another name "
            "with datasets.<name>.labels"
        )
    if reason := refusal(config["comparison"]["metrics"]):
        raise StudyError(f"comparison.metrics {reason}")
    for name in config["run"]["mask_sets"]:
        if not set(mask_sets[name]["expressions"]) & set(studied):
            raise StudyError(
                f"run.mask_sets names {name}, which has masks for none of the expressions of the study "
                f"({', '.join(studied)}), only for {', '.join(mask_sets[name]['expressions'])}; map the data "
                "set's labels to these names with datasets.<name>.labels, or take the mask set out"
            )


def read_config(paths: Sequence[Path], changes: Mapping = MappingProxyType({})) -> dict:
    """The checked configuration that configuration files, and `changes` on top, make together.

    As for Snakemake: a later file adds to an earlier one; mappings merge, all else replaces.
    """
    config = {}
    for path in paths:
        merge(config, read_settings(path))
    merge(config, changes)
    check_study(config)
    return config


def read_settings(path: Path) -> dict:
    """The settings of one configuration file.

    Raises StudyError, with the line, for what is no mapping in YAML, and for a key that stands there twice:
    YAML would take the last and forget the others.
    """
    if not Path(path).is_file():
        raise StudyError(f"configuration: there is no file {path}; run this from the root of the repository")
    try:
        settings = yaml.load(Path(path).read_text(encoding="utf-8"), _UniqueKeys)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1
        raise StudyError(f"{path}, line {line}: {error.problem}; indent with spaces, never tabs") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StudyError(f"{path}: cannot be read ({error}); save it as UTF-8 text") from error
    if not isinstance(settings, dict | None):
        raise StudyError(f"{path}: expected sections and keys, as in config.yaml, found {settings!r:.60}")
    return settings or {}


class _UniqueKeys(yaml.SafeLoader):
    """Plain data, of mappings without repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                problem = f"'{key.value}' stands there for the second time; join the two"
                raise yaml.constructor.ConstructorError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def merge(config: dict, changes: Mapping) -> None:
    """Write `changes` into `config`, at every depth.

    >>> config = {"run": {"networks": ["WeiNet"], "datasets": ["mine"]}}
    >>> merge(config, {"run": {"networks": ["SongNet"]}})
    >>> config
    {'run': {'networks': ['SongNet'], 'datasets': ['mine']}}
    """
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(config.get(key), dict):
            merge(config[key], value)
        else:
            config[key] = value


def fill_defaults(node: object, schema: Mapping, root: Mapping) -> None:
    """Set the missing keys of the mapping `node` that have a default, at every depth."""
    if not isinstance(node, dict):
        return
    for key, subschema in schema.get("properties", {}).items():
        if "default" in subschema and key not in node:
            default = subschema["default"]
            node[key] = dict(default) if isinstance(default, dict) else default
        if key in node:
            fill_defaults(node[key], _resolved(subschema, root), root)
    others = schema.get("additionalProperties")
    if isinstance(others, Mapping):
        for key in node.keys() - schema.get("properties", {}).keys():
            fill_defaults(node[key], _resolved(others, root), root)


def _resolved(schema: Mapping, root: Mapping) -> Mapping:
    """The schema itself, or the definition it refers to."""
    if "$ref" in schema:
        return root["definitions"][schema["$ref"].rpartition("/")[2]]
    return schema


def _lines(error: ValidationError) -> list[str]:
    place = ".".join(map(str, error.absolute_path))
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = [key for key in error.instance if key not in known]
        prefix = f"{place}." if place else ""
        return [f"{prefix}{key}: no such key here{_nearest(key, known)}" for key in unknown]
    if error.validator == "required":
        return [f"{place or 'top level'}: {error.message}"]
    if error.validator == "not" and "propertyNames" in error.absolute_schema_path:
        return [f"{place}.{error.instance}: the tables and figures use this name; choose another"]
    if error.validator == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        return [
            f"{place}.{error.instance}: a name may hold letters, digits, - and _, and starts with a letter"
        ]
    message = error.message
    if error.validator == "uniqueItems":
        repeated = {str(item) for item in error.instance if error.instance.count(item) > 1}
        message = f"{', '.join(sorted(repeated))} stands there more than once; keep one"
    elif error.validator == "pattern":
        message = f"{error.instance!r} cannot be used"
    meaning = f"; it is: {error.schema['description']}" if "description" in error.schema else ""
    return [f"{place}: {message}{_hint(error)}{meaning}"]


def _nearest(key: object, known: Iterable[str]) -> str:
    """The key that was meant, if one is near, or all there are."""
    near = get_close_matches(str(key), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else f"; the keys are {', '.join(known)}"


def _hint(error: ValidationError) -> str:
    """How YAML misunderstood what was meant; mostly empty."""
    if error.validator != "type":
        return ""
    if isinstance(error.instance, str) and _reads_as_number(error.instance):
        return " (YAML reads this as text: write a decimal point, 1.0e-3)"
    if isinstance(error.instance, bool):
        return " (YAML reads yes, no, on and off as true and false: put the word in quotes)"
    if error.instance is None:
        return " (nothing stands there: fill it in, or take the key out)"
    return ""


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
