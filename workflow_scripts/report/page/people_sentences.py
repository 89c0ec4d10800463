"""Sentences on whether networks look where people look, from the tables of agreement."""

from collections.abc import Mapping, Sequence

from workflow_scripts.comparison.agreement_rows import (
    ALL_PEOPLE,
    CEILING,
    GROUP,
    NETWORK,
    OF_PEOPLE,
    REFERENCE,
)
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.people_intervals import FEWEST, PEOPLE
from workflow_scripts.comparison.people_scores import OTHER_EXPRESSIONS as PEOPLE_OF_OTHERS
from workflow_scripts.comparison.people_scores import OTHER_HALF
from workflow_scripts.comparison.references import CENTRE, OTHER_EXPRESSIONS
from workflow_scripts.report.page.entries import Entries
from workflow_scripts.report.page.wording import counted, interval, listed, p_value, signed
from workflow_scripts.report.people_numbers import LABELS, PATTERNLESS, Number, PeopleNumbers

QUESTION = "Do the networks find the places that people use?"
ON_MASKS = {"iou": "IoU", "auc": "AUC"}
VERDICTS = {1: ", the networks higher", 0: ", not shown to differ", -1: ", the networks lower", None: ""}


def people_sentences(
    numbers: PeopleNumbers,
    learned: Mapping[str, bool],
    masks: Mapping[str, Entries],
    titles: Mapping[str, str] | None = None,
) -> list[str]:
    """All sentences of one explainer and set of people.

    learned: whether each network learned; empty if that is unknown. masks: scores on masks by mask set.
    titles: of mask sets.
    """
    return [
        *places(numbers, learned, list(masks), titles or {}),
        *expression(numbers),
        *(
            masks_test(numbers, name, entries, (titles or {}).get(name, ""))
            for name, entries in masks.items()
        ),
        *groups(numbers),
    ]


def places(
    numbers: PeopleNumbers, learned: Mapping[str, bool], mask_sets: Sequence[str], titles: Mapping[str, str]
) -> list[str]:
    """How well the networks find the places of people, beside what else does."""
    metric, names = numbers.metric(), numbers.averaged(learned)
    average = numbers.get(NETWORK, AVERAGE, metric)
    if not average:
        return [
            "No network that learned has a heatmap of every expression that people saw: there is no average."
        ]
    of = f"the {len(names)} networks{' that learned' if learned else ''}" if len(names) != 1 else names[0]
    over = f" over {average.over}" if average.over else ""
    found = [
        f"{QUESTION} {_answer(numbers, average)}: average {LABELS[metric]} of {of} on {_whose(numbers)} "
        f"{shown(average, average.over)}{over}; a map without any pattern reaches {PATTERNLESS[metric]:g}."
    ]
    ceiling = numbers.get(CEILING, OTHER_HALF, metric)
    if ceiling:
        reach = f"One half of the people reaches {shown(ceiling, PEOPLE)} on the maps of the other half"
        if average.share is not None:
            spread = _spread(average.share_low, average.share_high, _percent)
            reach += f"; the networks come {_percent(average.share)} %{spread} of the way there"
        found.append(f"{reach}.")
    beside = [_difference(numbers, name, metric, titles) for name in (*mask_sets, CENTRE, PEOPLE_OF_OTHERS)]
    said = "; ".join(filter(None, beside))
    scored = [f"Scored in the same way: {said}."] if said else []
    return [" ".join(found), *scored]


def _answer(numbers: PeopleNumbers, average: Number) -> str:
    """The answer in a few words, as far as the interval gives one."""
    metric = numbers.metric()
    without, ceiling = PATTERNLESS[metric], numbers.get(CEILING, OTHER_HALF, metric)
    if average.low is None:
        return "Nothing says how much this would vary"
    if average.low <= without:
        return "No" if average.high < without else "Not shown"
    if ceiling and ceiling.low is not None and average.high >= ceiling.low:
        return "As well as other people do, as far as is shown"
    spot = numbers.get(NETWORK, AVERAGE, metric, minus=CENTRE)
    if spot and spot.verdict in (0, -1):
        return "In part, but not shown to do so better than a spot at the centre of the face"
    return "In part"


def _whose(numbers: PeopleNumbers) -> str:
    """Whose maps the networks are scored on."""
    n = numbers.persons()
    return "the mean map of people" if n <= 1 else f"the maps of {n} people"


def _difference(numbers: PeopleNumbers, name: str, metric: str, titles: Mapping[str, str]) -> str:
    """What a reference reaches, and the networks minus it."""
    reference, apart = numbers.get(REFERENCE, name, metric), numbers.get(NETWORK, AVERAGE, metric, minus=name)
    if not reference or not apart:
        return ""
    others = {
        CENTRE: "a spot at the centre of the face",
        PEOPLE_OF_OTHERS: "people's maps of the other expressions",
    }
    title = others.get(name) or titles.get(name) or f"masks {name}"
    difference = shown(apart, numbers.usual())
    return f"{title} {shown(reference, PEOPLE)} (difference {difference}{VERDICTS[apart.verdict]})"


