"""Do the networks rank alike by other masks and other metrics?

Each (mask set, how far its masks are grown, metric) ranks the networks that learned and lack no panel by
their average over expressions. Rankings that differ in one of the three are compared by Kendall's tau-b,
grown masks with the masks as they are; a metric of which lower values are better is turned around. With few
networks tau says little, so n is beside it. There is no p: both rankings are of the same heatmaps, which no
null of independence describes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from scipy.stats import kendalltau

from workflow_scripts.comparison.cells import AVERAGE, NETWORK, Row, as_number
from workflow_scripts.comparison.over_faces import FACES

RANKINGS = ("mask_set_a", "grown_a", "metric_a", "mask_set_b", "grown_b", "metric_b", "tau", "n")

By = tuple[str, int, str]  # mask set, pixels, metric


def rankings_table(
    averages: Mapping[By, Mapping[str, float]], lower: Sequence[str]
) -> list[dict[str, object]]:
    """Agreement of rankings, keys RANKINGS.

    averages: of each network, by what ranks them. lower: metrics of which lower values are better. tau is
    None with fewer than three networks, or if all have the same score.
    """
    rows = []
    for a, b in combinations(averages, 2):
        if sum(one != other for one, other in zip(a, b, strict=True)) != 1 or (a[1] and b[1]):
            continue
        networks = [name for name in averages[a] if name in averages[b]]
        scores = [[averages[by][name] * (-1 if by[2] in lower else 1) for name in networks] for by in (a, b)]
        rows.append(dict(zip(RANKINGS, (*a, *b, _tau(*scores), len(networks)), strict=True)))
    return rows


def averages_of(
    mask_set: str, summary: Sequence[Row], grown: Sequence[Row], metrics: Sequence[str]
) -> dict[By, dict[str, float]]:
    """Average scores of the networks that learned, by what ranks them.

    summary, grown: rows of the tables of a mask set (`comparison.summary`, `reference_tables.GROWN`).
    """
    averages = defaultdict(dict)
    ranked = [
        row
        for row in summary
        if (row["kind"], row["expression"], row["learned"]) == (NETWORK, AVERAGE, "yes")
        and row["claim"] != FACES  # the same estimates again
    ]
    learned = {row["name"] for row in ranked}
    for row in ranked:
        if row["metric"] in metrics and as_number(row["estimate"]) is not None:
            averages[mask_set, 0, row["metric"]][row["name"]] = as_number(row["estimate"])
    for row in grown:
        if row["network"] in learned and as_number(row["score"]) is not None:
            averages[mask_set, int(row["grown"]), row["metric"]][row["network"]] = as_number(row["score"])
    return dict(averages)


def _tau(a: Sequence[float], b: Sequence[float]) -> float | None:
    if len(a) < 3 or len(set(a)) == 1 or len(set(b)) == 1:
        return None
    return float(kendalltau(a, b).statistic)
