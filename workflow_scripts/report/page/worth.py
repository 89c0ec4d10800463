"""Sentences on what the scores of one explainer and mask set are worth, from their references and tests."""

from collections import Counter
from collections.abc import Sequence
from math import factorial

from workflow_scripts.comparison.cells import AVERAGE, NETWORK, REFERENCE, TRAININGS
from workflow_scripts.comparison.differences import EXPRESSIONS
from workflow_scripts.comparison.group_differences import GROUP, NETWORKS
from workflow_scripts.comparison.references import CENTRE, OTHER_EXPRESSIONS
from workflow_scripts.report.page.entries import Differences, Entries, whole
from workflow_scripts.report.page.wording import (
    FEWEST_TRAININGS,
    LEVEL,
    interval,
    listed,
    p_value,
    signed,
)

METRIC, LABEL = "iou", "IoU"


def worth_sentences(entries: Entries, differences: Differences) -> list[str]:
    """What the references and tests say of the IoU; only what was computed."""
    return [
        text for text in (specificity(entries, differences), *further_worth(entries, differences)) if text
    ]


def further_worth(entries: Entries, differences: Differences) -> list[str]:
    """The same, but for whether heatmaps are specific to their expression."""
    return [
        sentence
        for sentence in (
            places(entries),
            centre(entries, differences),
            pairs(differences),
            *groups(differences),
        )
        if sentence
    ]


def specificity(entries: Entries, differences: Differences) -> str:
    """Own masks against those of other expressions."""
    which = (REFERENCE, AVERAGE, OTHER_EXPRESSIONS, AVERAGE, METRIC)
    over_trainings = differences.get(*which, TRAININGS) or differences.get(*which, "")
    exact = differences.get(*which, EXPRESSIONS)
    own = entries.score(AVERAGE, AVERAGE, METRIC)["estimate"]
    others = entries.reference(OTHER_EXPRESSIONS, AVERAGE, AVERAGE, METRIC)
    if entries.same_masks or not (own and others and over_trainings and exact and exact["p"]):
        return ""
    difference, n = float(over_trainings["estimate"]), len(entries.expressions) - 1
    spread = interval(over_trainings)
    found = (
        f"Heatmaps on the mask of their own expression: {LABEL} {float(own):.3f}; those of the other "
        f"expressions on the same mask: {float(others['estimate']):.3f}. Own minus others: "
        f"{signed(difference)}{' ' + spread if spread else ''}; "
    )
    if factorial(n) * LEVEL < 1:
        return f"{found}{n} expressions are too few to show that heatmaps are specific to the expression."
    shown = difference > 0 and float(exact["p"]) < LEVEL
    return (
        f"{found}p\xa0=\xa0{p_value(exact['p'])} over all ways to assign masks to expressions. "
        f"{'The heatmaps are' if shown else 'It is not shown that heatmaps are'} specific to the expression."
    )


def places(entries: Entries) -> str:
    """Panels against masks elsewhere in the face."""
    tested = [row for row in entries.panels(METRIC) if row["p"]]
    if not tested:
        return ""
    low, kept = ([row for row in tested if row[key] and float(row[key]) < LEVEL] for key in ("p", "q"))
    by_mask = Counter(row["expression"] for row in low)
    where = ", ".join(f"{name} {n}{_of_centre(entries, name)}" for name, n in by_mask.items())
    return (
        f"{len(low) or 'None'} of {len(tested)} panels (network × expression) "
        f"{'scores' if len(low) == 1 else 'score'} higher than 95 % of masks of the same size and "
        f"smoothness elsewhere in the face (p\xa0<\xa00.05){': ' + where if where else ''}. After "
        f"correction for {len(tested)} tests (q\xa0<\xa00.05): {len(kept) or 'none'}. Networks share masks, "
        "so such panels come in clumps."
    )


def _of_centre(entries: Entries, expression: str) -> str:
    """The test of the centre on a mask on which some panels have a small p."""
    row = entries.reference(CENTRE, "", expression, METRIC)
    return f" (a spot at the centre there: p\xa0=\xa0{p_value(row['p'])})" if row and row["p"] else ""


def centre(entries: Entries, differences: Differences) -> str:
    """The average against a spot at the centre of the face."""
    found = entries.reference(CENTRE, "", AVERAGE, METRIC)
    own = entries.score(AVERAGE, AVERAGE, METRIC)["estimate"]
    if not found or not own:
        return ""
    row = differences.get(REFERENCE, AVERAGE, CENTRE, AVERAGE, METRIC, TRAININGS)
    spread = interval(row) if row else ""
    behind = f" (difference {signed(float(row['estimate']))} {spread})" if spread else ""
    return (
        f"A blurred spot at the centre of the face has an {LABEL} of {float(found['estimate']):.3f}, the "
        f"networks {float(own):.3f}{behind}."
    )


def pairs(differences: Differences) -> str:
    """How many pairs of networks differ."""
    tested = [row for row in differences.of_kind(NETWORK, AVERAGE, METRIC) if row["q"]]
    if not tested:
        return ""
    folds = min(whole(row["folds"]) or 0 for row in tested)
    if folds < FEWEST_TRAININGS:
        return f"{folds} trainings of each network cannot show whether networks differ."
    differ = [f"{row['name_a']} – {row['name_b']}" for row in tested if float(row["q"]) < LEVEL]
    named = f": {listed(differ)}" if 0 < len(differ) <= 5 else ""
    return (
        f"{len(differ) or 'None'} of {len(tested)} pairs of networks "
        f"{'differ' if len(differ) != 1 else 'differs'} in average {LABEL} (q\xa0<\xa00.05, over {folds} "
        f"trainings each){named}."
    )


def groups(differences: Differences) -> Sequence[str]:
    """Differences between groups of networks."""
    found = []
    for row in differences.of_kind(GROUP, AVERAGE, METRIC):
        if row["claim"] == NETWORKS and row["p"]:
            which = row["name_a"], row["name_b"], AVERAGE, METRIC
            over_trainings = differences.get(GROUP, *which, TRAININGS)
            spread = interval(over_trainings) if over_trainings else ""
            a, b = (row[key].replace("_", " ") for key in ("name_a", "name_b"))
            found.append(
                f"Average {LABEL} of the networks {a} minus that of the networks {b}: "
                f"{signed(float(row['estimate']))}{' ' + spread if spread else ''}; p = {p_value(row['p'])} "
                "over all divisions of these networks into groups of the same sizes."
            )
    return found
