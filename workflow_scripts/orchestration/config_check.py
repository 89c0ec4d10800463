"""Checks config.yaml against its schema and fills in defaults, with errors that users can act on."""

import math
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import ROOT
from workflow_scripts.comparison.people_files import FILE_SETTINGS
from workflow_scripts.orchestration.brought import check_brought, refuse_mixed
from workflow_scripts.orchestration.config_names import check_names
from workflow_scripts.orchestration.half_sets import derive_half_sets
from workflow_scripts.orchestration.hints import hint, misread, nearest
from workflow_scripts.orchestration.registries import REGISTRIES, read_schema, study_schema

SCHEMA = ROOT / "schemas/config.schema.yaml"
PUBLISHED = ROOT / "config.yaml"  # what every configuration starts from


def _is_finite(_, value: object) -> bool:
    """Whether a value is a finite number: YAML also takes .nan and .inf for numbers."""
    return Draft7Validator.TYPE_CHECKER.is_type(value, "number") and math.isfinite(value)


# keys of earlier versions, each with what replaces it today
MOVED = {
    ("report", "low_depth"): "networks are grouped by training.groups, as in "
    "{low_depth: [SilNet, WeiNet], deep: [VGG16, VGG19]}; remove the key from report",
    ("faces", "crop_scale"): (
        "write faces.crop_eye_distances, 1.146 times the value (3.44 for 3.0; the default is 3.5); "
        "the face's size and place are now measured between the eyes, no longer between eyes and mouth"
    ),
}

# keys whose values are paths; an entry of a registry may be a user's file
PATHS = {"root", "source", "standard_face", "weights_dir", "published", "folder", *FILE_SETTINGS, *REGISTRIES}

Validator = extend(Draft7Validator, type_checker=Draft7Validator.TYPE_CHECKER.redefine("number", _is_finite))


def complete(config: dict) -> None:
    """Fill in the published study where `config` does not change it, and check the result: StudyError.

    A run that gets config.yaml itself, from its profile or by --configfile, has the same configuration.
    """
    whole = read_settings(PUBLISHED)
    merge(whole, config)
    config.clear()
    config.update(whole)
    check_study(config)


def check_study(config: dict) -> None:
    """Fill in defaults, expand ~ in paths, and refuse what makes no study: StudyError."""
    refuse_moved(config)
    expand_home(config)
    refuse_mixed(config)
    derive_half_sets(config)
    check_config(config, study_schema(read_schema(SCHEMA), config))
    check_names(config)
    check_brought(config)


def refuse_moved(config: Mapping) -> None:
    """Refuse keys of earlier versions, with what replaces them today: StudyError."""
    lines = []
    for keys, today in MOVED.items():
        node = config
        for key in keys:
            node = node[key] if isinstance(node, Mapping) and key in node else None
        if node is not None:
            lines.append(f"  - {'.'.join(keys)}: {today}")
    if lines:
        raise StudyError("the configuration was written for an earlier version:\n" + "\n".join(lines))


def expand_home(node: object) -> None:
    """Replace ~ at the beginning of paths by the home folder, at every depth of a mapping."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, str) and key in PATHS and value.startswith("~"):
            with suppress(RuntimeError):  # no such user: reported when the path is checked
                node[key] = str(Path(value).expanduser())
        expand_home(value)


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


def read_config(paths: Sequence[Path], changes: Mapping = MappingProxyType({})) -> dict:
    """The checked configuration that configuration files, and `changes` on top, make together.

    As in Snakemake, a later file adds to an earlier one, and all of them to the published study; mappings
    merge, everything else is replaced.
    """
    config = {}
    for path in paths:
        merge(config, read_settings(path))
    merge(config, changes)
    complete(config)
    return config


def read_settings(path: Path) -> dict:
    """The settings of one configuration file.

    Raises StudyError, with the line, for anything but a mapping in YAML, and for duplicate keys, of which
    YAML would silently take the last.
    """
    if not Path(path).is_file():
        raise StudyError(f"configuration: there is no file {path} (relative to {Path.cwd()})")
    try:
        settings = yaml.load(Path(path).read_text(encoding="utf-8"), _UniqueKeys)
    except yaml.MarkedYAMLError as error:
        raise StudyError(f"{path}, {misread(error, Path(path).read_text(encoding='utf-8'))}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StudyError(
            f"{path}: cannot be read ({' '.join(str(error).split())}); save it as UTF-8 text"
        ) from error
    if not isinstance(settings, dict | None):
        raise StudyError(f"{path}: expected sections and keys, as in config.yaml, found {settings!r:.60}")
    return settings or {}


class _UniqueKeys(yaml.SafeLoader):
    """Loads plain data; refuses mappings with duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problem = "a list or a mapping is used as a key"
                raise yaml.constructor.ConstructorError(problem=problem, problem_mark=key.start_mark)
            if key.value in seen:
                problem = f"duplicate key '{key.value}'; merge the two"
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
        return [f"{prefix}{key}: no such key here{nearest(key, known, 'the keys are')}" for key in unknown]
    if error.validator == "required":
        return [f"{place or 'top level'}: {error.message}"]
    if error.validator == "not" and "propertyNames" in error.absolute_schema_path:
        return [f"{place}.{error.instance}: the tables and figures use this name; choose another"]
    if error.validator == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        return [
            f"{place}.{error.instance}: a name may hold letters, digits, - and _, and starts with a letter"
        ]
    message = error.message
    if error.validator == "anyOf":
        tried = [one for one in error.context if one.validator != "const"]
        words = [str(one.validator_value) for one in error.context if one.validator == "const"]
        if words and tried:  # a word, or something else
            message = f"{tried[0].message}{hint(tried[0])}, nor is it {' or '.join(words)}"
    elif error.validator == "uniqueItems":
        repeated = {str(item) for item in error.instance if error.instance.count(item) > 1}
        message = f"{', '.join(sorted(repeated))} is listed more than once; keep one"
    elif error.validator == "pattern":
        message = f"{error.instance!r} cannot be used"
    meaning = f"; it is: {error.schema['description']}" if "description" in error.schema else ""
    return [f"{place}: {message}{hint(error)}{meaning}"]
