"""What the explainers say of a panel together, in words: the same on the page and in the atlas."""

from collections.abc import Mapping

from workflow_scripts.report.page.wording import counted, listed
from workflow_scripts.similarity.explainer_findings import ABOVE, BELOW, NO, UNDECIDED, WRONG, YES


def sentence(row: Mapping[str, object]) -> str:
    """A row of findings.csv in words; chance, above or below, is what masks elsewhere in the face score.

    >>> row = {"explainers": "3", "above": "lime rise", "below": "", "undecided": "grad_cam"}
    >>> sentence(row | {"depends": "open"})
    'Open: above by lime and rise; too close to call by grad_cam.'
    >>> sentence(row | {"above": "lime rise grad_cam", "undecided": "", "depends": "no"})
    'Does not depend on the explainer: above chance by all 3 that score it.'
    >>> sentence(row | {"below": "shap", "explainers": "4", "depends": "yes"})
    'Depends on the explainer: above by lime and rise, below by shap; too close to call by grad_cam.'
    """
    n = int(row["explainers"])
    named = {side: str(row[side]).split() for side in (ABOVE, BELOW, UNDECIDED)}
    if not row["depends"]:
        return "Scored by one explainer alone." if n else "Scored by no explainer."
    if row["depends"] == NO:
        which = ABOVE if named[ABOVE] else BELOW
        all_of_them = "both" if n == 2 else f"all {n}"
        return f"Does not depend on the explainer: {which} chance by {all_of_them} that score it."
    sides = [f"{side} by {listed(named[side])}" for side in (ABOVE, BELOW) if named[side]]
    told = [", ".join(sides)] if sides else []
    if named[UNDECIDED]:
        told.append(f"too close to call by {listed(named[UNDECIDED])}")
    if unknown := n - sum(map(len, named.values())):
        told.append(f"no interval by {counted(unknown, 'explainer')}")
    return f"{'Depends on the explainer' if row['depends'] == YES else 'Open'}: {'; '.join(told)}."


def wrong_sides(folds: int) -> str:
    """How often an explainer is on a wrong side, by simulated studies of no more folds than this one."""
    simulated = max(n for n in WRONG if n <= folds)
    return (
        "Intervals are widened for the number of explainers: for each panel, though not for all of them "
        "together, the chance that any explainer is put on a wrong side is at most 5 % if intervals cover "
        f"what they say. In simulated studies of {counted(simulated, 'fold')} it was up to "
        f"{100 * WRONG[simulated]:.0f} %, where all score as chance does."
    )
