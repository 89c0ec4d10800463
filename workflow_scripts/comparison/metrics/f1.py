"""F1, the harmonic mean of precision and recall (paper, Eq. 4 to 6)."""

LABEL = "F1"
BETTER = "higher"
TAKES = "mask"


def score(overlap: float, found: float, mask: float) -> float:
    """Twice the overlap divided by the sum of both areas; 0 / 0 counts as 0.

    >>> score(overlap=1, found=2, mask=4)
    0.3333333333333333
    """
    return float(2 * overlap / (found + mask)) if found + mask else 0.0
