"""How often explainers are put on a wrong side of chance, by the number of subjects, folds and explainers.

    python -m benchmarks.explainer_sides [--quick]

The simulated faces of `benchmarks.subject_intervals`: explainers take the place of networks. Each has a
pattern of its own, and half of the variance of a subject's field is shared by all, as they explain the same
images. Faces are drawn anew in every study, so that an explainer's truth is the mean of its scores over
studies. Chance is put at that truth for all explainers, where each side is wrong and wrong sides are most
frequent, and they are judged as `similarity.explainer_findings` does. For each design, by the metric for
which it is most:

- any: how often any of the explainers is on a side;
- yes: how often any is on the more frequent one. Were one explainer more far on the other side, which is the
  least favourable truth, the panel would wrongly be said to depend on the explainer as often;
- both: how often some are above and some below, so that it is said to.

Results go to benchmarks/results/explainer_sides.json.
"""

import json
from itertools import product

import cyclopts
import numpy as np

from benchmarks.side_by_side import machine
from benchmarks.subject_intervals import METRICS, RESULTS, Faces, redrawn
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.over_faces import face_error
from workflow_scripts.similarity.explainer_findings import ABOVE, BELOW, WHERE, Score, excess_rows, finding

SUBJECTS, FOLDS, EXPLAINERS = (3, 5, 10, 20, 40), (1, 2, 5), (2, 3, 7)
STRENGTH = 0.5
SCORED = METRICS[:3]  # amplitude has no chance
SHARES = ("any", "yes", "both")


def panel(faces: Faces, folds: int, n: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scores of one study's panel (explainers, metrics), and without each subject (subjects, same)."""
    own, without = [], []
    for fold in range(folds):
        sums, images = faces.subjects(fold, n, draw)
        own.append(redrawn(faces, sums, images, np.ones((1, n), np.float32))[0])
        without.append(redrawn(faces, sums, images, 1 - np.eye(n, dtype=np.float32)))
    mean = np.mean(own, axis=0)
    changed = [mean + (each - one) / folds for one, each in zip(own, without, strict=True)]
    return mean, np.concatenate(changed)


def sides(n: int, folds: int, k: int, studies: int) -> dict[str, float]:
    """The SHARES of studies, each of the metric for which it is most."""
    faces = Faces(STRENGTH, folds, generator(1, "explainer_sides", folds, k), range(k))
    draw = generator(1, "explainer_sides studies", n, folds, k)
    found = [panel(faces, folds, n, draw) for _ in range(studies)]
    truth = np.mean([own for own, _ in found], axis=0)
    where = dict.fromkeys(WHERE, "")
    rows = []
    for metric in range(len(SCORED)):
        told = []
        for own, without in found:
            scores = {}
            for one in range(k):
                changes = dict(enumerate((without[:, one, metric] - own[one, metric]).tolist()))
                error = face_error(changes, n, folds)
                scores[str(one)] = Score(float(own[one, metric]), float(truth[one, metric]), error)
            told.append(finding(where, excess_rows(where, scores, "higher"), {}))
        above, below = (np.array([row[side] != "" for row in told]) for side in (ABOVE, BELOW))
        shares = np.mean([above | below, above, below, above & below], axis=1).tolist()
        rows.append(dict(zip(SHARES, (shares[0], max(shares[1:3]), shares[3]), strict=True)))
    return {key: max(row[key] for row in rows) for key in SHARES}


def explainer_sides(*, quick: bool = False) -> None:
    """Simulate, print and keep the table.

    Parameters
    ----------
    quick
        A tenth of the simulated studies.
    """
    studies, table = 200 if quick else 2000, []
    print(f"{studies} studies; {', '.join(SHARES)}, of the worst metric")
    for k, folds, n in product(EXPLAINERS, FOLDS, SUBJECTS):
        row = {"explainers": k, "folds": folds, "subjects": n} | sides(n, folds, k, studies)
        table.append(row)
        print("{explainers:>3} explainers{folds:>3} folds{subjects:>4} subjects".format(**row), end="")
        print("".join(f"{row[key]:>8.3f}" for key in SHARES), flush=True)
    path = RESULTS.with_name("explainer_sides.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps({"machine": machine(1) | {"studies": studies}, "rows": table}, indent=1) + "\n"
    )


if __name__ == "__main__":
    cyclopts.run(explainer_sides)
