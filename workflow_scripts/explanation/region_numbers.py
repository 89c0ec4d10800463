"""How many regions SLIC may cut an image into, told before any image is cut: scikit-image's rule.

SLIC begins on a grid of about as many cells as regions are asked for, the same number along both sides of the
image. A cell grows into one region, which may come apart. Pieces of at least half the mean cell are regions
of their own, smaller ones are added to a neighbour. So an image seldom has more regions than cells (none of
50 embedded faces had, at 64, 150 and 224 px with 20, 30 and 60), and never more than pieces of that size fit.
"""

from math import isqrt, sqrt


def grid_cells(side: int, regions: int) -> int:
    """The cells of the grid for an image of `side` x `side` px, of which `regions` are asked for.

    >>> [grid_cells(side, 30) for side in (64, 150, 224)]
    [25, 36, 25]
    """
    if side**2 <= regions:
        return side**2
    step = sqrt(side**2 / regions)
    return len(range(int(step // 2), side, round(step))) ** 2


def most_regions(side: int, regions: int) -> int:
    """The most regions of an image of `side` x `side` px, of which `regions` are asked for.

    >>> [most_regions(side, 30) for side in (64, 150, 224)]
    [50, 72, 50]
    """
    least_size = side**2 // (2 * grid_cells(side, regions))  # px of a region
    return side**2 // max(least_size, 1)


def usual_regions(regions: int) -> int:
    """The most cells that grids have, and so regions that faces have, whatever the size of the image.

    It holds from 48 px if at most 76 regions are asked for, and above 160 px for any number of them.

    >>> usual_regions(30)
    36
    """
    return (isqrt(regions) + 1) ** 2
