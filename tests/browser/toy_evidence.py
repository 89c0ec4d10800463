"""The explained images of the made study: their names would do harm if they were markup."""

from itertools import product
from pathlib import Path

import numpy as np

from tests.unit.report.test_write_report import EXPRESSIONS, HOSTILE, IOU, NETWORKS
from workflow_scripts.common.tables import write_table
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.faces.face_store import Face, write_faces

SIDES = dict(zip(NETWORKS, (64, 150), strict=True))
REGIONS = 6
SEEN = (
    "abcd",
    "efgh",
)  # the images that the first network took for each expression; the second took all for one
CLOSED = "d"  # may not be shown


def image_id(fold: int, letter: str) -> str:
    return f"toy/{HOSTILE}/{fold}{letter}.png"


def explained_images(network: str, fold: int, expression: str) -> list[str]:
    """The images of a cell."""
    if None in IOU[network, expression]:
        return []
    letters = SEEN[EXPRESSIONS.index(expression)] if network == NETWORKS[0] else SEEN[0]
    return [image_id(fold, letter) for letter in letters]


def explanation(network: str, image: str) -> Explanation:
    """Squares of weights, of either sign, that depend on network and image."""
    side = SIDES[network]
    rows, columns = np.mgrid[:side, :side] * 3 // side
    rng = np.random.default_rng([NETWORKS.index(network), *image.encode()])
    weights = rng.normal(size=(REGIONS, len(EXPRESSIONS))) / 10
    answers = rng.dirichlet(np.ones(len(EXPRESSIONS)))
    regions = np.minimum(2 * rows + columns, REGIONS - 1)
    return Explanation(answers, 1000, regions=regions, weights=weights, r2=rng.random(len(EXPRESSIONS)))


def write_explained(folder: Path, stack: str, positives: str, folds: list[int]) -> list[Path]:
    """Write stacks and positives.csv to the places that the patterns say, and return the files of faces."""
    for network, fold in product(NETWORKS, folds):
        rows = []
        for expression in EXPRESSIONS:
            names = {"network": network, "fold": fold, "expression": expression}
            path = Path(stack.format(**names))
            path.parent.mkdir(parents=True, exist_ok=True)
            images = explained_images(**names)
            with write_stack(path, SIDES[network], expression, EXPRESSIONS) as writer:
                for image in images:
                    writer.append(image, explanation(network, image))
            true = EXPRESSIONS[0]
            rows += [{"image_id": image, "expression": expression, "true": true} for image in images]
        write_table(
            Path(positives.format(network=network, fold=fold)), ["image_id", "expression", "true"], rows
        )
    rng = np.random.default_rng(0)
    shown = [image_id(fold, one) for fold in folds for one in "".join(SEEN) if one != CLOSED]
    points = rng.uniform(10, 50, (68, 2)).astype(np.float32)
    faces = [Face(image, rng.integers(0, 256, (64, 64), np.uint8), points) for image in shown]
    write_faces(folder / "faces.h5", faces, 64, region_maps=False)
    return [folder / "faces.h5"]
