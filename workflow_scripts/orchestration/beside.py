"""What a study's networks are put beside (`comparison.beside`), for rules."""

from collections.abc import Collection, Mapping

from workflow_scripts.comparison.beside import KINDS, PEOPLE, kind_of
from workflow_scripts.orchestration import published


def folds(config: Mapping) -> dict[str, list[int]]:
    """The folds that each has heatmaps of, by its name in tables; people have one."""
    people = {f"{PEOPLE.prefix}{name}": [1] for name in config["run"]["people"]}
    return published.folds(config) | people


def with_beside(groups: Mapping[str, list[str]], names: Collection[str]) -> dict[str, list[str]]:
    """Groups of networks to show, and after them what is put beside, a group for each kind that there is."""
    of_kinds = {kind.group: [name for name in names if kind_of(name) == kind] for kind in KINDS}
    return {**groups, **{group: of for group, of in of_kinds.items() if of}}
