import json
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.explanation.count_positives import count_positives
from workflow_scripts.explanation.positives import sampled_positives
from workflow_scripts.explanation.sample_positives import sample_positives

EXPRESSIONS = ["fear", "happiness"]
predictions = st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=40).map(
    lambda names: [{"image_id": f"toy/{i}", "predicted": name} for i, name in enumerate(names)]
)


@given(predictions, st.integers(1, 10), st.integers(0, 99))
def test_only_images_predicted_so_and_as_many_as_there_are(rows, n, seed):
    chosen = sampled_positives(rows, "fear", n, seed)
    available = [row for row in rows if row["predicted"] == "fear"]
    assert all(row["predicted"] == "fear" for row in chosen)
    assert len({row["image_id"] for row in chosen}) == min(n, len(available))


@given(predictions, st.integers(1, 10), st.integers(0, 99), st.randoms())
def test_neither_order_nor_other_images_change_the_rank_of_an_image(rows, n, seed, random):
    shuffled = random.sample(rows, len(rows))
    assert sampled_positives(rows, "fear", n, seed) == sampled_positives(shuffled, "fear", n, seed)
    fewer, more = ({row["image_id"] for row in sampled_positives(rows, "fear", k, seed)} for k in (n, n + 3))
    assert fewer <= more


def test_all_images_have_the_same_chance():
    rows = [{"image_id": f"toy/{i}", "predicted": "fear"} for i in range(10)]
    counts = dict.fromkeys((row["image_id"] for row in rows), 0)
    for seed in range(1000):
        for row in sampled_positives(rows, "fear", 3, seed):
            counts[row["image_id"]] += 1
    assert all(230 < count < 370 for count in counts.values())  # 300 expected, sd 14.5


def test_each_repeat_of_the_cross_validation_draws_its_own_sample():
    rows = [{"image_id": f"toy/{i}", "predicted": "fear"} for i in range(200)]
    samples = [
        {row["image_id"] for row in sampled_positives(rows, "fear", 50, 1, None, n)} for n in (1, 2, 3)
    ]
    assert samples[0] == {row["image_id"] for row in sampled_positives(rows, "fear", 50, 1)}
    for one, other in combinations(samples, 2):
        assert 3 <= len(one & other) <= 24  # 12.5 expected, sd 2.7


@pytest.fixture
def sample(tmp_path):
    """A function: the positives of images (image_id, subject, sequence) that are all predicted as fear."""

    def run(images, positives, dataset="toy"):
        folds = [
            {"image_id": name, "dataset": dataset, "subject": subject, "sequence": sequence}
            for name, subject, sequence in images
        ]
        rows = [
            {"image_id": row["image_id"], "dataset": dataset, "true": "happiness", "predicted": "fear"}
            | {"fear": 0.75, "happiness": 0.25}
            for row in folds
        ]
        write_table(tmp_path / "folds.csv", list(folds[0]), folds)
        write_table(tmp_path / "predictions.csv", list(rows[0]), rows)
        sample_positives(
            tmp_path / "predictions.csv",
            folds=tmp_path / "folds.csv",
            expressions=json.dumps(EXPRESSIONS),
            positives=json.dumps(positives),
            seed=1,
            output=tmp_path / "positives.csv",
        )
        return read_table(tmp_path / "positives.csv")

    return run


def test_the_table_says_what_was_predicted_and_what_was_true(sample):
    expected = [{"image_id": "toy/a", "expression": "fear", "true": "happiness", "probability": "0.75"}]
    for positives in (5, {"images": 5}, {"images": 5, "per_subject": 1}):
        assert sample([("toy/a", "S1", "")], positives) == expected


FRAMES = [
    (f"toy/S{s}_{v}_{frame}", f"S{s}", f"00{v}") for s in range(3) for v in range(2) for frame in range(20)
]
WHOSE = {name: (subject, sequence) for name, subject, sequence in FRAMES}


