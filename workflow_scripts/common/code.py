"""Code by its meaning, and whether it stayed the same while a job ran.

What a module says without comments, docstrings and whitespace has a fingerprint. The plan records those of
each job's modules; the process of Snakemake that plans also hands all of them to its jobs, in the environment
variable PLANNED. A job that loaded another code than was planned, or than lies there when it ends, must not
leave a result: it would pass for the planned code's.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import ROOT

PLANNED = "LOOKALIKE_CODE"
PACKAGE = "workflow_scripts"
OWN = "own:"  # begins the names of modules that are files of users; no import has such a name
DIGITS = 16  # hexadecimal, of a hash

State = tuple[str, str]  # of a file: a hash of its bytes, and the fingerprint


def fingerprint(source: str) -> str:
    """A hash of what Python code means: 16 hexadecimal digits, the same on every supported Python.

    Comments, docstrings, whitespace, the kind of quotes and brackets without effect do not count; all else
    does. Code that Python cannot parse counts by its text.

    >>> fingerprint("x = 'a'  # why") == fingerprint('x = ("a")')
    True
    >>> fingerprint("x = 1") == fingerprint("x = 2")
    False
    """
    try:
        meaning = repr(_meaning(ast.parse(source)))
    except (SyntaxError, ValueError):
        meaning = source
    return hashlib.sha256(meaning.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _meaning(node: object) -> object:
    """A syntax tree as plain data. Fields that are empty are left out: later Pythons have more of them."""
    if isinstance(node, ast.JoinedStr):
        return ("JoinedStr", [("values", _joined(node.values))])
    if isinstance(node, ast.AST):
        fields = ((name, getattr(node, name, None)) for name in node._fields)
        return (
            type(node).__name__,
            [(name, _meaning(value)) for name, value in fields if value not in (None, [])],
        )
    if isinstance(node, list):
        return [_meaning(item) for item in node if not _is_text(item)]
    return node


def _joined(values: Iterable[ast.expr]) -> list:
    """The parts of an f-string; Pythons differ in how they cut the text between the fields."""
    parts: list = []
    for value in values:
        part = value.value if isinstance(value, ast.Constant) else _meaning(value)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part != "":
            parts.append(part)
    return parts


def _is_text(node: object) -> bool:
    """Whether a statement is a string and nothing else, as docstrings are."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def file_state(path: Path) -> State:
    """Hash and fingerprint of a file as it is now; empty where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return "", ""
    return _state(content)


@cache
def _state(content: bytes) -> State:
    return _hash(content), fingerprint(content.decode("utf-8", "surrogateescape"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def publish(planned: Mapping[str, State]) -> None:
    """Hand the planned code to all jobs of this process: paths, ours from the root, and their states."""
    os.environ[PLANNED] = json.dumps(planned)


def reach_jobs() -> None:
    """Let the jobs of this process import our modules in whatever folder they run: that of their study."""
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), before]))


def planned_code() -> dict[str, State]:
    """What the plan of this job was made with; empty where it was started by hand.

    Empty, too, on clusters whose jobs do not get the environment of the process that planned.
    """
    return {path: tuple(state) for path, state in json.loads(os.environ.get(PLANNED) or "{}").items()}


def code_as_loaded() -> dict[str, State]:
    """What this process is to be held to: the planned code, and where none was, what lies there now."""
    planned = planned_code()
    now = {path: (_hash(file.read_bytes()), "") for path, file in _loaded(planned) if path not in planned}
    return planned | now


def refuse_edited(expected: Mapping[str, State]) -> None:
    """Raise StudyError where a module that is loaded by now has another meaning than `expected`."""
    edited = [path for path, file in _loaded(expected) if path in expected and _differs(file, expected[path])]
    if edited:
        raise StudyError(
            f"{', '.join(edited)}: edited while it ran, or since the run was planned. What this job made is "
            "of neither the old code nor the new one and is not kept; start the run again"
        )


def _differs(file: Path, expected: State) -> bool:
    """Whether a file has another meaning; only where its bytes differ is it parsed."""
    content = file.read_bytes() if file.is_file() else b""
    return _hash(content) != expected[0] and _state(content)[1] != expected[1]


def loaded_fingerprints() -> dict[str, str]:
    """The fingerprint of each module of ours, and of each file of users, that this process has loaded."""
    return {path: file_state(file)[1] for path, file in _loaded(planned_code())}


def _loaded(planned: Iterable[str]) -> list[tuple[str, Path]]:
    """Our modules, and the files of users, that this process has loaded: path and file.

    Of what a user's file imports itself only the `planned` paths are known to be the user's.
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
