"""Precision: how much of what was found lies in the mask (paper, Eq. 4)."""

LABEL = "precision"
BETTER = "higher"
TAKES = "mask"


def score(overlap: float, found: float, mask: float) -> float:
    """The fraction of the found region that lies in the mask; 0 / 0 counts as 0.

    >>> score(overlap=1, found=2, mask=4)
    0.5
    """
    return float(overlap / found) if found else 0.0
