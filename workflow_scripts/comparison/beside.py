"""What is put beside a study's networks in tables, trees and figures: published heatmaps, and people's.

Each has a name of its own there, such as `published-AlexNet` or `people-wegrzyn2017`, since a study may
have an AlexNet too. They come from other faces, and from other trainings or none, so nothing of theirs can
be paired with folds of the study, and they are in no average, ranking or family of tests.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Beside:
    """One kind of what is put beside.

    prefix: of its names in tables. group: of its rows in figures. title: of the group. not_ranked: why its
    scores are not ranked. results: the folder of its heatmaps. trained: whether its folds are trainings.
    """

    prefix: str
    group: str
    title: str
    not_ranked: str
    results: str
    trained: bool


PUBLISHED = Beside(
    prefix="published-",
    group="published",
    title="Networks of the published study",
    not_ranked="published, for comparison",
    results="results/comparison/published",
    trained=True,
)
PEOPLE = Beside(
    prefix="people-",
    group="people",
    title="People",
    not_ranked="people, for comparison",
    results="results/comparison/people",
    trained=False,
)
KINDS = (PUBLISHED, PEOPLE)
NOT_RANKED = tuple(kind.not_ranked for kind in KINDS)


def kind_of(name: str) -> Beside | None:
    """The kind that a name in tables is of; None for a network of the study.

    >>> kind_of("people-wegrzyn2017").group, kind_of("AlexNet")
    ('people', None)
    """
    return next((kind for kind in KINDS if name.startswith(kind.prefix)), None)


def heatmaps_of(name: str) -> str:
    """The folder with the heatmaps of a name that is put beside.

    >>> heatmaps_of("published-AlexNet")
    'results/comparison/published/AlexNet'
    """
    kind = kind_of(name)
    return f"{kind.results}/{name.removeprefix(kind.prefix)}"