def test_frames_of_one_subject_or_video_do_not_fill_a_sample(sample):
    subjects = Counter(WHOSE[row["image_id"]][0] for row in sample(FRAMES, {"images": 100, "per_subject": 3}))
    assert subjects == {"S0": 3, "S1": 3, "S2": 3}
    # sequence 000 of one subject is not that of another
    videos = Counter(WHOSE[row["image_id"]] for row in sample(FRAMES, {"images": 100, "per_sequence": 2}))
    assert set(videos.values()) == {2}
    assert len(videos) == 6
    both = [
        WHOSE[row["image_id"]] for row in sample(FRAMES, {"images": 9, "per_subject": 3, "per_sequence": 2})
    ]
    assert len(both) == 9
    assert max(Counter(both).values()) == 2
    assert set(Counter(subject for subject, _ in both).values()) == {3}


def test_a_limit_that_nobody_reaches_changes_nothing(sample):
    assert sample(FRAMES, {"images": 30, "per_subject": 40, "per_sequence": 20}) == sample(FRAMES, 30)


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=40),
    st.integers(1, 10),
    st.integers(1, 4),
    st.integers(0, 99),
)
def test_the_lowest_ranks_are_taken_that_the_limit_allows(subjects, n, most, seed):
    rows = [
        {"image_id": f"toy/{i}", "predicted": "fear", "dataset": "toy", "subject": f"S{s}"}
        for i, s in enumerate(subjects)
    ]
    chosen = sampled_positives(rows, "fear", n, seed, {"per_subject": most})
    counts = Counter(row["subject"] for row in chosen)
    assert max(counts.values()) <= most
    assert len(chosen) == min(n, sum(min(most, k) for k in Counter(row["subject"] for row in rows).values()))
    fewer = sampled_positives(rows, "fear", max(1, n - 1), seed, {"per_subject": most})
    assert {row["image_id"] for row in fewer} <= {row["image_id"] for row in chosen}


def test_a_limit_is_refused_where_it_cannot_be_kept(sample):
    with pytest.raises(
        StudyError, match=r"explanation\.positives\.per_subject: data set web has no subject for 2 of 2"
    ):
        sample([("web/a", "", ""), ("web/b", "", "")], {"images": 5, "per_subject": 1}, dataset="web")
    assert len(sample([("web/a", "", ""), ("web/b", "", "")], {"images": 5})) == 2


def test_a_still_image_is_a_sequence_of_its_own(sample):
    """So that a study of videos and stills, as the paper's, can limit the frames of a video."""
    images = [("toy/a", "S1", "001"), ("toy/b", "S1", "001"), ("toy/c", "S1", ""), ("toy/d", "S1", "")]
    chosen = {row["image_id"] for row in sample(images, {"images": 9, "per_sequence": 1})}
    assert len(chosen & {"toy/a", "toy/b"}) == 1
    assert {"toy/c", "toy/d"} <= chosen


def test_images_are_counted_per_fold_and_over_all_of_them(tmp_path):
    tables = []
    for name, shown in (("one", ["fear", "fear", "happiness"]), ("two", ["happiness"])):
        rows = [{"image_id": f"toy/{i}", "expression": "fear", "true": true} for i, true in enumerate(shown)]
        write_table(tmp_path / f"{name}.csv", list(rows[0]), rows)
        tables.append(tmp_path / f"{name}.csv")
    cells, output = '[["A", 1], ["A", 2]]', tmp_path / "counts.csv"
    count_positives(tables, cells=cells, expressions=json.dumps(EXPRESSIONS), output=output)
    found = {(row["fold"], row["expression"]): row for row in read_table(output)}
    assert len(found) == 3 * 2
    counts = {fold: [found[fold, "fear"][key] for key in ("n", "right")] for fold in ("1", "2", "all")}
    assert counts == {"1": ["3", "2"], "2": ["1", "0"], "all": ["4", "2"]}
    assert float(found["all", "fear"]["share_right"]) == 0.5
    assert (found["all", "happiness"]["n"], found["all", "happiness"]["share_right"]) == ("0", "")
