"""The page's section on people: do the networks look where people look?"""

from collections.abc import Mapping

from workflow_scripts.comparison.agreement_rows import NETWORK
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.people_intervals import BOTH, PEOPLE
from workflow_scripts.comparison.references import CENTRE, OTHER_EXPRESSIONS
from workflow_scripts.comparison.target_scores import R
from workflow_scripts.report.page.entries import Entries
from workflow_scripts.report.page.figure_sections import explainer_heading, figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined
from workflow_scripts.report.page.people_sentences import few_people, people_sentences
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, p_value, signed
from workflow_scripts.report.people_numbers import LABELS, Number, PeopleNumbers
from workflow_scripts.training.learned import marked

ABOUT = {  # by kind of data
    "wegrzyn2017": "94 people recognised expressions of two posers' faces that were uncovered tile by tile "
    "(Wegrzyn et al. 2017). The maps say which tiles helped when they were seen, not where eyes rested; tiles "
    "are about a sixth of the face wide, and two faces are few: agreement may be about these faces.",
    "tiles": "The maps are made of tiles, and nothing finer than a tile can be seen in them.",
}
ELSEWHERE = (
    "People saw other faces than the networks did. All maps are on the standard face, and what counts is where "
    "they are high, not how high. That networks find the places that people use does not show that they use them "
    "as people do."
)


def people_section(study: Study) -> list[Markup]:
    """What people's maps are, then a picture, sentences and a table for every explainer and set of people."""
    if not study.agreement:
        return []
    parts = [element("p", ELSEWHERE)]
    for name, entry in study.people.items():
        about = ABOUT.get(entry["data"], "")
        few = few_people(next(of for (_, people), of in study.agreement.items() if people == name))
        if about or few:
            parts.append(element("p", joined([element("b", f"{name}: "), " ".join(filter(None, (about, few)))])))
    parts.append(element("p", _brackets(study)))
    for explainer in study.explainers:
        parts += explainer_heading(study, explainer)
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
    """The scores of an explainer's heatmaps on masks, by mask set."""
    return {one.mask_set: one.entries for one in study.comparisons if one.explainer == explainer}


def people_headlines(study: Study) -> list[Markup]:
    """The first sentence on each explainer and set of people, with the way to the section."""
    parts = []
    for (explainer, name), numbers in study.agreement.items():
        title = f"People {name}" + (f" (explainer {explainer})" if len(study.explainers) > 1 else "")
        sentences = people_sentences(numbers, study.did_learn, {})
        more = joined([sentences[0], " ", element("a", "Beside masks, and what it is worth", href="#people"), "."])
        parts.append(element("div", element("h3", title), bullets([more]), class_="answer"))
    return parts


def _brackets(study: Study) -> str:
    """What the intervals of this study are over."""
    over = {
        number.over
        for numbers in study.agreement.values()
        for name in (*study.networks, AVERAGE)
        if (number := numbers.get(NETWORK, name, numbers.metric())) and number.over
    }
    if BOTH in over:
        return (
            "In brackets: 95 % intervals. Those of networks are over other people and other trainings together "
            "(unless it says: over people), those of masks, the centre and people over other people."
        )
    if PEOPLE in over:
        return (
            "In brackets: 95 % intervals over other people, about these very networks: there are too few "
            "trainings to say how much others would differ."
        )
    return "There are no intervals: too few people, or too few trainings, to say how much the numbers vary."


def _picture(study: Study, explainer: str, name: str, numbers: PeopleNumbers) -> Markup:
    metric = numbers.metric()
    quarter = f"the {100 * study.people[name]['share']:g} % of the face that people used most"
    what = {
        "auc": f"AUC: how often a place among {quarter} is more important to the network than a place elsewhere in "
        "the face",
        R: "r: the correlation of the network's heatmap with people's map, inside the face",
    }[metric]
    return figure_part(
        study,
        f"people/{explainer}/{name}",
        "People and networks",
        "How to read: above, the brighter a place, the more it helped people, or counts for the networks; every map "
        "is stretched to its own maximum. Below, each row is scored on people's maps in the same way, average over "
        f"expressions. {what}. The lines carry what other people, masks, a blurred spot and a map without any "
        "pattern reach up to the networks: a network to the right of a line does better than that. No network can "
        "be expected to pass the other half of the people.",
        "Faces with people's and networks' heatmaps, and a strip of scores; the table below has the numbers.",
    )


def _table(study: Study, explainer: str, name: str, numbers: PeopleNumbers) -> Markup:
    """Scores of networks on people's maps, then those of everything else."""
    metrics = dict.fromkeys([numbers.metric(), R])
    main = numbers.metric()
    minus = {mask_set: f"minus masks {mask_set}" for mask_set in study.mask_sets}
    minus |= {CENTRE: "minus the centre", OTHER_EXPRESSIONS: "minus on other expressions"}
    minus = {of: title for of, title in minus.items() if numbers.get(NETWORK, AVERAGE, main, minus=of)}
    names = [*(one for one in study.networks if numbers.get(NETWORK, one, R)), AVERAGE]
    rows = [
        [
            _named(one, numbers, study.did_learn),
            *(_cell(numbers.get(NETWORK, one, metric)) for metric in metrics),
            _share(numbers.get(NETWORK, one, main)),
            *(_cell(numbers.get(NETWORK, one, main, minus=of), tested=True) for of in minus),
        ]
        for one in names
        if numbers.get(NETWORK, one, main)
    ]
    for reference, (title, _) in numbers.references(list(study.mask_sets)).items():
        kinds = [key[0] for key in numbers.rows if key[1] == reference]
        cells = [_cell(numbers.get(kinds[0], reference, metric)) for metric in metrics]
        rows.append([title, *cells, MISSING, *[MISSING] * len(minus)])
    caption = (
        f"Heatmaps{f' of {explainer}' if len(study.explainers) > 1 else ''} scored on the maps of people {name}, "
        "averages over expressions; differences are of "
        f"{LABELS[main]}, q over the networks that are compared with the same"
    )
    header = ["", *(LABELS[metric] for metric in metrics), "share of the ceiling", *minus.values()]
    return data_table(caption, header, rows)


def _named(name: str, numbers: PeopleNumbers, learned: Mapping[str, bool]) -> str:
    return f"average of {len(numbers.averaged(learned))}" if name == AVERAGE else marked(name, learned)


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
