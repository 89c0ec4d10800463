"""What an explainer returns for one image, and whether a stack can hold it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workflow_scripts.common.errors import StudyError

MAX_REGIONS = 255
ALWAYS = ("probability", "samples")
REGIONS, DENSE = ("regions", "weights"), ("importance",)
# of one image, for every expression, in file order
PER_REGION = ("standard_errors",)  # and for every expression
PER_SAMPLE = ("passes",)
PER_EXPRESSION = ("intercept", "r2", "probability", "probability_range")
TRIALS = ("orders", "answers", "confidence")
CONTRACT = "the contract is in workflow_scripts/explanation/explainers/__init__.py"


class Trials(NamedTuple):
    """What a network said of one image while T tiles of it were uncovered, in K orders.

    orders: uint8 (K, T), the tiles 0 to T - 1 as they were uncovered. With 0 to T of them seen, answers,
    uint8 (K, T + 1), is the most probable expression, 0 to E - 1, and confidence, float16 (K, T + 1), its
    probability.
    """

    orders: np.ndarray
    answers: np.ndarray
    confidence: np.ndarray


@dataclass(frozen=True)
class Explanation:
    """How important the regions or pixels of one image are for every expression.

    probability: float64 (E,). samples: the network passes that it is based on. Either regions, int (s, s)
    with values 0 to R - 1, and weights, float64 (R, E); or importance, float32 (E, s, s), in any unit. Where
    each expression takes passes of its own, those that nobody asked for are NaN everywhere.
    standard_errors, float64 (R, E), of weights that other perturbed images would change; None if the
    explainer does not know them. Extras, float64 (E,), None if the explainer has none: intercept and r2, of
    local fits; probability_range, the range of the network's predictions over the perturbed images:
    importance that varies by less than a millionth of it counts as rounding, so it is for importance in the
    unit of probability, or a larger one. passes, float16 (samples, E): the answers to the perturbed images,
    in the order of their masks. trials: of explainers that uncover tiles.
    """

    probability: np.ndarray
    samples: int
    regions: np.ndarray | None = None
    weights: np.ndarray | None = None
    importance: np.ndarray | None = None
    standard_errors: np.ndarray | None = None
    intercept: np.ndarray | None = None
    r2: np.ndarray | None = None
    probability_range: np.ndarray | None = None
    passes: np.ndarray | None = None
    trials: Trials | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the fields that are set, in file order."""
        names = (*REGIONS, *DENSE, *PER_REGION, *PER_SAMPLE, *PER_EXPRESSION, "samples", "trials")
        return tuple(name for name in names if getattr(self, name) is not None)

    def importance_map(self, column: int) -> np.ndarray:
        """The importance of each pixel for the expression of that column: float32 (s, s), any sign.

        >>> Explanation(
        ...     probability=np.array([1.0]),
        ...     samples=10,
        ...     regions=np.array([[0, 1], [1, 2]]),
        ...     weights=np.array([[-0.5], [0.25], [0.0]]),
        ... ).importance_map(0).tolist()
        [[-0.5, 0.25], [0.25, 0.0]]
        """
        if self.importance is None:
            return self.weights[:, column].astype(np.float32)[self.regions]
        return np.asarray(self.importance[column], np.float32)


def refuse_broken(
    image_id: str, explanation: Explanation, size: int, n_expressions: int, column: int
) -> None:
    """Raise StudyError if a stack cannot hold what was returned for an image of side `size`.

    column: the place on the expression axis of the expression that was asked for.
    """
    if isinstance(explanation, Explanation):
        wrong = _wrong_shapes(explanation, size, n_expressions) or [
            *_wrong_values(explanation, column),
            *_wrong_trials(explanation.trials, n_expressions),
        ]
    else:
        wrong = [f"it is a {type(explanation).__name__}, not an Explanation"]
    if wrong:
        raise StudyError(f"image '{image_id}': invalid explanation: {'; '.join(wrong)} ({CONTRACT})")
    if explanation.weights is not None and len(explanation.weights) > MAX_REGIONS:
        raise StudyError(
            f"image '{image_id}' was cut into {len(explanation.weights)} regions, but at most {MAX_REGIONS} "
            "can be stored; ask for fewer under explanation.explainers"
        )


def _wrong_shapes(explanation: Explanation, size: int, n_expressions: int) -> list[str]:
    """Fields that are missing, superfluous, or of the wrong shape."""
    given = set(explanation.given)
    wrong = [f"{name} is missing" for name in ALWAYS if name not in given]
    if given & {*REGIONS, *DENSE} not in (set(REGIONS), set(DENSE)):
        wrong.append("expected either regions and weights, or importance")
    shapes = dict.fromkeys(PER_EXPRESSION, (n_expressions,)) | {
        "regions": (size, size),
        **dict.fromkeys(("weights", *PER_REGION), (*np.shape(explanation.weights)[:1], n_expressions)),
        **dict.fromkeys(PER_SAMPLE, (explanation.samples, n_expressions)),
        "importance": (n_expressions, size, size),
        "samples": (),
    }
    found = {name: np.shape(getattr(explanation, name)) for name in explanation.given if name in shapes}
    return wrong + [
        f"{name} has shape {shape}, expected {shapes[name]}"
        for name, shape in found.items()
        if shape != shapes[name]
    ]


def _wrong_values(explanation: Explanation, column: int) -> list[str]:
    """Values that cannot form a map, though the shapes are right."""
    name = "weights" if explanation.importance is None else "importance"
    with np.errstate(over="ignore"):  # gives infinity, reported below
        values = np.float32(getattr(explanation, name))
    by_expression = values.T if name == "weights" else values
    wrong = [
        f"{name} is not finite"
        for place, each in enumerate(by_expression)
        if not np.isfinite(each).all() and (place == column or not np.isnan(each).all())
    ][:1]
    if name == "weights":
        regions, last = np.asarray(explanation.regions), len(explanation.weights) - 1
        if not (np.issubdtype(regions.dtype, np.integer) and regions.min() >= 0 and regions.max() <= last):
            wrong.append(f"regions are not whole numbers from 0 to {last}, the rows of weights")
    return wrong


def _wrong_trials(trials: Trials | None, n_expressions: int) -> list[str]:
    """What of trials is not as `Trials` says."""
    if trials is None:
        return []
    if not isinstance(trials, Trials):
        return [f"trials is a {type(trials).__name__}, not Trials(orders, answers, confidence)"]
    orders, answers, confidence = map(np.asarray, trials)
    n, tiles = orders.shape if orders.ndim == 2 else (0, 0)
    steps = (n, tiles + 1)
    if not (n and 0 < tiles <= MAX_REGIONS and answers.shape == confidence.shape == steps):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in zip(TRIALS, trials, strict=True))
        return [f"trials has the shapes {shapes}; expected (K, T), (K, T + 1), (K, T + 1)"]
    wrong = []
    if not (np.sort(orders, axis=1) == np.arange(tiles)).all():
        wrong.append(f"an order of trials does not have each tile from 0 to {tiles - 1} once")
    if not (
        np.issubdtype(answers.dtype, np.integer) and answers.min() >= 0 and answers.max() < n_expressions
    ):
        wrong.append(f"answers of trials are not whole numbers from 0 to {n_expressions - 1}")
    if not ((confidence >= 0) & (confidence <= 1)).all():
        wrong.append("confidence of trials is not from 0 to 1")
    return wrong
