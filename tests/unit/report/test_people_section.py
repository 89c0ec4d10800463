"""The page's section on people, and its picture, for every outcome that the tables can have."""

import json
from itertools import pairwise
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from tests.unit.report.test_figures import drawn, heatmap, learned_table
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.agreement_rows import AGREEMENT
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.report.draw_people import draw_people, people_strip
from workflow_scripts.report.figures.people_picture import NETWORKS, UNLEARNED
from workflow_scripts.report.page.entries import COLUMNS, Entries
from workflow_scripts.report.page.people_section import people_headlines, people_section
from workflow_scripts.report.page.people_sentences import people_sentences
from workflow_scripts.report.page.study import Comparison, FigureFile
from workflow_scripts.report.people_numbers import PeopleNumbers
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

SHAPE = (HEIGHT, WIDTH)
BOTH, PEOPLE, TRAININGS = "people and trainings", "people", "trainings"
LEARNED = {"A": True, "B": True, "C": False}


def row(kind: str, scored: str, estimate: float | None, half: float | None = None, **changes) -> dict:
    """A row of a table on people as read; half: of the width of its interval."""
    values = dict.fromkeys(AGREEMENT, "") | {"people": "seen", "kind": kind, "scored": scored, "on": "people"}
    values |= {"expression": "average", "metric": "auc", "claim": PEOPLE, "persons": "94"}
    if estimate is not None:
        values["estimate"] = str(estimate)
    if half is not None:
        values |= {"low": str(estimate - half), "high": str(estimate + half), "p": "0.5"}
    return values | changes


def network(name: str, estimate: float, half: float = 0.05, folds: str = "5", **changes) -> list[dict]:
    """The rows of a network or group: over people, over trainings, over both."""
    kind = changes.pop("kind", "network")
    options = {"folds": folds, "share": "0.4", "share_low": "0.3", "share_high": "0.5"} | changes
    widths = {PEOPLE: half / 2, TRAININGS: half, BOTH: half}
    return [row(kind, name, estimate, of, claim=claim, **options) for claim, of in widths.items()]


def references(half: float | None = 0.03) -> list[dict]:
    """What people, masks and the centre reach."""
    found = [
        row("ceiling", "other_half", 0.83, half),
        row("ceiling", "other_poser", 0.75, half),
        row("reference", "people_of_other_expressions", 0.74, half),
        row("reference", "drawn", 0.6, half),
        row("reference", "centre", 0.66, half),
    ]
    return found + [one | {"metric": "r", "estimate": "0.3"} for one in found]


def tables(*rows: list[dict]) -> PeopleNumbers:
    return PeopleNumbers.of(*rows)


def of_masks(estimate: float = 0.25, half: float = 0.03) -> Entries:
    """The networks' average on masks by IoU."""
    one = dict.fromkeys(COLUMNS, "") | {"kind": "network", "name": "average", "metric": "iou", "folds": "5"}
    one |= {"estimate": str(estimate), "low": str(estimate - half), "high": str(estimate + half)}
    return Entries.of([one | {"expression": expression} for expression in ("fear", "average")])


def on_masks(estimate: float, half: float | None, expressions=("fear", "average")) -> list[dict]:
    """People's own heatmap on masks by IoU."""
    return [
        row("people", "all_people", estimate, half, on="drawn", metric="iou", expression=one)
        for one in expressions
    ]


def full(half: float = 0.05, folds: str = "5") -> PeopleNumbers:
    """Three networks, of which C did not learn, and everything they are compared with."""
    rows = [
        *network("A", 0.7, half, folds),
        *network("B", 0.6, half, folds),
        *network("C", 0.5, half, folds),
        *network("average", 0.65, half, folds),
        *network("average", 0.05, 0.02, folds, minus="drawn"),
        *network("average", -0.01, 0.02, folds, minus="centre"),
        *network("average", -0.09, 0.02, folds, minus="people_of_other_expressions"),
        *network("average", 0.002, 0.02, folds, minus="other_expressions"),
        *network("A", 0.1, 0.02, folds, minus="drawn", q="0.01"),
    ]
    as_r = [one | {"metric": "r"} for one in rows]
    return tables(rows, as_r, references(), on_masks(0.16, 0.04))


