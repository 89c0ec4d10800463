"""Made people on a small canvas."""

import numpy as np

from workflow_scripts.comparison.people_scores import Measured

FACE = np.zeros((10, 9), bool)
FACE[1:, 1:8] = True
EXPRESSIONS = ["fear", "joy", "anger"]
POSERS = ["f", "m"]


def smooth(draw: np.random.Generator) -> np.ndarray:
    """A smooth random field on the canvas, float64 (h, w)."""
    rows, columns = np.indices(FACE.shape)
    waves = draw.normal(size=(4, 2)) / 2
    return sum(
        np.sin(a * rows + b * columns + c) for (a, b), c in zip(waves, draw.uniform(0, 6, 4), strict=True)
    )


def made_people(
    n: int, noise: float = 1.0, expressions=EXPRESSIONS, posers=POSERS, seed: int = 1, share: float = 0.25
) -> Measured:
    """People who all look at the same places of an expression, but for noise."""
    draw = np.random.default_rng(seed)
    names = [f"p{k:02}" for k in range(n)]
    maps = {}
    for expression in expressions:
        common = smooth(draw).ravel()
        maps[expression] = {
            poser: (names, (common + noise * draw.normal(size=(n, FACE.size))).astype(np.float32))
            for poser in posers
        }
    return Measured("made", maps, FACE, share, names, seed)
