"""Fingerprints of what code means, and a check that it does not change while a job runs.

A module's fingerprint ignores comments, docstrings and whitespace. The plan records the fingerprints of each
job's modules; the Snakemake process that plans also passes all of them to its jobs, in the environment
variable PLANNED. If a job's code differs from what was planned, or changes before the job ends, the job must
not leave a result: it would pass for a result of the planned code.
"""

import ast
import hashlib
import itertools
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import ROOT

PLANNED = "LOOKALIKE_CODE"
PACKAGE = "workflow_scripts"
OWN = "own:"  # prefix of the module names of users' files; no import can have such a name
DIGITS = 16  # hexadecimal digits of a hash

State = tuple[str, str]  # of a file: the hash of its bytes, and its fingerprint
Import = tuple[int, str | None, str]  # dots in front, module after `from` and name after `import`


def fingerprint(source: str) -> str:
    """A hash of what Python code means: 16 hexadecimal digits, the same on every supported Python.

    Comments, docstrings, whitespace, the style of quotes and redundant brackets do not count; everything
    else does. For code that Python cannot parse, the text itself is hashed.

    >>> fingerprint("x = 'a'  # why") == fingerprint('x = ("a")')
    True
    >>> fingerprint("x = 1") == fingerprint("x = 2")
    False
    """
    return _fingerprint_of(source, _parsed(source))


def _fingerprint_of(source: str, tree: ast.Module | None) -> str:
    try:
        meaning = source if tree is None else _meaning(tree)
    except ValueError:  # of a number with thousands of digits, which Python does not write
        meaning = source
    return hashlib.sha256(meaning.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _parsed(source: str | bytes) -> ast.Module | None:
    """The syntax tree of a module; None for what Python cannot parse."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _meaning(node: object) -> str:
    """A syntax tree as text, without empty fields: later Pythons add more of them."""
    if isinstance(node, ast.JoinedStr):
        return f"('JoinedStr', [('values', [{', '.join(_joined(node.values))}])])"
    if isinstance(node, ast.AST):
        fields = []
        for name in node._fields:
            value = getattr(node, name, None)
            if value is not None and value != []:
                fields.append(f"('{name}', {_meaning(value)})")
        return f"('{type(node).__name__}', [{', '.join(fields)}])"
    if isinstance(node, list):
        return f"[{', '.join([_meaning(item) for item in node if not _is_text(item)])}]"
    return repr(node)


def _joined(values: Iterable[ast.expr]) -> Iterator[str]:
    """The parts of an f-string; Python versions differ in how they split the text between the fields."""
    for is_text, parts in itertools.groupby(values, lambda value: isinstance(value, ast.Constant)):
        if not is_text:
            yield from map(_meaning, parts)
        elif text := "".join(part.value for part in parts):
            yield repr(text)


def _is_text(node: object) -> bool:
    """Whether a statement is just a string, as docstrings are."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def file_state(path: Path) -> State:
    """Hash and fingerprint of a file as it is now; empty if it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return "", ""
    return _state(content)


def file_imports(path: Path) -> tuple[Import, ...]:
    """What a file of Python code imports, at any depth; nothing if it cannot be parsed."""
    return _state_and_imports(path.read_bytes())[1]


def _state(content: bytes) -> State:
    return _state_and_imports(content)[0]


@cache
def _state_and_imports(content: bytes) -> tuple[State, tuple[Import, ...]]:
    """Both at once: parsing is what takes time, and plans ask both of every module."""
    source = content.decode("utf-8", "surrogateescape")
    tree = _parsed(source)
    state = _hash(content), _fingerprint_of(source, tree)
    # Python itself also reads other encodings
    return state, tuple(_imports(tree or _parsed(content)))


def _imports(node: ast.AST | None) -> Iterator[Import]:
    """The imports among the statements of a module, a function, a branch, ..."""
    for block in ("body", "handlers", "orelse", "finalbody", "cases"):
        for statement in getattr(node, block, ()):
            if isinstance(statement, ast.Import):
                yield from ((0, None, alias.name) for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom):
                yield from ((statement.level, statement.module, alias.name) for alias in statement.names)
            else:
                yield from _imports(statement)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def publish(planned: Mapping[str, State]) -> None:
    """Pass the planned code to all jobs of this process: the state of each path, lookalike's from ROOT."""
    os.environ[PLANNED] = json.dumps(planned)


def reach_jobs() -> None:
    """Let the jobs of this process import lookalike's modules from any working directory (their study's)."""
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), before]))


def planned_code() -> dict[str, State]:
    """The code that this job was planned with; empty if the job was started by hand.

    Also empty on clusters whose jobs do not inherit the environment of the process that planned.
    """
    return {path: tuple(state) for path, state in json.loads(os.environ.get(PLANNED) or "{}").items()}


def code_as_loaded() -> dict[str, State]:
    """The code this process must match: the planned code, or else the files as they are now."""
    planned = planned_code()
    now = {path: (_hash(file.read_bytes()), "") for path, file in _loaded(planned) if path not in planned}
    return planned | now


def refuse_edited(expected: Mapping[str, State]) -> None:
    """Raise StudyError if a loaded module no longer means what `expected` says."""
    edited = [path for path, file in _loaded(expected) if path in expected and _differs(file, expected[path])]
    if edited:
        raise StudyError(
            f"{', '.join(edited)}: edited while it ran, or since the run was planned. The job's result "
            "belongs to neither the old code nor the new and is not kept; start the run again"
        )


def _differs(file: Path, expected: State) -> bool:
    """Whether the meaning of a file has changed; it is parsed only if its bytes differ."""
    content = file.read_bytes() if file.is_file() else b""
    return _hash(content) != expected[0] and _state(content)[1] != expected[1]


def loaded_fingerprints() -> dict[str, str]:
    """The fingerprints of lookalike's modules and of users' files that this process has loaded."""
    return {path: file_state(file)[1] for path, file in _loaded(planned_code())}


def _loaded(planned: Iterable[str]) -> list[tuple[str, Path]]:
    """Path and file of lookalike's modules and of users' files that this process has loaded.

    Modules that a user's file imports are recognised as the user's only if `planned` contains their paths.
    """
    own = {str(Path(path).resolve()): path for path in planned if not path.startswith(f"{PACKAGE}/")}
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if file.startswith(f"{ROOT / PACKAGE}{os.sep}"):
            found.append((Path(file).relative_to(ROOT).as_posix(), Path(file)))
        elif name.startswith(OWN):
            found.append((name.removeprefix(OWN), Path(file)))
        elif file and own and (path := own.get(str(Path(file).resolve()))):
            found.append((path, Path(file)))
    return sorted(found)