def expression(numbers: PeopleNumbers) -> list[str]:
    """Own expression against the others."""
    metric = numbers.metric()
    apart = numbers.get(NETWORK, AVERAGE, metric, minus=OTHER_EXPRESSIONS)
    if not apart:
        return []
    said = (
        f"{LABELS[metric]} where heatmap and people's map are of the same expression minus where they are of "
        f"different ones: {shown(apart, numbers.usual())}"
    )
    if apart.verdict is None:
        return [f"{said}; nothing says how much this would vary."]
    if apart.over == PEOPLE:
        # heatmaps of one training differ from each other by accident, which other people do not tell
        return [f"{said}, of these very heatmaps; other trainings may give the reverse."]
    if apart.verdict > 0:
        about = "they agree with people about single expressions, not only about faces"
    elif apart.verdict < 0:
        about = "they agree less with people on an expression than across expressions"
    else:
        about = (
            "it is not shown that they agree with people about single expressions, beyond faces in general"
        )
    return [f"{said}, p\xa0=\xa0{p_value(str(apart.p))}: {about}."]


def masks_test(numbers: PeopleNumbers, mask_set: str, entries: Entries, title: str = "") -> str:
    """People's own heatmap on masks, scored like that of a network, beside the networks."""
    masks = title or f"masks {mask_set}"
    saw, masked = set(numbers.expressions(mask_set)), set(entries.expressions) - {AVERAGE}
    if saw != masked:
        return (
            f"People's heatmaps cover {len(saw & masked)} of the {len(masked)} expressions of "
            f"{masks}, so their average is not compared with the networks'."
        )
    parts, lower = [], False
    for metric, label in ON_MASKS.items():
        people = numbers.get(OF_PEOPLE, ALL_PEOPLE, metric, on=mask_set)
        row = entries.rows.get((NETWORK, AVERAGE, "", AVERAGE, metric))
        if not people or not row or not row["estimate"]:
            continue
        spread, verdict = interval(row), ""
        if spread and people.low is not None:
            apart = (people.low > float(row["high"])) - (people.high < float(row["low"]))
            verdict = {1: ", people higher", -1: ", people lower", 0: ", intervals overlap"}[apart]
            lower |= apart < 0
        networks = f"{float(row['estimate']):.3f} {spread}".strip()
        parts.append(f"{label} {shown(people, PEOPLE)}, the networks {networks}{verdict}")
    if not parts:
        return f"No score of people on {masks} can be compared with the networks'."
    so = " So a low score there does not show that a network looks elsewhere than people do." if lower else ""
    return f"People's own heatmaps against {masks}, scored like a network's: {'; '.join(parts)}.{so}"


def groups(numbers: PeopleNumbers) -> list[str]:
    """Differences between groups of networks."""
    metric, usual, found = numbers.metric(), numbers.usual(), []
    for a, b in numbers.groups():
        apart = numbers.get(GROUP, a, metric, minus=b)
        scores = [numbers.get(GROUP, name, metric) for name in (a, b)]
        if apart and all(scores):
            names = [name.replace("_", " ") for name in (a, b)]
            of = listed([f"{name} {shown(score, usual)}" for name, score in zip(names, scores, strict=True)])
            verdict = VERDICTS[0] if apart.verdict == 0 else ""
            apart_said = f"{' minus '.join(names)} {shown(apart, usual)}{verdict}"
            found.append(f"{LABELS[metric]} of the networks {of}; {apart_said}.")
    return found


def few_people(numbers: PeopleNumbers) -> str:
    """Why there is no ceiling, as a sentence; empty if there is one."""
    n = numbers.persons()
    if n >= FEWEST:
        return ""
    who = (
        "The maps are a mean, or of one person"
        if n <= 1
        else f"{counted(n, 'person')} are fewer than {FEWEST}"
    )
    who = who.replace("persons", "people")
    return f"{who}: how well people agree with each other, the ceiling, is unknown, and how much they vary."


def shown(number: Number, usual: str) -> str:
    """A number with its interval.

    An interval over people alone is said to be that, unless it is `usual`.

    >>> shown(Number(0.5, 0.25, 0.75, "people"), ""), shown(Number(0.5, 0.25, 0.75, "people"), "people")
    ('0.500 [0.250, 0.750] over people', '0.500 [0.250, 0.750]')
    """
    spread = _spread(number.low, number.high, signed)
    over = " over people" if spread and number.over == PEOPLE != usual else ""
    return f"{signed(number.estimate)}{spread}{over}"


def _spread(low: float | None, high: float | None, written) -> str:
    return "" if low is None or high is None else f" [{written(low)}, {written(high)}]"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}".replace("-", "−")
