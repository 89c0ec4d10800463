from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.explanation.positives import sampled_positives
from workflow_scripts.explanation.sample_positives import sample_positives
from workflow_scripts.tables import read_table, write_table

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


def test_the_table_says_what_was_predicted_and_what_was_true(tmp_path):
    table = tmp_path / "predictions.csv"
    columns = ["image_id", "true", "predicted", *EXPRESSIONS]
    row = {"image_id": "toy/a", "true": "fear", "predicted": "happiness", "fear": 0.25, "happiness": 0.75}
    write_table(table, columns, [row])
    sample_positives(
        table, expressions='["fear", "happiness"]', positives=5, seed=1, output=tmp_path / "positives.csv"
    )
    assert read_table(tmp_path / "positives.csv") == [
        {"image_id": "toy/a", "expression": "happiness", "true": "fear", "probability": "0.75"}
    ]
