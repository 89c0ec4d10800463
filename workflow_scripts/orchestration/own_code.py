"""Checks of a user's Python file without running it: whether it parses, and defines what is named."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from workflow_scripts.common.registry import own_file
from workflow_scripts.training.scaling import SCALINGS

DYNAMIC = {
    "globals",
    "exec",
    "setattr",
}  # a file that uses these may define names that the syntax does not show


def own_code_problems(key: str, entry: str) -> list[str]:
    """What is wrong in the user's file that an entry ``path/to/file.py:function`` names, a line each.

    key: of the configuration; its last part is a key of REGISTRIES. The file must exist.
    """
    return [f"{key}: {problem}" for problem in _problems(key.rpartition(".")[2], own_file(entry), entry)]


def _problems(kind: str, path: str, entry: str) -> Iterator[str]:
    try:
        tree = ast.parse(Path(path).read_bytes(), path)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        yield f"{path}{line}: {getattr(error, 'msg', error)}"
        return
    function = entry.rpartition(":")[2]
    names = bound_names(tree)
    if not names.keys() & {function, "*"}:
        yield f"{path} has no function {function}; it has {', '.join(_functions(tree)) or 'none'}"
    if kind == "architecture":
        yield from _refused_arguments(names.get(function), path)
        yield from _unknown_scaling(names.get("SCALING"), path)


def bound_names(tree: ast.Module) -> dict[str, ast.AST]:
    """The names that a module binds outside functions and classes, each with the last node that binds it.

    If names may come from elsewhere, "*" is among them.

    >>> sorted(bound_names(ast.parse("import a.b\\nif a:\\n    c = 1\\ndef d(): e = 2")))
    ['a', 'c', 'd']
    """
    names: dict[str, ast.AST] = {}
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names[node.name] = node
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name.split(".")[0]): node for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = (name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
            names |= {name.id: node for name in found}
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                names.setdefault(node.id, node)
            elif node.id in DYNAMIC:
                names["*"] = node
        pending[:0] = ast.iter_child_nodes(node)
    return names


def _functions(tree: ast.Module) -> list[str]:
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def _refused_arguments(function: ast.AST | None, path: str) -> Iterator[str]:
    """Refuse a network's function that does not take (input_shape, classes), unless it is decorated."""
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    required = len(positional) - len(given.defaults)
    keywords = [
        arg.arg for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None
    ]
    if required > 2 or (len(positional) < 2 and not given.vararg) or keywords:
        yield (
            f"{path}, line {function.lineno}: {function.name}({ast.unparse(given)}) is called with two "
            "arguments, as build(input_shape, classes); give any others a default"
        )


def _unknown_scaling(assigned: ast.AST | None, path: str) -> Iterator[str]:
    value = getattr(assigned, "value", None)
    if isinstance(value, ast.Constant) and value.value not in list(SCALINGS):
        yield (f"{path}, line {assigned.lineno}: SCALING is {value.value!r}; there are {', '.join(SCALINGS)}")


def missing_modules(path: str) -> list[str]:
    """A line for each import at the top of a user's file that finds nothing here.

    A job may run elsewhere, in an environment that has the module, so this is not an error.
    """
    try:
        tree = ast.parse(Path(path).read_bytes(), path)
    except (OSError, SyntaxError, ValueError):
        return []
    lines = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module]
        else:
            continue
        lines += [
            f"{path}, line {node.lineno}: there is no module {root} in this environment; install it, or put "
            "its file beside this one"
            for root in dict.fromkeys(module.split(".")[0] for module in modules)
            if not _is_there(root, Path(path).parent)
        ]
    return lines


def _is_there(module: str, folder: Path) -> bool:
    beside = any((folder / name).exists() for name in (module, f"{module}.py"))
    try:
        return beside or importlib.util.find_spec(module) is not None
    except ValueError:  # __main__
        return True
