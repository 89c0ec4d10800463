"""Intersection over union (paper, Eq. 3)."""

LABEL = "IoU"
BETTER = "higher"
TAKES = "mask"


def score(overlap: float, found: float, mask: float) -> float:
    """The fraction of their union that both regions share; 0 / 0 counts as 0.

    >>> score(overlap=1, found=2, mask=4)
    0.2
    """
    return float(overlap / (found + mask - overlap)) if found + mask else 0.0
