"""How often the max-T test of places is wrong, and what it finds, by number and kind of subjects.

    python -m benchmarks.contrast_tests [--quick]

Subjects have a map under A and one under B on the study's grid of the face: the positive part of a pattern
that both share, of a field of the subject, and of a field of each; then `paired` as in the study. Kinds of
subjects:

- gaussian: fields are smooth and normal;
- heavy: fields are multiplied by the absolute value of a t variable with 2 degrees of freedom, so that a few
  subjects have nearly all the variance;
- images: 1 to 10 images on each side, drawn for each, of which the study takes the same number;
- 1 against 8: images under A and under B.

`false_positives`: A and B are alike, and p < 0.05 anywhere in the face is false; beside it the same without
correction for places, and with all images of either side. `power`: B has more, by `effect` standard
deviations of a place's field, in the upper part of the face; the share of these places with p < 0.05, and how
often there is one elsewhere, where shares that must sum to 1 are smaller in truth. Results go to
benchmarks/results/contrast_tests.json.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import cv2
import cyclopts
import numpy as np
from scipy.special import stdtrit

from benchmarks.side_by_side import REPOSITORY, machine
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.max_t import LEVEL, Folds, MaxT, max_t, paired
from workflow_scripts.comparison.surrogates import mostly
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

RESULTS = Path(__file__).parent / "results/contrast_tests.json"
STEP, WIDTH, FLIPS = 6, 3.0, 1000  # pixels of the grid, cells of the fields, flips
PLACES = mostly(face_area(read_standard_face(REPOSITORY / "resources/standard_face.csv")), STEP)
UPPER = (np.arange(PLACES.shape[0]) < 0.35 * PLACES.shape[0])[:, None] & PLACES
SUBJECTS, EFFECTS = (6, 10, 20, 60), (0.25, 0.5, 1.0)
UNEQUAL = ("images", "1 against 8")
KINDS = ("gaussian", "heavy", *UNEQUAL)

Side = dict[str, Folds]  # of each subject, its explanations


def field(draw: np.random.Generator) -> np.ndarray:
    """A smooth random field on the grid; sd 1."""
    smooth = cv2.GaussianBlur(draw.standard_normal(PLACES.shape), (0, 0), WIDTH)
    return smooth / smooth.std()


def simulated(n: int, kind: str, effect: float, draw: np.random.Generator) -> tuple[Side, Side]:
    """The explanations of one simulated study under A and under B."""
    pattern = 1 + field(draw)
    sides = ({}, {})
    for subject in range(n):
        own = field(draw)
        strength = abs(draw.standard_t(2)) if kind == "heavy" else 1.0
        images = draw.integers(1, 11, 2) if kind == "images" else (1, 8 if kind == "1 against 8" else 1)
        for side, (of_side, count) in enumerate(zip(sides, images, strict=True)):
            explanations = [
                np.maximum(pattern + strength * (own + field(draw)) + side * effect * UPPER, 0)
                for _ in range(count)
            ]
            of_side[f"{subject:03}"] = {1: {f"{i:02}": one[PLACES] for i, one in enumerate(explanations)}}
    return sides


def of_all_images(side: Side) -> Side:
    """The mean of all images of each subject, as if it were one."""
    return {name: {1: {"all": np.mean(list(folds[1].values()), axis=0)}} for name, folds in side.items()}


def tested(a: Side, b: Side, draw: np.random.Generator) -> MaxT:
    """The test of one study."""
    return max_t(np.array(list(paired(a, b).values())), FLIPS, draw)


def false_positives(studies: int) -> Iterator[dict[str, object]]:
    """Rows by kind and number of subjects."""
    for kind, n in product(KINDS, SUBJECTS):
        draw = generator(1, "contrast_tests", kind, n)
        limit = stdtrit(n - 1, 1 - LEVEL / 2)
        found, unequal = [], []
        for _ in range(studies):
            sides = simulated(n, kind, 0.0, draw)
            found.append(tested(*sides, draw))
            if kind in UNEQUAL:
                unequal.append(tested(*map(of_all_images, sides), draw))
        yield {
            "subjects": n,
            "kind": kind,
            "max-T": np.mean([one.p.min() < LEVEL for one in found]),
            "uncorrected": np.mean([np.abs(one.t).max() > limit for one in found]),
        } | ({"all images": np.mean([one.p.min() < LEVEL for one in unequal])} if unequal else {})


def power(studies: int) -> Iterator[dict[str, object]]:
    """Rows by effect and number of subjects."""
    upper = UPPER[PLACES]
    for effect, n in product(EFFECTS, SUBJECTS):
        draw = generator(1, "contrast_tests power", str(effect), n)
        found = [tested(*simulated(n, "gaussian", effect, draw), draw) for _ in range(studies)]
        yield {
            "subjects": n,
            "effect": effect,
            "anywhere": np.mean([one.p.min() < LEVEL for one in found]),
            "places of the effect": np.mean(
                [(one.p[upper] < LEVEL) & (one.mean[upper] < 0) for one in found]
            ),
            "wrong direction": np.mean([((one.p < LEVEL) & (one.mean > 0))[upper].any() for one in found]),
        }


def contrast_tests(*, quick: bool = False) -> None:
    """Simulate, print and keep the tables.

    Parameters
    ----------
    quick
        A tenth of the simulated studies.
    """
    studies, tables = (100, 20) if quick else (1000, 200), {}
    for table, n in zip((false_positives, power), studies, strict=True):
        print(f"\n{table.__name__}, {n} studies per row")
        tables[table.__name__] = rows = []
        for row in table(n):
            rows.append(row)
            print(
                ", ".join(
                    f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}"
                    for key, value in row.items()
                ),
                flush=True,
            )
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(1) | {"studies": studies, "flips": FLIPS}
    RESULTS.write_text(json.dumps({"machine": about} | tables, indent=1, default=float) + "\n")


if __name__ == "__main__":
    cyclopts.run(contrast_tests)
