"""How many images a data set has of each expression, and why some are left out: counts.csv."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from workflow_scripts.datasets.listing import Listing

COUNT_COLUMNS = ("expression", "images", "subjects", "used", "reason")
NOT_ASKED_FOR = "expression not in the study"
OTHER_HALVES = "gives the other halves of the faces"


def count_rows(listing: Listing, wanted: Sequence[str], neutral: str = "") -> list[dict[str, str | int]]:
    """Images and subjects per expression, the wanted ones first; then what the reader left out and why.

    neutral: the expression whose faces give the other halves of half faces. `subjects` is empty if they are
    unknown.
    """
    images = Counter(row["expression"] for row in listing.rows)
    subjects = defaultdict(set)
    for row in listing.rows:
        subjects[row["expression"]].add(row.get("subject", ""))
    known = any(map(any, subjects.values()))
    rows = []
    for expression in dict.fromkeys((*wanted, *sorted(images))):
        used = expression in wanted or not wanted
        why = OTHER_HALVES if expression == neutral else NOT_ASKED_FOR
        rows.append(
            {
                "expression": expression,
                "images": images[expression],
                "subjects": len(subjects[expression]) if known else "",
                "used": "yes" if used else "no",
                "reason": "" if used else why,
            }
        )
    rows += [
        {"expression": "", "images": n, "subjects": "", "used": "no", "reason": reason}
        for reason, n in sorted(listing.left_out.items())
    ]
    return rows