def study(agreement, **changes) -> SimpleNamespace:
    """As much of a study as the section reads."""
    given = {
        "agreement": agreement,
        "people": {name: {"data": "wegrzyn2017", "share": 0.25} for _, name in agreement},
        "explainers": list(dict.fromkeys(explainer for explainer, _ in agreement)),
        "networks": list(LEARNED),
        "did_learn": LEARNED,
        "mask_sets": {"drawn": "outlines"},
        "metrics": load_metrics(["iou", "auc"]),
        "datasets": {"toy": "synthetic"},
        "comparisons_of": {"lime": [Comparison("lime", "drawn", [], of_masks(), [])], "other": []}.get,
        "figures": {},
        "own_face": True,
    }
    return SimpleNamespace(**(given | changes))


def text(agreement, **changes) -> str:
    return "\n".join(map(str, people_section(study(agreement, **changes))))


def test_the_sentences_say_what_the_tables_say():
    found = people_sentences(full(), LEARNED, {"drawn": of_masks()})
    average, beside, specific, on_masks_too = found
    assert average == (
        "Do the networks find the places that people use? In part, but not shown to do so better than a "
        "spot at the centre of the face: average AUC of the 2 networks that learned on the maps of 94 people "
        "0.650 [0.600, 0.700] over people and trainings; a map without any pattern reaches 0.5. One half of "
        "the people reaches 0.830 [0.800, 0.860] on the maps of the other half; the networks come 40 % "
        "[30, 50] of the way there."
    )
    assert beside == (
        "Scored in the same way: masks drawn 0.600 [0.570, 0.630] (difference 0.050 [0.030, 0.070], the "
        "networks higher); a spot at the centre of the face 0.660 [0.630, 0.690] (difference −0.010 "
        "[−0.030, 0.010], not shown to differ); people's maps of the other expressions 0.740 [0.710, 0.770] "
        "(difference −0.090 [−0.110, −0.070], the networks lower)."
    )
    assert specific == (
        "AUC where heatmap and people's map are of the same expression minus where they are of different "
        "ones: 0.002 [−0.018, 0.022], p\xa0=\xa00.50: it is not shown that they agree with people about "
        "single expressions, beyond faces in general."
    )
    assert on_masks_too == (
        "People's own heatmaps against masks drawn, scored like a network's: IoU 0.160 [0.120, 0.200], "
        "the networks 0.250 [0.220, 0.280], people lower. So a low score there does not show that a network "
        "looks elsewhere than people do."
    )


@pytest.mark.parametrize(
    ("estimate", "said"),
    [(0.82, "As well as other people do"), (0.7, "In part:"), (0.52, "Not shown:"), (0.4, "No:")],
)
def test_the_answer_follows_its_interval(estimate, said):
    rows = [*network("average", estimate), *references()]
    assert f"use? {said}" in people_sentences(tables(rows), {}, {})[0]


@pytest.mark.parametrize(("difference", "better"), [(0.1, True), (0.01, False), (-0.1, False)])
def test_the_answer_is_no_more_than_the_centre_allows(difference, better):
    rows = [*network("average", 0.7), *network("average", difference, minus="centre")]
    assert ("In part:" in people_sentences(tables(rows), {}, {})[0]) == better


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (0.1, "they agree with people about single expressions"),
        (0.01, "it is not shown that they agree with people about single expressions"),
        (-0.1, "agree less with people on an expression than across expressions"),
    ],
)
def test_the_verdict_on_expressions_follows_its_interval(difference, said):
    rows = [*network("average", 0.7), *network("average", difference, minus="other_expressions")]
    assert said in people_sentences(tables(rows), {}, {})[1]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ((0.16, 0.04), "people lower. So"),
        ((0.24, 0.04), "intervals overlap."),
        ((0.4, 0.04), "people higher."),
    ],
)
def test_people_take_the_test_on_masks(people, said):
    assert said in people_sentences(tables(on_masks(*people)), {}, {"drawn": of_masks()})[-1]


