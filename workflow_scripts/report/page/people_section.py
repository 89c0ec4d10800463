"""The page's section on people: do the networks look where people look?"""

from collections.abc import Mapping

from workflow_scripts.comparison.agreement_rows import NETWORK
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.people_intervals import BOTH, FEWEST, PEOPLE
from workflow_scripts.comparison.references import CENTRE, OTHER_EXPRESSIONS
from workflow_scripts.comparison.target_scores import R
from workflow_scripts.report.page.captions import said
from workflow_scripts.report.page.entries import Entries
from workflow_scripts.report.page.explainer_parts import by_explainer, first_of
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined
from workflow_scripts.report.page.people_sentences import few_people, people_sentences
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, p_value, signed
from workflow_scripts.report.people_numbers import LABELS, Number, PeopleNumbers
from workflow_scripts.training.learned import marked

ABOUT = {  # by kind of data
    "wegrzyn2017": "94 people recognised expressions of two posers, whose faces were uncovered tile by tile "
    "(Wegrzyn et al. 2017). The maps say which tiles helped when they were seen, not where eyes rested. The "
    "tiles are coarse, 6 across and 8 down a picture, and what suits two posers may not suit others.",
    "tiles": "The maps are made of tiles, and show nothing finer than a tile.",
}
ELSEWHERE = (
    "People saw other faces than the networks did; all maps are on the standard face. A network may find the "
    "places that people use and yet use them in another way."
)


