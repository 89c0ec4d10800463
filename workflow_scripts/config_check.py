"""Checks config.yaml against its schema and fills in defaults, with errors a person can act on."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from workflow_scripts.errors import StudyError


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
    workflow_scripts.errors.StudyError: the configuration cannot be used:
      - sede: no such key here; the keys are seed
    """
    fill_defaults(config, schema, schema)
    errors = sorted(Draft7Validator(schema).iter_errors(config), key=lambda error: list(map(str, error.path)))
    if errors:
        lines = [line for error in errors for line in _lines(error)]
        raise StudyError("the configuration cannot be used:\n" + "\n".join(f"  - {line}" for line in lines))


def read_schema(path: Path) -> dict:
    """A JSON schema written as YAML."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


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
        return [f"{prefix}{key}: no such key here; the keys are {', '.join(known)}" for key in unknown]
    if error.validator == "required":
        return [f"{place or 'top level'}: {error.message}"]
    if error.validator == "not" and "propertyNames" in error.absolute_schema_path:
        return [f"{place}.{error.instance}: a row of the tables has this name; choose another"]
    if error.validator == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        return [
            f"{place}.{error.instance}: a name may hold letters, digits, - and _, and starts with a letter"
        ]
    hint = ""
    if error.validator == "type" and isinstance(error.instance, str) and _is_number(error.instance):
        hint = " (YAML reads this as text: write a decimal point, 1.0e-3)"
    meaning = f"; it is: {error.schema['description']}" if "description" in error.schema else ""
    return [f"{place}: {error.message}{hint}{meaning}"]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
