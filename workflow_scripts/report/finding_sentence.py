"""In one sentence: does what is found on a panel depend on the explainer?"""

from collections.abc import Mapping

from workflow_scripts.report.page.wording import listed


def sentence(row: Mapping[str, str]) -> str:
    """What a row of findings.csv says; empty if fewer than two explainers score the panel.

    >>> found = {"explainers": "3", "above": "lime", "below": "", "undecided": "rise occlusion"}
    >>> sentence(found | {"depends": "open"})
    'Open: above by lime; too close to call by rise and occlusion.'
    """
    if not row["depends"]:
        return ""
    if row["depends"] == "no":
        side = "above" if row["above"] else "below"
        return f"Does not depend on the explainer: all {row['explainers']} {side} chance."
    names = {side: row[side].split() for side in ("above", "below", "undecided")}
    decided = ", ".join(f"{side} by {listed(names[side])}" for side in ("above", "below") if names[side])
    close = f"too close to call by {listed(names['undecided'])}" if names["undecided"] else ""
    first = "Depends on the explainer" if row["depends"] == "yes" else "Open"
    return f"{first}: {'; '.join(part for part in (decided, close) if part)}."
