"""Extension points: one package per kind of thing, one module per entry, found by name."""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from workflow_scripts.common.errors import StudyError


def entry_names(package: str) -> list[str]:
    """Names of the entries of a registry package, sorted.

    >>> "csv" in entry_names("workflow_scripts.datasets.readers")
    True
    """
    folder = importlib.import_module(package).__path__
    return sorted(module.name for module in pkgutil.iter_modules(folder))


def load_entry(package: str, name: str) -> ModuleType:
    """Import the entry `name` of a registry package, and no other entry of it.

    Raises StudyError when there is no such entry.
    """
    names = entry_names(package)
    if name not in names:
        raise StudyError(f"{package} has no entry '{name}'; choose one of: {', '.join(names)}")
    return importlib.import_module(f"{package}.{name}")


def own_file(entry: str) -> str:
    """The user's file that an entry like path/to/file.py:function names; empty for entries of a registry.

    >>> own_file("my_nets.py:build"), own_file("weinet")
    ('my_nets.py', '')
    """
    return entry.rpartition(":")[0]


def schema_file(package: str, name: str) -> Path:
    """The schema of an entry's own settings, which lies beside it: name.schema.yaml.

    Of a user's file my_nets.py that is my_nets.schema.yaml; it need not be there.
    """
    if own_file(name):
        return Path(own_file(name)).with_suffix(".schema.yaml")
    return Path(*importlib.import_module(package).__path__, f"{name}.schema.yaml")
