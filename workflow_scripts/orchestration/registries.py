"""The registries of the workflow, and the schemas of their entries' settings, each beside its module."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import is_there
from workflow_scripts.common.registry import own_file, schema_file


@dataclass(frozen=True)
class Registry:
    """A package of entries. section: where config names them, under the key of the registry."""

    package: str
    section: tuple[str, ...]


# keyed by the key of config that names an entry
REGISTRIES = {
    "reader": Registry("workflow_scripts.datasets.readers", ("datasets",)),
    "detector": Registry("workflow_scripts.faces.detectors", ("faces",)),
    "architecture": Registry("workflow_scripts.training.architectures", ("training", "networks")),
    "explainer": Registry("workflow_scripts.explanation.explainers", ("explanation", "explainers")),
    "kind": Registry("workflow_scripts.comparison.mask_kinds", ("comparison", "mask_sets")),
    "data": Registry("workflow_scripts.comparison.people_data", ("comparison", "people")),
    "metrics": Registry("workflow_scripts.comparison.metrics", ("comparison",)),
}
WITH_SETTINGS = (
    "reader",
    "explainer",
    "kind",
    "data",
)  # registries whose entries bring settings of their own
WITH_LIMITS = ("architecture",)  # registries whose entries narrow the common keys, if they have a schema


def read_schema(path: Path) -> dict:
    """A JSON schema written as YAML."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def study_schema(common: Mapping, config: Mapping) -> dict:
    """The schema of a configuration: the `common` one, and at each entry the keys of its own schema.

    Networks that bring a trained model have the keys of trained models.

    An entry without a module allows any keys; `preflight` reports that there is no such entry, and lists
    those that exist. Entries with limits have the common keys and no others.
    """
    schema = copy.deepcopy(dict(common))
    for kind in (*WITH_SETTINGS, *WITH_LIMITS):
        node, entries = schema, config
        for key in REGISTRIES[kind].section:
            node = node["properties"][key]
            entries = entries.get(key) if isinstance(entries, Mapping) else None
        of_all = node["additionalProperties"]
        named = entries.items() if isinstance(entries, Mapping) else ()
        node["properties"] = {
            name: _entry_schema(of_all, kind, entry.get(kind))
            for name, entry in named
            if isinstance(entry, Mapping)
        }
    training = config.get("training")
    networks = training.get("networks") if isinstance(training, Mapping) else None
    schema["properties"]["training"]["properties"]["networks"]["properties"] |= {
        name: {"$ref": "#/definitions/trained_model"}
        for name, entry in (networks.items() if isinstance(networks, Mapping) else ())
        if isinstance(entry, Mapping) and "model" in entry
    }
    return schema


def _own_schema(path: Path) -> dict:
    """The schema of an entry's settings, which may be a user's: StudyError if it is invalid."""
    try:
        own = read_schema(path)
        Draft7Validator.check_schema(own)
    except (OSError, ValueError, yaml.YAMLError, SchemaError) as error:
        raise StudyError(
            f"{path}: not a JSON schema in YAML, like that of lime ({_first_line(error)})"
        ) from error
    if not isinstance(own, dict):
        raise StudyError(f"{path}: expected properties, as in the schema of lime; found {own!r:.60}")
    return own


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _entry_schema(of_all: Mapping, kind: str, name: object) -> dict:
    """What one entry may hold: the common keys, narrowed by its own schema, and its own keys."""
    place = schema_file(REGISTRIES[kind].package, name) if isinstance(name, str) else None
    if kind in WITH_LIMITS and (not isinstance(name, str) or own_file(name) or not is_there(place)):
        return dict(of_all)
    if place is None or not is_there(place):
        return {**of_all, "additionalProperties": True}
    own, common = _own_schema(place), of_all["properties"]
    narrowed = {key: {**common.get(key, {}), **node} for key, node in own.get("properties", {}).items()}
    return {
        **of_all,
        "properties": {**common, **narrowed},
        "required": [*of_all["required"], *own.get("required", [])],
    }
