"""What a section says of each explainer: of the first at once, of the others when asked for."""

from collections.abc import Callable, Iterable, Sequence

from workflow_scripts.report.page.markup import Markup, element, folded
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import listed


def by_explainer(
    study: Study, write: Callable[[Study, str], Sequence[Markup]], explainers: Iterable[str] | None = None
) -> list[Markup]:
    """What `write` gives for each explainer (default: all), without headings if the study has but one.

    An explainer of which nothing is written has no heading.
    """
    names = study.explainers if explainers is None else explainers
    written = {name: [part for part in write(study, name) if part] for name in names}
    written = {name: parts for name, parts in written.items() if parts}
    if len(study.explainers) == 1:
        return [part for parts in written.values() for part in parts]
    found = []
    for name, parts in written.items():
        title = f"Explainer {name}"
        found += [folded(element("b", title), *parts)] if found else [element("h3", title), *parts]
    return found


def first_of(study: Study, write: Callable[[Study, str], Markup], what: str) -> list[Markup]:
    """What `write` gives for the first explainer, and, folded together, for the others. what: its name."""
    first, *others = (write(study, name) for name in study.explainers)
    if not any(others):
        return [first]
    return [first, folded(f"{what} of {listed(study.explainers[1:])}", *others)]
