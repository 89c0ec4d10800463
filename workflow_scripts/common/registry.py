"""Extension points: one package per kind of thing, one module per entry, found by name.

An entry may also be a user's own, ``path/to/file.py:function``: the function replaces the one that the
registry's contract names, and the file also holds anything else that the contract asks for.
"""

import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from textwrap import shorten
from types import ModuleType

from workflow_scripts.common.code import OWN
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import is_there


def entry_names(package: str) -> list[str]:
    """Names of the entries of a registry package, sorted.

    >>> "csv" in entry_names("workflow_scripts.datasets.readers")
    True
    """
    folder = importlib.import_module(package).__path__
    return sorted(module.name for module in pkgutil.iter_modules(folder))


@cache
def load_entry(package: str, name: str) -> ModuleType:
    """Import the entry `name` of a registry package, or a user's file, and no other entry.

    Raises StudyError if there is no such entry or file, or the file cannot be imported.
    """
    if own_file(name):
        return _own_module(own_file(name))
    names = entry_names(package)
    if name not in names:
        raise StudyError(f"{package} has no entry '{name}'; choose one of: {', '.join(names)}")
    return importlib.import_module(f"{package}.{name}")


def entry_function(package: str, name: str, function: str) -> Callable:
    """The function of an entry: the one that its registry's contract names, or the one that a user named.

    Raises StudyError as `load_entry` does, and if a user's file has no such function.
    """
    module = load_entry(package, name)
    if own_file(name):
        function = name.rpartition(":")[2]
        if not callable(getattr(module, function, None)):
            raise StudyError(f"'{name}': {own_file(name)} has no function {function}")
    return getattr(module, function)


def own_file(entry: str) -> str:
    """The user's file that an entry like path/to/file.py:function names; empty for entries of a registry.

    >>> own_file("my_nets.py:build"), own_file("weinet")
    ('my_nets.py', '')
    """
    return entry.rpartition(":")[0]


def entry_label(entry: str) -> str:
    """A short name of an entry: that of its module, or of a user's function.

    >>> entry_label("iou"), entry_label("my_metrics.py:dice")
    ('iou', 'dice')
    """
    return entry.rpartition(":")[2]


def schema_file(package: str, name: str) -> Path:
    """The schema of an entry's own settings, which is beside it: name.schema.yaml.

    For a user's file my_nets.py it is my_nets.schema.yaml, which need not exist.
    """
    if own_file(name):
        return Path(own_file(name)).with_suffix(".schema.yaml")
    return Path(*importlib.import_module(package).__path__, f"{name}.schema.yaml")


@cache
def _own_module(path: str) -> ModuleType:
    """A user's file as a module; it may import other modules from its folder."""
    if not is_there(path):
        raise StudyError(f"there is no file {path}")
    specification = importlib.util.spec_from_file_location(f"{OWN}{path}", path)
    module = sys.modules[specification.name] = importlib.util.module_from_spec(specification)
    folder = str(Path(path).parent.resolve())
    if folder not in sys.path:
        sys.path.append(folder)  # at the end, so that it hides no other module
    try:
        specification.loader.exec_module(module)
    except Exception as error:  # whatever a user's file raises
        raise StudyError(f"{place_in(path, error)}: cannot be imported: {in_one_line(error)}") from error
    return module


def place_in(path: str, error: Exception) -> str:
    """A user's file, with the line that raised an error if that line is in the file."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    lines = [line.lineno for line in traceback.extract_tb(error.__traceback__) if line.filename == path]
    return f"{path}, line {lines[-1]}" if lines else path


def in_one_line(error: Exception, most: int = 200) -> str:
    """The type and message of an error, shortened."""
    says = error.msg if isinstance(error, SyntaxError) else str(error)
    return shorten(f"{type(error).__name__}: {says}", most)
