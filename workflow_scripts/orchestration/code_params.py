"""Which modules a job runs, each with a fingerprint of its meaning: what its results depend on.

Snakemake does not follow imports. It compares the params of a job as a set, so with one text per module,
``path fingerprint``, an edit of a shared module reruns the rules that use it and no others, and that text is
all that `snakemake -n` then shows of the params.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from workflow_scripts.common.code import DIGITS, PACKAGE, State, file_imports, file_state
from workflow_scripts.common.files import is_there
from workflow_scripts.common.places import ROOT, is_shipped
from workflow_scripts.common.registry import own_file
from workflow_scripts.orchestration.registries import REGISTRIES
from workflow_scripts.orchestration.slices import config_at

PARAM = re.compile(rf"(.+[.][a-z]+) [0-9a-f]{{{DIGITS}}}")
UNUSED = ""  # in place of a module that only other entries of the registry use


def module_files(module: str) -> list[str]:
    """Paths, from the root, of `module` and all modules of this package that it imports, sorted.

    Imports are read from the syntax, at any depth of the file; packages count as their ``__init__.py``.
    Imports by a name computed at run time (entries of a registry) are not seen: see `entry_files`.

    >>> files = module_files("workflow_scripts.explanation.sample_positives")
    >>> "workflow_scripts/common/seeds.py" in files, "workflow_scripts/training/train_network.py" in files
    (True, False)
    """
    return _with_imports(_named(module, ROOT), None)


def own_files(path: str) -> list[str]:
    """A user's file, and what it imports from this package and from the files beside it, sorted."""
    return _with_imports([Path(path)], Path(path).parent) if is_there(path) else []


def entry_files(package: str, name: str) -> list[str]:
    """The files of one entry of a registry, or of a user's; none where there is no such entry."""
    return own_files(own_file(name)) if own_file(name) else module_files(f"{package}.{name}")


def code_params(files: Iterable[str]) -> list[str]:
    """A param per file: its path and its fingerprint."""
    return [f"{path} {_planned_state(path)[1]}" for path in files]


def content_param(path: str) -> str:
    """The path and a hash of the bytes of a file that ships with the clone; `UNUSED` for any other file.

    Files of the study are inputs. A shipped file lies outside the study's folder; as a param it counts by
    its content, wherever the clone lies.
    """
    return f"{path} {file_state(ROOT / path)[0]}" if path and is_shipped(path) else UNUSED


def file_of(param: object) -> str | None:
    """The path of a param made by `code_params` or `content_param`; None for any other.

    >>> file_of("workflow_scripts/common/files.py 0123456789abcdef"), file_of("csv 2")
    ('workflow_scripts/common/files.py', None)
    """
    match = PARAM.fullmatch(param) if isinstance(param, str) else None
    return match[1] if match else None


def entry_params(config: Mapping, kind: str, keys: tuple[str, ...]) -> list[str | Callable]:
    """A param per file that a job's entries of a registry use, and `UNUSED`.

    kind: a key of REGISTRIES. keys: of the node of `config` that names the entries; with wildcards it names
    one. There are as many params as any entry that config defines has files, the rest are `UNUSED`, which is
    always among them: so defining another entry changes no job of these. Only files that not all entries use
    are params by wildcards: Snakemake looks at each of these three times per job.
    """
    used = {
        entry: code_params(entry_files(REGISTRIES[kind].package, entry))
        for entry in defined_entries(config, kind)
    }
    if not any("{" in key for key in keys):  # the same for all jobs, which need not ask
        return [UNUSED, *map(_as_it_is, sorted({text for texts in used.values() for text in texts}))]

    by_all = set.intersection(*map(set, used.values())) if used else set()
    rest = {entry: [text for text in texts if text not in by_all] for entry, texts in used.items()}

    def param(n: int) -> Callable:
        def value(wildcards) -> str:
            texts = rest[config_at(config, keys, dict(wildcards))[kind]]
            return texts[n] if n < len(texts) else UNUSED

        return value

    by_wildcards = map(param, range(max(map(len, rest.values()), default=0)))
    return [UNUSED, *map(_as_it_is, sorted(by_all)), *by_wildcards]


def _as_it_is(text: str) -> str | Callable:
    """A param in whose text Snakemake fills in no wildcards: braces are part of a path."""
    return (lambda wildcards: text) if "{" in text else text


def defined_entries(config: Mapping, kind: str) -> list[str]:
    """All entries of a registry that config names, whether they run or not, sorted."""
    node = config_at(config, REGISTRIES[kind].section, {})
    nodes = [node] if isinstance(node.get(kind), str | list) else node.values()
    # a network that was trained elsewhere names no architecture
    return sorted({entry for each in nodes if kind in each for entry in _entries(each, kind)})


def _entries(node: Mapping, kind: str) -> list[str]:
    """The entries that a node names as its `kind`: one or a list of them."""
    return [node[kind]] if isinstance(node[kind], str) else list(node[kind])


def all_code(config: Mapping) -> dict[str, State]:
    """The state of all files that jobs may load: the package's, and users' files that config names."""
    paths = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / PACKAGE).rglob("*.py"))]
    for kind in REGISTRIES:
        for entry in defined_entries(config, kind):
            paths += own_files(own_file(entry))
    return {path: _planned_state(path) for path in paths}


@cache
def _planned_state(path: str) -> State:
    return file_state(ROOT / path if path.startswith(f"{PACKAGE}/") else Path(path))


def _with_imports(files: Iterable[Path], own: Path | None) -> list[str]:
    """Paths of files and of all that they import from this package and, if given, from the folder `own`."""
    found: set[Path] = set()
    pending = list(files)
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending += [*_imported(path, own), *_packages(path)]
    return sorted(path.relative_to(ROOT).as_posix() if _is_ours(path) else path.as_posix() for path in found)


@cache
def _imported(path: Path, own: Path | None) -> tuple[Path, ...]:
    """The files that one file imports."""
    files = []
    for folder, name in _import_names(path):
        if folder is not None:
            files += _named(name, folder)
        elif name.split(".")[0] == PACKAGE:
            files += _named(name, ROOT)
        elif own is not None and not _is_ours(path):
            files += _named(name, Path()) or _named(name, own)  # in the order of sys.path
    return tuple(files)


def _import_names(path: Path) -> Iterator[tuple[Path | None, str]]:
    """Dotted names that a file imports, and the folder that relative ones start from."""
    for level, module, name in file_imports(path):
        folder = path.parents[level - 1] if level else None
        if module:
            yield folder, module
        # `from package import module` names a module only if there is such a file
        yield folder, f"{module}.{name}" if module else name


def _named(module: str, folder: Path) -> list[Path]:
    """The file of a module below a folder, if there is one."""
    stem = folder.joinpath(*module.split("."))
    return [path for path in (stem / "__init__.py", stem.with_suffix(".py")) if path.is_file()][:1]


def _packages(path: Path) -> list[Path]:
    """The ``__init__.py`` of the packages that a file lies in."""
    return list(_packages_of(path.parent))


@cache
def _packages_of(folder: Path) -> tuple[Path, ...]:
    outer = _packages_of(folder.parent) if folder != folder.parent else ()
    return (folder / "__init__.py", *outer) if (folder / "__init__.py").is_file() else outer


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT / PACKAGE)
