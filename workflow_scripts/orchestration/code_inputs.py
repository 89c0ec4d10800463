"""Which of our files an entry point runs: the code that a job's results depend on.

Snakemake does not follow imports. Naming these files as inputs of a rule makes an edit of a shared
module rerun the rules that use it and no others.
"""

import ast
from functools import cache
from pathlib import Path

PACKAGE = "workflow_scripts"


def code_files(module: str) -> list[str]:
    """Paths, relative to the repository root, of `module` and all modules of ours it imports, sorted.

    Imports are read from the syntax, at any depth of the file; packages count as their
    ``__init__.py``. What is imported by a name made at run time (an entry of a registry) is not
    seen: the rule lists that file itself.

    >>> files = code_files("workflow_scripts.explanation.sample_positives")
    >>> "workflow_scripts/common/seeds.py" in files, "workflow_scripts/training/train_network.py" in files
    (True, False)
    """
    found: dict[str, None] = {}
    pending = [module]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found[name] = None
        pending += _imported(name)
        if "." in name:
            pending.append(name.rpartition(".")[0])
    return sorted(_path(name).as_posix() for name in found)


@cache
def _imported(module: str) -> tuple[str, ...]:
    tree = ast.parse((_root() / _path(module)).read_text(encoding="utf-8"))
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            # `from package import module` names a module only where there is such a file
            names += [
                f"{node.module}.{alias.name}"
                for alias in node.names
                if _is_ours(node.module) and _exists(f"{node.module}.{alias.name}")
            ]
    return tuple(name for name in names if _is_ours(name))


def _is_ours(module: str) -> bool:
    return module == PACKAGE or module.startswith(PACKAGE + ".")


def _root() -> Path:
    return Path(__file__).parents[2]


def _exists(module: str) -> bool:
    stem = _root() / module.replace(".", "/")
    return stem.with_suffix(".py").is_file() or (stem / "__init__.py").is_file()


@cache
def _path(module: str) -> Path:
    stem = Path(module.replace(".", "/"))
    if (_root() / stem).is_dir():
        return stem / "__init__.py"
    return stem.with_suffix(".py")