def test_averages_over_different_expressions_are_not_compared():
    rows = on_masks(0.16, 0.04, ("joy", "average"))
    assert people_sentences(tables(rows), {}, {"drawn": of_masks()})[-1] == (
        "People's heatmaps cover 0 of the 1 expressions of masks drawn, so their average is not compared "
        "with the networks'."
    )


def test_one_model_among_trainings_says_that_its_interval_is_over_people_alone():
    only_people = [one for one in network("average", 0.65) if one["claim"] == PEOPLE]
    minus = [one for one in network("average", 0.1, minus="drawn") if one["claim"] == PEOPLE]
    found = people_sentences(
        tables(network("A", 0.7), only_people, minus, references()), {}, {"drawn": of_masks()}
    )
    assert "0.650 [0.625, 0.675] over people; a map" in found[0]
    assert "(difference 0.100 [0.075, 0.125] over people, the networks higher)" in found[1]


@pytest.mark.parametrize("folds", ["1", "2"])
def test_with_few_trainings_intervals_are_over_people_and_say_so(folds):
    first, *others = people_sentences(full(folds=folds), LEARNED, {})
    assert "0.650 [0.625, 0.675] over people; a map" in first
    assert not any("over people" in one for one in others)  # it need not be said again
    assert "about these very networks" in text({("lime", "seen"): full(folds=folds)})
    own = next(one for one in others if "same expression" in one)
    assert own.endswith("of these very heatmaps; other trainings may give the reverse.")


def test_groups_are_compared_once():
    rows = [*network("deep", 0.7, kind="group"), *network("flat", 0.5, kind="group")]
    rows += network("deep", 0.2, 0.04, kind="group", minus="flat")
    rows += network("deep", 0.1, 0.04, kind="group", minus="drawn")
    found = people_sentences(tables(rows), {}, {})
    assert found[-1] == (
        "AUC of the networks deep 0.700 [0.650, 0.750] and flat 0.500 [0.450, 0.550]; deep minus flat 0.200 "
        "[0.160, 0.240]."
    )
    assert sum("minus flat" in one for one in found) == 1


def test_few_people_have_no_ceiling_and_nothing_is_claimed():
    rows = [*row_without_intervals(), *(one for one in references(None) if one["kind"] == "reference")]
    shown = text({("lime", "seen"): tables([one | {"persons": "5"} for one in rows])})
    assert "5 people are fewer than 8" in shown
    assert "higher" not in shown
    assert "Nothing says how much this would vary" in shown
    assert "ceiling, is unknown" in shown
    assert "nothing says how much this would vary" in shown
    assert "There are no intervals" in shown
    one = text({("lime", "seen"): tables([one | {"persons": "1"} for one in rows])})
    assert "The maps are a mean, or of one person" in one
    assert "on the mean map of people" in one


def row_without_intervals() -> list[dict]:
    names = ["", "drawn", "centre", "other_expressions"]
    return [row("network", "average", 0.1, minus=name) for name in names] + [row("network", "A", 0.6)]


def test_without_auc_r_is_told_and_shown_once():
    rows = [one | {"metric": "r"} for one in [*network("A", 0.3), *network("average", 0.3), *references()]]
    shown = text({("lime", "seen"): tables(rows)})
    assert "average r of A on the maps" in shown
    assert "a map without any pattern reaches 0." in shown
    assert "AUC" not in shown


def test_without_a_network_that_learned_there_is_no_average():
    found = people_sentences(tables(network("C", 0.5), references()), {"C": False}, {})
    assert found[0].startswith("No network that learned has a heatmap of every expression")
    assert people_sentences(tables(), {}, {})[0] == found[0]


def test_the_table_has_networks_then_what_else_was_scored():
    shown = text({("lime", "seen"): full()})
    heads = [part.partition("</th>")[0] for part in shown.split('scope="row">')[1:]]
    assert heads == [
        *("A", "B", "C †", "average of 2", "other half of the people", "same people, another face"),
        *("people, other expressions", "masks drawn", "a spot at the centre"),
    ]
    assert "q\xa0=\xa00.01" in shown
    assert "40 %" in shown


