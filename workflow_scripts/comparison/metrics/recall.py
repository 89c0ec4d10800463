"""Recall: how much of the mask was found (paper, Eq. 5)."""

LABEL = "recall"
BETTER = "higher"
TAKES = "mask"


def score(overlap: float, found: float, mask: float) -> float:
    """The fraction of the mask that was found; 0 / 0 counts as 0.

    >>> score(overlap=1, found=2, mask=4)
    0.25
    """
    return float(overlap / mask) if mask else 0.0
