"""The work of networks in a study or in a plan, as numbers of jobs and images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow_scripts.orchestration.brought import trained_networks
from workflow_scripts.orchestration.controls import control_images, networks_of
from workflow_scripts.orchestration.quality import examined_explainers
from workflow_scripts.training.controls import SHUFFLED_LABELS
from workflow_scripts.training.repeats import fold_numbers


@dataclass(frozen=True)
class Work:
    """How many jobs of one network run; explanations are counted per explainer, one per fold and expression.

    A network that was trained elsewhere has imports instead of trainings. Its control networks have trainings
    of their own, and explain a number of images per explainer. The explanations of some explainers are
    examined.
    """

    trainings: int
    predictions: int
    explanations: Mapping[str, int]
    standardizations: int
    imports: int = 0
    control_trainings: int = 0
    control_images: Mapping[str, int] = field(default_factory=dict)
    examined: Sequence[str] = ()


def whole_study(settings: Mapping) -> dict[str, Work]:
    """The work of every network of the run, from scratch."""
    folds = len(fold_numbers(settings["training"]))
    cells = folds * len(settings["run"]["expressions"])
    explanations = dict.fromkeys(settings["run"]["explainers"], cells)
    brought = trained_networks(settings)
    return {
        name: Work(
            trainings=0 if name in brought else folds,
            predictions=folds,
            explanations=explanations,
            standardizations=cells * len(explanations),
            imports=folds if name in brought else 0,
            control_trainings=sum(one.kind == SHUFFLED_LABELS for one in networks_of(settings, name)),
            control_images=dict.fromkeys(explanations, control_images(settings, name)),
            examined=examined_explainers(settings),
        )
        for name in settings["run"]["networks"]
    }
