"""What explainers declare to plans, without TensorFlow: passes, files and limits, and how jobs are cut."""

import ast
from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import load_entry, own_file, schema_file
from workflow_scripts.explanation.region_numbers import usual_regions
from workflow_scripts.orchestration.own_code import bound_names
from workflow_scripts.orchestration.registries import REGISTRIES

PACKAGE = REGISTRIES["explainer"].package
SHARES_JOBS = "BATCHED"
PASSES_OF = "passes_of"  # the setting that names an explainer whose kept passes are taken
# what both must have in common; the explainer's own samples are those of explanations that are made again
ALIKE = ("regions", "compactness", "hide", "sampling", "samples")
AUTO = "auto"
REGIONS = 30  # that measure_quality cuts images into whose explanations have none


def batched_explainers(config: Mapping) -> list[str]:
    """The explainers of a configuration, of the run or not, whose modules say `BATCHED = True`."""
    return [name for name, entry in config["explanation"]["explainers"].items() if is_batched(entry)]


def is_batched(settings: Mapping) -> bool:
    """Whether one job explains the cells of all expressions of a training; otherwise each cell has its own.

    settings: an entry under explanation.explainers. Its module is read, not imported: what is wrong with it
    is told with all else that is wrong with a study.

    >>> is_batched({"explainer": "lime"}), is_batched({"explainer": "uncovering"})
    (False, True)
    """
    name = settings["explainer"]
    path = own_file(name) or schema_file(PACKAGE, name).with_name(f"{name}.py")
    try:
        assigned = bound_names(ast.parse(Path(path).read_bytes())).get(SHARES_JOBS)
    except (OSError, SyntaxError, ValueError):
        return False
    value = getattr(assigned, "value", None)
    return isinstance(value, ast.Constant) and value.value is True


def declared_files(settings: Mapping) -> list[str]:
    """The files that an explainer declares to read, of the study or shipped; none if it declares none.

    settings: its entry under explanation.explainers. Raises StudyError if its module cannot be imported, or
    its function fails.

    >>> declared_files({"explainer": "lime"}), declared_files({"explainer": "uncovering"})
    ([], ['resources/wegrzyn2017/grid.csv'])
    """
    name = settings["explainer"]
    files = getattr(load_entry(PACKAGE, name), "files", None)
    if files is None:
        return []
    try:
        return [str(path) for path in files(settings)]
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': files(settings) failed: {error!r}") from error


def declared_problem(settings: Mapping, sides: Sequence[int]) -> str:
    """Why an explainer could not explain images of some sides in px with its settings; empty if it can.

    settings: its entry under explanation.explainers. Raises StudyError if its module cannot be imported, or
    its function fails.

    >>> kernel_shap = {"explainer": "kernel_shap", "samples": 64, "regions": 30}
    >>> declared_problem(kernel_shap, [150, 224]).partition(" may")[0]
    'samples: 64'
    """
    name = settings["explainer"]
    problem = getattr(load_entry(PACKAGE, name), "problem", None)
    try:
        return str(problem(settings, sides)) if problem and sides else ""
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': problem(settings, sides) failed: {error!r}") from error


def declared_regions(settings: Mapping) -> int:
    """The most regions that explanations of faces have, or that their maps are cut into to be examined.

    settings: its entry under explanation.explainers. Raises StudyError if its module cannot be imported, or
    its function fails.

    >>> declared_regions({"explainer": "lime", "regions": 30}), declared_regions({"explainer": "uncovering"})
    (36, 48)
    """
    name = settings["explainer"]
    regions = getattr(load_entry(PACKAGE, name), "regions", None)
    if not callable(regions):
        return usual_regions(settings.get("regions", REGIONS))
    try:
        return int(regions(settings))
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': regions(settings) failed: {error!r}") from error


def declared_passes(settings: Mapping, expressions: int) -> int:
    """The most passes per image that an explainer declares for that many expressions.

    settings: its entry under explanation.explainers. Raises StudyError if its module cannot be imported,
    declares none, or fails.

    >>> declared_passes({"explainer": "lime", "samples": 1000}, 6)
    1000
    """
    name = settings["explainer"]
    passes = getattr(load_entry(PACKAGE, name), "passes", None)
    if not callable(passes):
        raise StudyError(
            f"'{name}' has no function passes(settings, expressions) in its file; add one that returns the "
            "most network passes per image"
        )
    try:
        most = passes(settings, expressions)
    except Exception as error:  # whatever a user's function raises
        raise StudyError(f"'{name}': passes(settings, expressions) failed: {error!r}") from error
    if not isinstance(most, Integral) or most < 1:
        raise StudyError(
            f"'{name}': passes(settings, expressions) returned {most!r}, not a whole number of at least 1"
        )
    return int(most)


def study_passes(settings: Mapping, expressions: int) -> int:
    """The same for the explanations of a study; none if answers that another explainer kept serve."""
    return 0 if settings.get(PASSES_OF) else declared_passes(settings, expressions)


def kept_problem(explainers: Mapping[str, Mapping], name: str) -> str:
    """Why the passes that an explainer is to take (`passes_of`) would not serve; empty if they do.

    explainers: explanation.explainers.

    >>> lime = {"explainer": "lime", "keep_passes": True, "regions": 30}
    >>> banzhaf = {"explainer": "banzhaf", "passes_of": "lime", "regions": 20}
    >>> kept_problem({"lime": lime, "banzhaf": banzhaf}, "banzhaf")
    'passes_of: lime has regions 30, but banzhaf 20; set both alike'
    """
    own = explainers[name]
    if not (source := own.get(PASSES_OF)):
        return ""
    theirs = explainers.get(source)
    if theirs is None:
        return f"{PASSES_OF}: there is no '{source}' under explanation.explainers"
    if theirs["explainer"] != "lime":
        return f"{PASSES_OF}: {source} is not an explainer of lime, whose masks are known"
    if not theirs.get("keep_passes"):
        return f"{PASSES_OF}: {source} keeps none; set explanation.explainers.{source}.keep_passes to true"
    for key in ALIKE:
        if key in own and own[key] != theirs.get(key) and AUTO not in (own[key], theirs.get(key)):
            return f"{PASSES_OF}: {source} has {key} {theirs.get(key)}, but {name} {own[key]}; set both alike"
    return ""