def people_section(study: Study) -> list[Markup]:
    """What people's maps are, then a picture, sentences and a table for every explainer and set of people."""
    if not study.agreement:
        return []
    parts = [element("p", ELSEWHERE)]
    for name, entry in study.people.items():
        few = few_people(next(of for (_, people), of in study.agreement.items() if people == name))
        said = [text for text in (ABOUT.get(entry["data"]), few) if text]
        if said:
            parts.append(element("p", joined([element("b", f"{name}: "), " ".join(said)])))
    parts.append(element("p", _brackets(study)))
    return [*parts, *by_explainer(study, _of_explainer)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """One explainer's heatmaps beside every set of people."""
    parts = []
    for name in study.people:
        numbers = study.agreement[explainer, name]
        parts += [element("h3", f"People {name}")] if len(study.people) > 1 else []
        parts += [
            bullets(people_sentences(numbers, study.did_learn, of_masks(study, explainer))),
            _picture(study, explainer, name, numbers),
            _table(study, explainer, name, numbers),
        ]
    return parts


def of_masks(study: Study, explainer: str) -> dict[str, Entries]:
    """The scores of an explainer's heatmaps on masks, by mask set; without sets made of people's own maps."""
    sets = _mask_sets(study)
    return {one.mask_set: one.entries for one in study.comparisons_of(explainer) if one.mask_set in sets}


def _mask_sets(study: Study) -> list[str]:
    return [name for name, kind in study.mask_sets.items() if kind != "people"]


def people_headlines(study: Study) -> list[Markup]:
    """The first sentence on each explainer and set of people, with the way to the section."""
    return first_of(study, _headlines, "People beside heatmaps") if study.agreement else []


def _headlines(study: Study, explainer: str) -> Markup:
    boxes = []
    for name in study.people:
        title = f"People: {name}" + (f" (explainer {explainer})" if len(study.explainers) > 1 else "")
        first = people_sentences(study.agreement[explainer, name], study.did_learn, {})[0]
        link = element("a", "Beside masks, and what it is worth", href="#people")
        sentences = bullets([joined([first, " ", link, "."])])
        boxes.append(element("div", element("h3", title), sentences, class_="answer"))
    return joined(boxes)


def _brackets(study: Study) -> str:
    """What the intervals of this study are over."""
    tables = study.agreement.values()
    if any(numbers.usual() == BOTH for numbers in tables):
        return (
            "In brackets: 95 % intervals, those of networks over other people and other trainings together "
            "unless it says over people alone; those of masks, the centre and people over other people."
        )
    if any(numbers.persons() >= FEWEST for numbers in tables):
        return (
            "In brackets: 95 % intervals over other people, about these very networks: there are too few "
            "trainings to say how much others would differ."
        )
    return "There are no intervals: too few people, or too few trainings, to say how much numbers vary."


def _picture(study: Study, explainer: str, name: str, numbers: PeopleNumbers) -> Markup:
    share = f"{100 * study.people[name]['share']:g} %"
    score = said("people", numbers.metric(), share=share)
    return figure_part(study, f"people/{explainer}/{name}", score=score)


def _table(study: Study, explainer: str, name: str, numbers: PeopleNumbers) -> Markup:
    """Scores of networks on people's maps, then those of everything else."""
    metrics = dict.fromkeys([numbers.metric(), R])
    main = numbers.metric()
    minus = {mask_set: f"minus masks {mask_set}" for mask_set in _mask_sets(study)}
    minus |= {CENTRE: "minus the centre", OTHER_EXPRESSIONS: "minus across expressions"}
    minus = {of: title for of, title in minus.items() if numbers.get(NETWORK, AVERAGE, main, minus=of)}
    names = [*(one for one in study.networks if numbers.get(NETWORK, one, R)), AVERAGE]
    rows = [
        [
            _named(one, numbers, study.did_learn),
            *(_cell(numbers.get(NETWORK, one, metric)) for metric in metrics),
            _share(numbers.get(NETWORK, one, main)),
            *(_beside(numbers, one, of) for of in minus),
        ]
        for one in names
        if numbers.get(NETWORK, one, main)
    ]
    for reference, (title, kind) in numbers.references(_mask_sets(study)).items():
        cells = [_cell(numbers.get(kind, reference, metric)) for metric in metrics]
        rows.append([title, *cells, MISSING, *[MISSING] * len(minus)])
    of = f" of {explainer}" if len(study.explainers) > 1 else ""
    caption = (
        f"Heatmaps{of} scored on the maps of people {name}, averages over expressions; differences are of "
        f"{LABELS[main]}, q over the networks that are compared with the same"
    )
    header = ["maps", *(LABELS[metric] for metric in metrics), "share of the ceiling", *minus.values()]
    return data_table(caption, header, rows)


def _named(name: str, numbers: PeopleNumbers, learned: Mapping[str, bool]) -> str:
    return f"average of {len(numbers.averaged(learned))}" if name == AVERAGE else marked(name, learned)


def _beside(numbers: PeopleNumbers, name: str, minus: str) -> Markup | str:
    """A difference; own minus other expressions has a p over trainings alone, see `people_sentences`."""
    apart = numbers.get(NETWORK, name, numbers.metric(), minus=minus)
    tested = apart is not None and (minus != OTHER_EXPRESSIONS or apart.over != PEOPLE)
    return _cell(apart, tested)


def _cell(number: Number | None, tested: bool = False) -> Markup | str:
    """A score, its interval below it and, of differences, p and q."""
    if number is None:
        return MISSING
    lines = [] if number.low is None else [f"[{signed(number.low)}, {signed(number.high)}]"]
    if tested and number.p is not None:
        q = "" if number.q is None else f" (q\xa0=\xa0{p_value(str(number.q))})"
        lines.append(f"p\xa0=\xa0{p_value(str(number.p))}{q}")
    below = [part for line in lines for part in (element("br"), element("span", line, class_="chance"))]
    return joined([signed(number.estimate), *below])


def _share(number: Number | None) -> Markup | str:
    """The share of the ceiling in percent."""
    if number is None or number.share is None:
        return MISSING
    parts = [f"{100 * number.share:.0f} %".replace("-", "−")]
    if number.share_low is not None:
        spread = f"[{100 * number.share_low:.0f}, {100 * number.share_high:.0f}]".replace("-", "−")
        parts += [element("br"), element("span", spread, class_="chance")]
    return joined(parts)
