"""Uncovering trials, their table, their curves and confusions: known answers and what people did."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.comparison.uncovering import people
from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.over_faces import over_faces
from workflow_scripts.comparison.uncovering_curves import confusions, curve
from workflow_scripts.comparison.uncovering_trials import (
    Trials,
    TrialTable,
    as_trials,
    over_clusters,
    read_trials,
)

HEADER = "participant,poser,expression,answer,correct,tiles"
LINES = ("ann,f,hap,hap,1,2-0-1", "ann,m,sad,fea,0,1", "bob,f,hap,,,0-1-2", "bob,f,sad,sad,1,2-1")


@pytest.fixture
def table(tmp_path):
    def write(*lines, header=HEADER):
        path = tmp_path / "trials.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        return path

    return write


def lasting(seen, event, cluster=None, tiles=6) -> Trials:
    """Trials of which only the length and the end count."""
    cluster = [str(n % 3) for n in range(len(seen))] if cluster is None else cluster
    return as_trials([list(range(n)) for n in seen], event, cluster, tiles)


def test_a_table_of_trials_is_read_as_it_says(table):
    found = read_trials(table(*LINES), tiles=3)
    assert found.trials.order.tolist() == [[2, 0, 1], [1, -1, -1], [0, 1, 2], [2, 1, -1]]
    assert found.trials.seen.tolist() == [3, 1, 3, 2]
    assert found.trials.event.tolist() == [1, 2, 0, 1]
    assert found.trials.cluster.tolist() == ["ann", "ann", "bob", "bob"]
    assert found.trials.weight.tolist() == [1, 1, 1, 1]
    by_expression = found.by_expression()
    assert list(by_expression) == ["hap", "sad"]
    assert by_expression["sad"].seen.tolist() == [1, 2]


def test_a_table_may_have_weights_and_other_clusters(table):
    path = table(
        *(f"{line},{n}.5,s{n % 2}" for n, line in enumerate(LINES)), header=f"{HEADER},weight,subject"
    )
    found = read_trials(path, tiles=3, cluster="subject").trials
    assert found.weight.tolist() == [0.5, 1.5, 2.5, 3.5]
    assert found.clusters()[0].tolist() == ["s0", "s1"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ann,f,hap,hap,1,2-x", "line 3: tiles are '2-x'"),
        ("ann,f,hap,hap,1,", "line 3: tiles are ''"),
        ("ann,f,hap,hap,2,0", "line 3: correct is '2'"),
        ("ann,f,hap,hap,1,0-0", "number 2 of 2 uncovers a tile twice"),
        ("ann,f,hap,hap,1,3", "one that is not among 0 .. 2"),
        ("ann,f,hap,hap,1,0-1-2-0", "uncovers 4 tiles of 3"),
    ],
)
def test_a_line_that_cannot_be_is_named(table, line, message):
    with pytest.raises(StudyError, match=message):
        read_trials(table(LINES[0], line), tiles=3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": np.array([1, 3])}, "an event is 0"),
        ({"weight": np.array([1.0, 0.0])}, "a weight is not positive"),
        ({"weight": np.array([1.0, np.nan])}, "a weight is not positive"),
        ({"seen": np.array([0, 1])}, "must be 1 to 3"),
        ({"seen": np.array([1])}, "columns of different lengths"),
    ],
)
def test_trials_that_cannot_be_are_refused(change, message):
    with pytest.raises(StudyError, match=message):
        replace(as_trials([[0, 1], [2]], [1, 2], ["a", "b"], 3), **change)


def test_tiles_after_the_end_of_a_trial_are_not_read():
    trials = as_trials([[0, 1], [2]], [1, 2], ["a", "b"], 3)
    replace(trials, order=np.array([[0, 1, 1], [2, 7, 2]]))


def test_an_interval_of_one_side_is_that_over_faces():
    changes = np.random.default_rng(1).normal(size=7)
    found = over_clusters(0.7, changes)
    faces = over_faces(0.7, dict(enumerate(changes.tolist())), 7, 1)
    assert (found.low, found.high, found.p) == pytest.approx((faces.low, faces.high, faces.p))


def test_an_interval_of_two_sides_is_welchs_of_two_means():
    from scipy.stats import ttest_ind

    draw = np.random.default_rng(2)
    a, b = draw.normal(0.5, 1, 6), draw.normal(0, 3, 9)
    without = [(of.sum() - of) / (len(of) - 1) - of.mean() for of in (a, b)]
    found, welch = (
        over_clusters(a.mean() - b.mean(), without[0], -without[1]),
        ttest_ind(a, b, equal_var=False),
    )
    assert found.p == pytest.approx(welch.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(welch.confidence_interval(0.95)))


@pytest.mark.parametrize("changes", [[np.ones(1)], [np.zeros(5)], [np.ones(5), np.ones(1)], []])
def test_without_two_clusters_or_any_change_there_is_no_interval(changes):
    assert over_clusters(1.0, *changes).low is None


def test_a_curve_is_the_share_that_has_answered():
    found = curve(lasting([1, 2, 2, 3, 6, 6], [1, 1, 2, 1, 0, 0]))
    assert found.right.tolist() == pytest.approx(np.array([1, 2, 3, 3, 3, 3]) / 6)
    assert found.wrong.tolist() == pytest.approx(np.array([0, 1, 1, 1, 1, 1]) / 6)
    assert found.tiles_needed()[0] == 3
    assert found.tiles_needed(0.51)[0] is None
    assert np.isnan(found.low[1, 0])


def test_a_trial_that_ends_early_counts_as_long_as_it_lasts():
    """By hand: one of four is right at 1, one of three is censored at 2, one of two is wrong at 3."""
    found = curve(lasting([1, 2, 3, 4], [1, 0, 2, 1]))
    assert found.right.tolist() == pytest.approx([0.25, 0.25, 0.25, 0.625, 0.625, 0.625])
    assert found.wrong.tolist() == pytest.approx([0, 0, 0.375, 0.375, 0.375, 0.375])


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=40))
def test_curves_rise_to_one_at_most(cases):
    seen, event, cluster = zip(*cases, strict=True)
    found = curve(lasting(seen, event, [str(one) for one in cluster]))
    assert (np.diff(found.right) >= -1e-12).all() and (np.diff(found.wrong) >= -1e-12).all()
    assert found.right[-1] + found.wrong[-1] <= 1 + 1e-9
    whole = [6 if of == 0 else n for n, of in zip(seen, event, strict=True)]
    plain = [np.mean([n <= t and of == 1 for n, of in zip(whole, event, strict=True)]) for t in range(1, 7)]
    assert curve(lasting(whole, event)).right.tolist() == pytest.approx(plain)


def test_the_interval_of_a_curve_is_that_of_the_mean_of_people():
    """Ten people with as many trials each: a t interval of their shares."""
    draw = np.random.default_rng(4)
    seen, event = draw.integers(1, 7, 200), draw.integers(1, 3, 200)
    found = curve(lasting(seen, event, [str(n % 10) for n in range(200)]))
    shares = np.array([np.mean((seen[n::10] <= 3) & (event[n::10] == 1)) for n in range(10)])
    half = 2.262157 * shares.std(ddof=1) / np.sqrt(10)
    assert found.right[2] == pytest.approx(shares.mean())
    assert (found.high[0, 2] - found.low[0, 2]) / 2 == pytest.approx(half, rel=1e-6)


def test_the_interval_of_tiles_needed_is_where_the_ends_of_the_curve_cross():
    draw = np.random.default_rng(6)
    seen = draw.binomial(5, 0.5, 60) + 1
    found = curve(lasting(seen, np.ones(60, int), [str(n % 12) for n in range(60)]))
    needed, low, high = found.tiles_needed()
    assert low <= needed <= high
    assert found.high[0, low - 1] >= 0.5 and (low == 1 or not found.high[0, low - 2] >= 0.5)
    assert found.low[0, high - 1] >= 0.5 or found.right[high - 1] == 1


def test_one_observer_has_tiles_needed_and_no_interval():
    assert curve(lasting([2, 3], [1, 1], ["a", "a"])).tiles_needed() == (2, None, None)


def test_confusions_are_shares_of_what_was_shown():
    trials = lasting([1] * 8, [1, 1, 2, 2, 1, 1, 1, 1], list("aabbccdd"))
    shown = np.array(["hap"] * 4 + ["sad"] * 4)
    answer = np.array(["hap", "hap", "sad", "hap", "sad", "sad", "sad", "sad"])
    rows = {
        (row["shown"], row["answer"]): row for row in confusions(TrialTable(trials, shown, answer, shown))
    }
    assert {key: (row["trials"], row["share"]) for key, row in rows.items()} == {
        ("hap", "hap"): (3, 0.75),
        ("hap", "sad"): (1, 0.25),
        ("sad", "hap"): (0, 0.0),
        ("sad", "sad"): (4, 1.0),
    }
    # the shares of the two people are 0 and .5: a t interval with one degree of freedom
    half = 12.7062 * np.std([0, 0.5], ddof=1) / np.sqrt(2)
    assert rows["hap", "sad"]["high"] - 0.25 == pytest.approx(half, rel=1e-4)
    assert rows["sad", "sad"]["low"] is None


def test_people_are_right_after_a_median_of_ten_tiles():
    trials = people().trials
    seen = trials.seen[trials.event == 1]
    assert len(trials.seen) == 21056
    assert np.percentile(seen, [50, 75]).tolist() == [10, 15]


def test_people_take_sadness_for_fear_fear_for_surprise_and_anger_for_disgust_most_often():
    rows = {(row["shown"], row["answer"]): row for row in confusions(people())}
    published = {("sad", "fea"): 0.335, ("fea", "sup"): 0.29, ("dis", "ang"): 0.21}
    for key, share in published.items():
        assert rows[key]["share"] == pytest.approx(share, abs=0.005)
        assert rows[key]["low"] < share < rows[key]["high"]


def test_half_of_happy_faces_are_known_by_seven_tiles_and_of_sad_ones_never():
    by_expression = people().by_expression()
    assert curve(by_expression["hap"]).tiles_needed() == (7, 7, 8)
    sad = curve(by_expression["sad"])
    assert sad.tiles_needed() == (None, None, None)
    assert sad.right[-1] == pytest.approx(np.mean(by_expression["sad"].event == 1))
