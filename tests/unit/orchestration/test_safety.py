"""Nothing from data, settings or files is ever run: not by a shell, not by Python."""

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
RULES = sorted((REPOSITORY / "rules").glob("*.smk"))
MODULES = sorted((REPOSITORY / "workflow_scripts").rglob("*.py"))
NUMBERS = {"threads"}  # of Snakemake, never text of ours
RUN_CODE = {  # functions that run what they are given, or what they read
    *("eval", "exec", "compile", "__import__", "system", "popen", "getoutput", "getstatusoutput"),
    *("unsafe_load", "full_load", "unsafe_load_all", "full_load_all", "enable_unsafe_deserialization"),
}
UNPICKLE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def shell_commands(path: Path) -> list[str]:
    """The texts of the shell directives of a file of rules."""
    blocks = re.findall(r'^    shell:\n((?:^        ".*"\n)+)', path.read_text(), re.MULTILINE)
    return ["".join(re.findall(r'"(.*)"', block)) for block in blocks]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_every_placeholder_of_a_shell_command_is_quoted(path):
    text = path.read_text()
    commands = shell_commands(path)
    assert len(commands) == len(re.findall(r"^\s*(shell|script|run|notebook|wrapper):", text, re.MULTILINE))
    for command in commands:
        placeholders = re.findall(r"\{(.*?)\}", command)
        assert placeholders
        unquoted = [name for name in placeholders if not name.endswith(":q") and name not in NUMBERS]
        assert unquoted == [], command


def test_rules_have_no_other_way_to_a_shell():
    """Besides their commands: no f-strings that become commands, no shell() or subprocess while planning."""
    for path in [*RULES, REPOSITORY / "Snakefile"]:
        text = path.read_text()
        assert not re.search(r"\bshell\(|subprocess|os\.system|popen|\beval\(|\bexec\(", text), path
        assert not re.search(r'^\s+f"python -m', text, re.MULTILINE), path


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Every call with the last part of the name of what is called."""
    return [
        (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    ]


def imported(tree: ast.AST) -> set[str]:
    """First parts of the names of imported modules."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def dangers(source: str) -> list[str]:
    """What in a module would unpickle, run text as code, or start a shell."""
    tree = ast.parse(source)
    found = [f"import {name}" for name in imported(tree) & UNPICKLE]
    for name, call in calls(tree):
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        called = ast.unparse(call.func)
        if name in RUN_CODE and called != "re.compile" and not called.endswith(".compile"):
            found.append(called)
        if called in ("np.load", "numpy.load") and options.get("allow_pickle") != "False":
            found.append(f"{called} with pickles")
        if options.get("allow_pickle", "False") != "False" or options.get("shell", "False") != "False":
            found.append(f"{called} with {options}")
        if called == "yaml.load" and ast.unparse(call.args[1]) not in ("yaml.SafeLoader", "_UniqueKeys"):
            found.append("yaml.load of objects")
        if called.endswith("load_model") and "saving" in called and options.get("safe_mode") != "True":
            found.append(f"{called} without safe mode")
        if called.startswith("subprocess.") and not isinstance(call.args[0], ast.List):
            found.append(f"{called} of a text")
        if name in ("read_pickle", "to_pickle"):
            found.append(called)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_module_unpickles_or_runs_what_it_reads(path):
    assert dangers(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import numpy as np; np.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.save(path, a, allow_pickle=True)",
        "yaml.load(text, yaml.Loader)",
        "yaml.unsafe_load(text)",
        "eval(text)",
        "exec(text)",
        "os.system(text)",
        "subprocess.run(text)",
        "subprocess.run(['bash', '-c', text], shell=True)",
        "pd.read_pickle(path)",
        "keras.saving.load_model(path)",
        "keras.saving.load_model(path, safe_mode=False)",
    ],
)
def test_the_check_sees(source):
    assert dangers(source)


def test_the_loader_of_configuration_files_is_the_safe_one():
    import yaml

    from workflow_scripts.orchestration import config_check

    assert issubclass(config_check._UniqueKeys, yaml.SafeLoader)
    with pytest.raises(yaml.YAMLError):
        yaml.load("!!python/object/apply:os.getcwd []", config_check._UniqueKeys)
