import pytest

from workflow_scripts.report.atlas.numbers import (
    accuracy_of,
    cell_rows,
    confusion_counts,
    entry_rows,
    mean_rows,
    places,
    reference_rows,
    value,
)

NETWORKS, FOLDS, EXPRESSIONS = places(["A", "B"]), places(["1", "2"]), places(["fear", "anger"])
SUMMARY = {
    **dict.fromkeys(("kind", "name", "of", "expression", "metric", "claim", "estimate", "sd", "low"), ""),
    **dict.fromkeys(("high", "n", "folds", "p", "q", "coverage", "not_ranked"), ""),
}


def row(kind: str, name: str, expression: str, estimate: str, **others: str) -> dict[str, str]:
    return SUMMARY | {"kind": kind, "name": name, "expression": expression, "metric": "iou"} | {
        "estimate": estimate, **others
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [("iou", "1", 1), ("iou", "0.411164185", 0.411164185), ("p", "1e-16", 1e-16), ("claim", "", "")],
)
def test_a_field_becomes_what_it_means(column, text, expected):
    found = value(column, text)
    assert found == expected
    assert type(found) is type(expected)


def test_cells_are_found_by_the_places_of_their_names():
    scores = [
        {"explainer": "lime", "mask_set": "m", "network": name, "fold": fold, "expression": "anger"}
        | {"n": "5", "missing": "", "iou": iou, "learned": "yes"}
        for name, fold, iou in (("B", "2", "0.25"), ("A", "1", ""), ("gone", "1", "0.5"))
    ]
    found = cell_rows(scores, NETWORKS, FOLDS, EXPRESSIONS)
    assert found == {
        "columns": ["n", "missing", "iou"],
        "rows": {"1,1,1": [5, "", 0.25], "0,0,1": [5, "", None]},
    }
    assert cell_rows([], NETWORKS, FOLDS, EXPRESSIONS) == {"columns": [], "rows": {}}


def test_scores_of_mean_maps_have_the_mean_of_networks_last():
    means = [{"network": name, "expression": "fear", "iou": "0.5"} for name in ("A", "average")]
    assert mean_rows(means, NETWORKS, EXPRESSIONS)["rows"] == {"0,0": [0.5], "2,0": [0.5]}


def test_entries_keep_every_claim_and_references_their_band():
    summary = [
        row("network", "A", "fear", "0.5", claim="trainings", low="0.4", folds="5"),
        row("network", "A", "fear", "0.5", claim="faces", low="0.45"),
        row("network", "B", "fear", "0.5", claim="trainings", low="-0.4", high="1.4", folds="2"),
        row("network", "B", "fear", "0.5", claim="faces", low="0.45", folds="2"),
        row("network", "average", "average", "0.6"),
        row("reference", "face", "fear", "0.3"),
        row("reference", "surrogates", "fear", "0.2", of="A", claim="places", low="0.1", high="0.3"),
        row("reference", "best_cut", "fear", "0.6", of="A", claim="trainings", low="0.5", high="0.7"),
        row("reference", "centre", "fear", ""),
    ]
    entries = entry_rows(summary, NETWORKS, EXPRESSIONS)
    claims, of_two = (
        [dict(zip(entries["columns"], one, strict=True)) for one in entries["rows"][key]]
        for key in ("0,0,iou", "1,0,iou")
    )
    assert [(one["claim"], one["low"], one["folds"]) for one in claims] == [
        ("trainings", 0.4, 5),
        ("faces", 0.45, None),
    ]
    # two trainings have no interval
    assert [(one["claim"], one["low"], one["high"]) for one in of_two] == [
        ("trainings", None, None),
        ("faces", 0.45, None),
    ]
    assert entries["rows"]["2,-1,iou"][0][1] == 0.6
    assert reference_rows(summary, NETWORKS, EXPRESSIONS) == {
        "face": {"-1,0,iou": [0.3, None, None]},
        "surrogates": {"0,0,iou": [0.2, 0.1, 0.3]},
        "best_cut": {"0,0,iou": [0.6, None, None]},
    }


def test_accuracy_and_confusions_of_a_network():
    accuracy = [{"network": "A", "fold": "1", "balanced_accuracy": "0.75"}]
    means = [{"network": "A", "metric": "balanced_accuracy", "estimate": "0.75", "sd": ""}]
    learned = [{"network": "A", "chance": "0.5"}]
    expected = {"estimate": 0.75, "sd": None, "folds": {"1": 0.75}, "chance": 0.5}
    assert accuracy_of("A", accuracy, means, learned) == expected
    assert accuracy_of("beside", accuracy, means, learned)["estimate"] is None
    confusion = [{"network": "A", "true": "fear", "predicted": "anger", "n": n} for n in ("3", "4")] + [
        {"network": "A", "true": "neutral", "predicted": "fear", "n": "9"}
    ]
    assert confusion_counts(confusion, "A", EXPRESSIONS) == [[0, 7], [0, 0]]
