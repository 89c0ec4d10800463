"""What a trained network and its control networks make of the same images.

Controls explain images of the trained network's positives, for the expression that the trained network
predicted (`explanation.explain_controls`), with the same perturbations. `Cell` is one side of such a pair:
the explanations of some images by one network.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
        return by_subject(map(unit_mass, self.warped), self.subjects)

    @cached_property
    def empty(self) -> set[str]:
        """The images whose explanation is no map, or varies only by rounding."""
        return {
            name
            for name, one, explanation in zip(self.image_ids, self.warped, self.explanations, strict=True)
            if missing_reason(one, self._varies(explanation))
        }

    def without(self, image_ids: Collection[str]) -> "Cell":
        """The cell without some images."""
        kept = [place for place, name in enumerate(self.image_ids) if name not in image_ids]
        return replace(
            self,
            image_ids=tuple(self.image_ids[place] for place in kept),
            subjects=tuple(self.subjects[place] for place in kept),
            explanations=[self.explanations[place] for place in kept],
            warped=self.warped[kept],
        )

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


def comparable(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """Two cells of the same images, as heatmaps of both can be compared.

    Where each explanation counts the same (averaging unit_mass), both means leave out an image of which one
    of the two has no map, so that they are of the same images.
    """
    if a.averaging == "plain" or not (empty := a.empty | b.empty):
        return a, b
    return a.without(empty), b.without(empty)


def rank_correlations(a: Cell, b: Cell) -> np.ndarray:
    """Spearman's correlation of the importances by which two networks explain each image: float64 (n,).

    Of the regions, which are the same for both, or else of the pixels. Two explanations by unrelated networks
    have 0 on average, as have those that favour the same regions as often as they oppose them. NaN where one
    of the two is the same everywhere, and so has no order.
    """
    pairs = zip(a.explanations, b.explanations, strict=True)
    return np.array([_rank_correlation(_importance(x, a.column), _importance(y, b.column)) for x, y in pairs])


def _importance(explanation: Explanation, column: int) -> np.ndarray:
    if explanation.weights is not None:
        return explanation.weights[:, column]
    return explanation.importance_map(column).ravel()


def _rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    if not (np.ptp(x) and np.ptp(y)):
        return math.nan
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
