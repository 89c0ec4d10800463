"""The house plan: which room a module lies in, and which rooms it may look into."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from workflow_scripts.common.stages import STAGES

REPOSITORY = Path(__file__).parents[3]
PACKAGE = REPOSITORY / "workflow_scripts"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
# arrows point from right to left: a room imports itself and what stands before it
ROOMS = ("common", *STAGES, "orchestration", "tools")
RUNS = '\nif __name__ == "__main__":'


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    """The room of a module: the package below workflow_scripts."""
    return module.split(".")[1] if "." in module else ""


def imported(path: Path) -> set[str]:
    """Modules of ours that a file imports, at any depth."""
    names = {dotted(module) for module in MODULES}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found & names - {"workflow_scripts"}


IMPORTS = {dotted(path): imported(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_module_imports_its_own_room_and_those_before_it(path):
    module = dotted(path)
    if module != "workflow_scripts":
        allowed = ROOMS[: ROOMS.index(room(module)) + 1]
        assert {room(name) for name in IMPORTS[module]} <= set(allowed)


def test_no_module_imports_itself_by_way_of_others():
    packages = {name for name in IMPORTS if (REPOSITORY / name.replace(".", "/")).is_dir()}
    graph = {name: found - packages for name, found in IMPORTS.items()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)  # it raises CycleError


def test_what_runs_at_the_top_of_a_stage_is_a_rule_and_each_rule_is_there():
    """A rule belongs to the stage that its log lies in."""
    text = "".join(path.read_text() for path in (REPOSITORY / "rules").glob("*.smk"))
    blocks = re.split(r"^ *rule (?=\w+:)", text, flags=re.MULTILINE)[1:]
    found = [(block.partition(":")[0], re.search(r'"logs/(\w+)/', block)) for block in blocks]
    rules = {f"{stage[1]}.{rule}" for rule, stage in found if stage}
    entry_points = {
        f"{stage}.{path.stem}"
        for stage in STAGES
        for path in (PACKAGE / stage).glob("*.py")
        if RUNS in path.read_text()
    }
    assert rules == entry_points


AVERAGING = {
    "mean",
    "fmean",
    "average",
    "nanmean",
    "median",
    "nanmedian",
    "std",
    "stdev",
    "nanstd",
    "var",
    "agg",
}
AVERAGING |= {"agg", "groupby", "pivot_table", "mean_heatmap", "over_folds", "group_means", "sample_sd"}


def averages_taken(code: str) -> set[str]:
    """The calls and imports of what takes an average, by their names; charts that average are in it."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            called = node.func
            found.add(called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""))
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found & (AVERAGING | {"pointplot", "lineplot", "catplot"})


@pytest.mark.parametrize("path", sorted((PACKAGE / "report").rglob("*.py")), ids=dotted)
def test_the_report_takes_no_average(path):
    """A number is computed once, in the stage it belongs to; counting, least and largest show it."""
    assert averages_taken(path.read_text(encoding="utf-8")) == set()


def test_averages_are_found_however_they_are_written():
    assert averages_taken("import numpy as np\nnp.mean(x), table.groupby('a').std()") == {
        *("mean", "groupby", "std")
    }
    assert averages_taken("from statistics import median\nmedian(x)") == {"median"}
    assert averages_taken("max(x), min(x), len(x), sum(x)") == set()


def test_what_runs_elsewhere_is_a_tool():
    places = {path.parent for path in MODULES if RUNS in path.read_text()}
    assert places == {PACKAGE / stage for stage in STAGES} | {PACKAGE / "tools"}


@pytest.mark.parametrize(
    ("pattern", "most"),
    [
        ("Snakefile", 64),
        ("rules/*.smk", 250),
        ("workflow_scripts/**/*.py", 300),
        ("workflow_scripts/**/*.css", 300),
        ("workflow_scripts/**/*.js", 300),
    ],
)
def test_files_are_short_enough_to_read(pattern, most):
    files = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in REPOSITORY.glob(pattern)}
    assert files
    assert {path.name: lines for path, lines in files.items() if lines > most} == {}
