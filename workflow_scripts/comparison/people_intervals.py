"""Intervals over people, and over people and trainings together.

Unit of the claim ``people``: the person. Estimand: the expected number with as many other people from where
these came, for these very networks; it says nothing about others of the same architecture. Its variance is
that of the number in random halves of the people, in everything that it is made of at once, so that
differences and ratios are paired: the jackknife that leaves out half (Shao & Wu 1989, Annals of Statistics
17, 1176-1197). Leaving out one person, as is done with subjects, would not do: people's maps consist of
tiles, and which of them are among the highest jumps with a single person, so that intervals are twice as wide
on average, or have no width at all. The interval is that of Student's t with one degree of freedom less than
there are people.

Unit of ``people and trainings``: both, which are crossed, since all people are compared with all trainings.
The variance is the sum of that over people and that over trainings (`common.intervals`), without the part
that both share, so rather too large (Cameron, Gelbach & Miller 2011, Journal of Business & Economic
Statistics 29, 238-249, subtract it); the degrees of freedom are those of a sum of variances (Satterthwaite
1946, Biometrics Bulletin 2, 110-114).

In simulations (benchmarks/README.md) 95 % intervals over people cover scores and differences in 0.93 to 0.97
of studies, but r of 10 or 20 people in 0.89 to 0.92 only, as halves of so few are so noisy that r is small in
them and varies too little; shares of the ceiling in 0.92 to 0.98; the ceiling itself in 0.96 to 1.00, because
its errors shrink faster than those of a mean; people and trainings in 0.92 to 1.00.
"""

import numpy as np

from workflow_scripts.common.intervals import Error

PEOPLE, BOTH = "people", "people and trainings"
TINY = 1e-12  # equal numbers differ by rounding error alone
FEWEST = 8  # people; halves of fewer cannot say how much these differ


def over_people(values: np.ndarray, people: int) -> Error | None:
    """The error of a number over people: the number itself, then that of each random half, float64 (1 + m,).

    people: how many there are. None with fewer than FEWEST, if nothing varies, or if a half has no number.

    >>> over_people(np.array([2.0, 1.0, 3.0, 1.5, 2.5]), people=20)
    Error(size=0.7905694150420949, degrees=19)
    """
    size = float(np.std(values[1:])) if people >= FEWEST and len(values) > 1 else 0.0
    return Error(size, people - 1) if size > TINY else None
