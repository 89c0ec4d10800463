"""The page's section on the uncovering task, and its figure."""

import json
from types import SimpleNamespace

import pytest

from tests.drawings import faults
from tests.unit.report.test_figures import learned_table
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.observed import CONFUSIONS, CURVES, OBSERVERS
from workflow_scripts.report.draw_trials import draw_trials
from workflow_scripts.report.page.trials_section import trial_sentences, trials_section

LEARNED = {"WeiNet": True, "SongNet": True, "AlexNet": False}


def average(observer: str, **values: str) -> dict[str, str]:
    row = dict.fromkeys(OBSERVERS, "") | {"observer": observer, "expression": "average"}
    return row | {"trials": "60", "right": "0.5", "before": "0", "needed": "12"} | values


AGREES = {
    "people": "lab",
    "r": "0.4",
    "r_low": "0.1",
    "r_high": "0.6",
    "ratio": "0.5",
    "r_others": "0.3",
    "p": "0.2",
}
ROWS = [
    average("lab"),
    average("WeiNet", needed="33", before="0.1", **AGREES),
    average("SongNet", needed="", right="0.44", people="lab", reason="no fit of fear"),
]


def confusion(observer: str, shown: str, answer: str, share: str) -> dict[str, str]:
    return dict(zip(CONFUSIONS, (observer, shown, answer, "9", share, "", ""), strict=True))


CONFUSED = [
    confusion("lab", "fear", "fear", "0.6"),
    confusion("lab", "fear", "anger", "0.1"),
    confusion("lab", "fear", "surprise", "0.3"),
    confusion("WeiNet", "fear", "none", "0.7"),
    confusion("WeiNet", "fear", "anger", "0.3"),
    confusion("WeiNet", "anger", "disgust", "0"),
]


def section(rows=ROWS, ends="settled", people=("lab",)) -> str:
    study = SimpleNamespace(
        trials={"uncovering": {"observers": rows, "confusions": CONFUSED}},
        setup={"explanation": {"explainers": {"uncovering": {"ends": ends}}}},
        people=dict.fromkeys(people),
        networks=list(LEARNED),
        expressions=["anger", "fear"],
        did_learn=LEARNED,
        explainers=["lime", "uncovering"],
        figures={},
    )
    return "\n".join(map(str, trials_section(study)))


def test_tiles_needed_are_told_also_where_half_was_never_right_or_nothing_was_needed():
    (first, *_) = trial_sentences([*ROWS, average("AlexNet", needed="0")], ["lab"], LEARNED)
    assert first == (
        "Half of all trials had ended with a right answer: people (lab) after 12 tiles; "
        "WeiNet after 33 tiles; SongNet never (44 % right in the end); AlexNet † with nothing seen."
    )


def test_agreement_comes_with_what_it_is_to_be_compared_with():
    said = trial_sentences(ROWS, ["lab"], LEARNED)
    assert (
        "WeiNet r = 0.400 [0.100, 0.600], with people's tiles for other expressions 0.300 (p = 0.20)."
        in said[1]
    )
    assert said[2].startswith("Of SongNet there is no such number")


def test_a_network_that_did_not_learn_is_in_no_sentence_on_agreement():
    said = trial_sentences([average("lab"), average("AlexNet", **AGREES)], ["lab"], LEARNED)
    assert "AlexNet †" in said[0]
    assert len(said) == 1


def test_without_people_only_what_networks_need_is_told():
    rows = [average("WeiNet", needed="33")]
    assert trial_sentences(rows, [], LEARNED) == [
        "Half of all trials had ended with a right answer: WeiNet after 33 tiles."
    ]
    text = section(rows, people=())
    assert "r with people" not in text
    assert "people (" not in text


def test_the_most_frequent_wrong_answer_is_shown_and_no_answer_is_none():
    text = section()
    assert "surprise 30 %" in text
    assert "anger 30 %" in text
    assert "none" not in text
    assert "fear 60 %" not in text
    assert "disgust" not in text


@pytest.mark.parametrize(("ends", "there"), [("settled", False), (0.9, True)])
def test_another_end_of_trials_is_told(ends, there):
    assert ("reaches 0.9" in section(ends=ends)) == there


def test_a_study_without_the_task_has_no_section():
    assert trials_section(SimpleNamespace(trials={})) == []


def test_the_figure_shows_every_observer_and_is_the_same_again(tmp_path):
    rows = [
        dict(zip(CURVES, (name, one, n, n / 48 * top, 0.1, 0.9, 0, "", ""), strict=True))
        for name, top in (("lab", 0.9), ("WeiNet", 0.5), ("AlexNet", 0.2))
        for one in ("anger", "fear")
        for n in range(49)
    ]
    write_table(tmp_path / "curves.csv", CURVES, rows)
    learned = learned_table(tmp_path, WeiNet="yes", AlexNet="no")
    made = []
    for name in ("a", "b"):
        output, png = tmp_path / f"{name}.svg", tmp_path / f"{name}.png"
        draw_trials(
            tmp_path / "curves.csv",
            networks=json.dumps(["WeiNet", "AlexNet"]),
            people=json.dumps(["lab"]),
            expressions=json.dumps(["anger", "fear"]),
            learned=learned,
            output=output,
            png=png,
        )
        made.append((output.read_bytes(), png.read_bytes()))
    assert made[0] == made[1]
    assert faults(tmp_path / "a.svg") == []
    # one line of each of the three observers in both panels, and the legend's
    drawn = made[0][0].decode()
    assert drawn.count('id="line2d_') > 2 * 3
    assert drawn.count('id="FillBetweenPolyCollection_') == 2 * 3
