import itertools

import pytest

from workflow_scripts.comparison.rankings import RANKINGS, averages_of, rankings_table

NETWORKS = ("A", "B", "C", "D")


def ranked(*scores):
    return dict(zip(NETWORKS, scores, strict=False))


AVERAGES = {
    ("drawn", 0, "iou"): ranked(0.1, 0.2, 0.3, 0.4),
    ("drawn", 0, "outside"): ranked(0.9, 0.8, 0.7, 0.6),
    ("drawn", 4, "iou"): ranked(0.2, 0.1, 0.3, 0.4),
    ("drawn", -4, "iou"): ranked(0.4, 0.3, 0.2, 0.1),
    ("facs", 0, "iou"): ranked(0.1, 0.3, 0.2),
}


def tau(a: dict, b: dict) -> float:
    """Kendall's tau by counting pairs, where nothing ties."""
    both = [name for name in a if name in b]
    pairs = list(itertools.combinations(both, 2))
    agreeing = sum((a[x] - a[y]) * (b[x] - b[y]) > 0 for x, y in pairs)
    return (2 * agreeing - len(pairs)) / len(pairs)


def test_rankings_that_differ_in_one_thing_are_compared():
    rows = rankings_table(AVERAGES, lower=[])
    assert all(tuple(row) == RANKINGS for row in rows)
    found = {tuple(row[name] for name in RANKINGS[:6]): (row["tau"], row["n"]) for row in rows}
    plain = ("drawn", 0, "iou")
    others = [("drawn", 0, "outside"), ("drawn", 4, "iou"), ("drawn", -4, "iou"), ("facs", 0, "iou")]
    assert set(found) == {(*plain, *other) for other in others}
    for other in others:
        wanted = tau(AVERAGES[plain], AVERAGES[other])
        assert found[(*plain, *other)] == (pytest.approx(wanted), len(AVERAGES[other]))


def test_a_metric_that_is_better_lower_is_turned_around():
    (row,) = (row for row in rankings_table(AVERAGES, lower=["outside"]) if row["metric_b"] == "outside")
    assert row["tau"] == 1


def test_two_networks_or_equal_scores_rank_nothing():
    two = {by: dict(list(of.items())[:2]) for by, of in AVERAGES.items()}
    assert {row["tau"] for row in rankings_table(two, [])} == {None}
    equal = {("drawn", 0, "iou"): ranked(1, 1, 1), ("facs", 0, "iou"): ranked(1, 2, 3)}
    assert [row["tau"] for row in rankings_table(equal, [])] == [None]


def test_averages_are_of_networks_that_learned():
    summary = [
        {"kind": kind, "name": name, "expression": expression, "metric": "iou", "estimate": "0.5"}
        | {"learned": learned, "claim": "trainings"}
        for kind, name, expression, learned in (
            ("network", "A", "average", "yes"),
            ("network", "A", "fear", "yes"),
            ("network", "B", "average", "no"),
            ("network", "average", "average", "1"),
            ("reference", "face", "average", ""),
        )
    ]
    grown = [
        {"network": network, "grown": "4", "metric": "iou", "score": score}
        for network, score in (("A", "0.25"), ("B", "0.75"), ("A", ""))
    ]
    found = averages_of("drawn", summary, grown, ["iou"])
    assert found == {("drawn", 0, "iou"): {"A": 0.5}, ("drawn", 4, "iou"): {"A": 0.25}}
