"""What the page says of intervals over faces where nobody knows who is who."""

from workflow_scripts.report.page.markup import Markup, element
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import listed


def unknown_subjects(study: Study) -> list[Markup]:
    """A warning if images of a data set have no subject; nothing otherwise."""
    unknown = {row["dataset"] for row in study.folds if not row["subject"]}
    named = [name for name in study.datasets if name in unknown]
    if not named:
        return []
    return [
        element(
            "p",
            f"Who is on which image of {listed(named)} is unknown, so that each of these images counts as a "
            "person of its own. If people recur, intervals are too narrow and p values too small.",
            class_="notice",
        )
    ]