@pytest.mark.parametrize("explainers", [["lime"], ["lime", "other"]])
@pytest.mark.parametrize("people", [["seen"], ["seen", "theirs"]])
def test_every_explainer_and_set_of_people_has_its_part(explainers, people):
    agreement = {(explainer, name): full() for explainer in explainers for name in people}
    image = FigureFile("a.svg", "a.png", "data:svg", 960, 900)
    figures = {f"people/{explainer}/{name}": image for explainer, name in agreement}
    shown = text(agreement, figures=figures)
    assert shown.count("How to read") == len(agreement) == shown.count('role="group" aria-label="Heatmaps')
    assert shown.count("94 people recognised") == len(people)
    assert ("Explainer other" in shown) == (len(explainers) == 2)
    headlines = "".join(people_headlines(study(agreement)))
    assert headlines.count("<h3>People: ") == len(agreement)
    assert headlines.count("<details>") == len(explainers) - 1
    assert headlines.count('href="#people"') == len(agreement)


def test_without_people_there_is_no_section():
    assert people_section(study({})) == []
    assert people_headlines(study({})) == []


def test_masks_made_of_peoples_own_maps_are_left_out():
    shown = text({("lime", "seen"): full()}, mask_sets={"drawn": "people"})
    assert "masks drawn" not in shown


# the picture


def strip(numbers, **options):
    return people_strip(numbers, ["drawn"], **({"groups": {}, "learned": LEARNED} | options))


def test_the_strip_is_sorted_and_marks_who_did_not_learn():
    found = strip(full(), groups={"deep": ["A"], "flat": ["B"]})
    assert [mark.label for mark in found.networks] == ["A", "B", "C †", "average of 2"]
    assert [mark.look for mark in found.networks] == [NETWORKS[0], NETWORKS[1], UNLEARNED, NETWORKS[0]]
    assert list(found.legend) == ["deep", "flat"]
    assert all(above.value >= below.value for above, below in pairwise(found.others))
    assert found.others[-1].label == "a map without pattern"
    assert "over people and trainings" in found.note
    assert "† did not learn" in found.note
    few = strip(full(folds="2"))
    assert "they say nothing about other trainings" in few.note
    assert few.networks[0].low == pytest.approx(0.675)


def test_what_cannot_be_told_apart_by_colour_differs_in_grey():
    found = strip(full(), groups={"deep": ["A"], "flat": ["B"]})
    looks = {mark.look for mark in (*found.networks, *found.others)}
    assert len({(look.marker, look.filled) for look in looks if look != UNLEARNED}) == len(looks) - 1


def write_tables(folder, n: int):
    names = [f"VeryLongNameOfNetwork{place}" for place in range(n)]
    rows = [one for place, name in enumerate(names) for one in network(name, 0.5 + place / 50)]
    write_table(folder / "networks.csv", AGREEMENT, rows + network("average", 0.6) * (n > 1))
    write_table(folder / "people.csv", AGREEMENT, references())
    return names


@pytest.mark.parametrize("n", [0, 1, 3, 12])
@pytest.mark.parametrize("expressions", [["anger", "fear"], [f"expression {i}" for i in range(7)]])
def test_the_picture_with_any_number_of_networks(tmp_path, background, n, expressions):
    names = write_tables(tmp_path, n)
    path, missing = heatmap(tmp_path, "a", np.eye(*SHAPE)), heatmap(tmp_path, "b", np.full(SHAPE, np.nan))
    write_mask(tmp_path / "mask.png", np.eye(*SHAPE, dtype=bool))
    _, image = drawn(
        draw_people,
        tmp_path / "networks.csv",
        people=tmp_path / "people.csv",
        heatmaps=[path] * len(expressions),
        networks=[missing] * len(expressions),
        masks=[tmp_path / "mask.png"],
        masked=json.dumps([["drawn", expressions[0]]]),
        mask_sets='["drawn"]',
        expressions=json.dumps(expressions),
        groups=json.dumps({"deep": names[::2], "flat": names[1::2]}),
        learned=learned_table(tmp_path, **dict.fromkeys(names, "yes")),
        background=background,
        folder=tmp_path,
    )
    assert image.shape[1] == 1500
    assert 800 < image.shape[0] < 2000
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    assert (grey[:, :15] > 250).all()  # no name runs out of the picture
    assert (grey[:, -10:] > 250).all()
