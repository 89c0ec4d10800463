"""Which regions each perturbed image shows: the sampling designs of LIME.

The local fit is a weighted linear regression on the masks, so its error depends on how well the
columns of the masks are balanced against each other, not on their number alone.
"""

import numpy as np
from scipy.linalg import hadamard

from workflow_scripts.common.seeds import derived_seed

SMALLEST_BLOCK = 64


def drawn_masks(sampling: str, n_samples: int, n_regions: int, seed: int, image_id: str) -> np.ndarray:
    """The masks of an image in a study of that seed, as in `sampled_masks`; more begin with the same.

    They are the same for all networks, and for all explainers that show or hide each region by chance.
    """
    draw = np.random.RandomState(derived_seed(seed, "lime", image_id, bits=32))
    draw.randint(0, 1000)  # lime's first draw, a seed for its segmentation
    return sampled_masks(sampling, n_samples, n_regions, draw)


def sampled_masks(
    sampling: str, n_samples: int, n_regions: int, random_state: np.random.RandomState
) -> np.ndarray:
    """Masks of `n_samples` perturbed images, int (n_samples, n_regions): 1 = shown; the first shows all.

    sampling, a key of SAMPLINGS:

    - ``independent``: a coin toss per region, with exactly the draws of the lime package;
    - ``foldover``: every such mask is followed by its complement;
    - ``hadamard``: rows of a Hadamard matrix, each followed by its complement. Over a block of rows any
      two regions are shown together as often as apart; every block has its own columns and signs.
    """
    return SAMPLINGS[sampling](n_samples, n_regions, random_state)


def _independent(n_samples: int, n_regions: int, random_state: np.random.RandomState) -> np.ndarray:
    masks = random_state.randint(0, 2, n_samples * n_regions).reshape((n_samples, n_regions))
    masks[0] = 1
    return masks


def _foldover(n_samples: int, n_regions: int, random_state: np.random.RandomState) -> np.ndarray:
    half = _independent((n_samples + 1) // 2, n_regions, random_state)
    return _with_complements(half)[:n_samples]


def _hadamard(n_samples: int, n_regions: int, random_state: np.random.RandomState) -> np.ndarray:
    # a power of two above the number of regions, since the constant first column is never a region's
    order = max(SMALLEST_BLOCK, 1 << int(n_regions).bit_length())
    matrix = hadamard(order)
    blocks = []
    for start in range(0, n_samples, 2 * order):
        columns = 1 + random_state.permutation(order - 1)[:n_regions]
        signs = random_state.choice([-1, 1], n_regions)
        rows = random_state.permutation(order)
        if start == 0:  # without signs, the first row of the matrix shows all regions
            signs = 1
            rows = np.concatenate([[0], rows[rows > 0]])
        blocks.append(_with_complements((matrix[rows][:, columns] * signs + 1) // 2))
    return np.concatenate(blocks)[:n_samples]


def _with_complements(masks: np.ndarray) -> np.ndarray:
    """Every mask followed by its complement: (2 n, R)."""
    return np.stack([masks, 1 - masks], axis=1).reshape(-1, masks.shape[1])


PAIRED = ("foldover", "hadamard")  # every mask is followed by its complement
SAMPLINGS = {"independent": _independent, "foldover": _foldover, "hadamard": _hadamard}
