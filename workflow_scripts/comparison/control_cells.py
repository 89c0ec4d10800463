"""What a trained network and its control networks make of the same images.

Controls explain images of the trained network's positives, for the expression that the trained network
predicted (`explanation.explain_controls`), so the two differ in the network alone. `Cell` is one side of such
a pair: the explanations of some images by one network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workflow_scripts.comparison.ranks import midranks
from workflow_scripts.comparison.subjects import SubjectMaps, by_subject
from workflow_scripts.explanation.explanation_stack import Explanation
from workflow_scripts.standardization.heatmaps import missing_reason, unit_mass


@dataclass(frozen=True, eq=False)
class Cell:
    """The explanations of some images by one network, for one expression, the one in `column`.

    image_ids: n of them. subjects: of each image. explanations: of each image. warped: float32 (n, h, w),
    their positive parts on the standard face. averaging: as in standardization.averaging.
    """

    image_ids: Sequence[str]
    subjects: Sequence[str]
    explanations: Sequence[Explanation]
    column: int
    warped: np.ndarray
    averaging: str = "plain"

    @cached_property
    def plain(self) -> SubjectMaps:
        """The explanations by subject."""
        return by_subject(self.warped, self.subjects)

    @cached_property
    def maps(self) -> SubjectMaps:
        """Likewise, each scaled as for the heatmap."""
        if self.averaging == "plain":
            return self.plain
        kept = [
            (unit_mass(one), subject)
            for one, subject, explanation in zip(self.warped, self.subjects, self.explanations, strict=True)
            if not missing_reason(one, self._varies(explanation))
        ]
        return by_subject([one for one, _ in kept], [subject for _, subject in kept])

    @cached_property
    def missing(self) -> str:
        """Why there is no heatmap; empty if there is one."""
        if not len(self.warped):
            return "no explanations"
        ranges = [self._varies(explanation) for explanation in self.explanations]
        return missing_reason(self.plain.heatmap(), None if None in ranges else max(ranges))

    @cached_property
    def heatmap(self) -> np.ndarray:
        """The mean explanation, float32 (h, w)."""
        return self.maps.heatmap()

    def _varies(self, explanation: Explanation) -> float | None:
        found = explanation.probability_range
        return None if found is None else float(found[self.column])


def rank_correlations(a: Cell, b: Cell) -> np.ndarray:
    """Spearman's correlation of the importances by which two networks explain each image: float64 (n,).

    Of the regions, which are the same for both, or else of the pixels. 0 where one of the two is the same
    everywhere: its order says nothing about the other's.
    """
    pairs = zip(a.explanations, b.explanations, strict=True)
    return np.array([_rank_correlation(_importance(x, a.column), _importance(y, b.column)) for x, y in pairs])


def _importance(explanation: Explanation, column: int) -> np.ndarray:
    if explanation.weights is not None:
        return explanation.weights[:, column]
    return explanation.importance_map(column).ravel()


def _rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    if not (np.ptp(x) and np.ptp(y)):
        return 0.0
    return float(np.corrcoef(midranks(x), midranks(y))[0, 1])


def without_each_subject(values: np.ndarray, subjects: Sequence[str]) -> dict[str, float] | None:
    """How the mean of a number per image, float (n,), changes without the images of each subject.

    subjects: of each image. None if there is only one.

    >>> without_each_subject(np.array([1.0, 3.0, 5.0]), ["ann", "bob", "bob"])
    {'ann': 1.0, 'bob': -2.0}
    """
    whose, mean = np.array(subjects), values.mean()
    names = sorted(set(subjects))
    if len(names) < 2:
        return None
    return {name: float(values[whose != name].mean() - mean) for name in names}
