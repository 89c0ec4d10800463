"""Images that must not be divided among folds, against connected components found another way."""

from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from workflow_scripts.datasets.groups import identical_images, image_groups


def images(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    """Images of (data set, subject, bytes)."""
    return [
        {"image_id": f"{dataset}/{n:02}.jpg", "dataset": dataset, "subject": subject, "sha256": content}
        for n, (dataset, subject, content) in enumerate(rows)
    ]


def test_a_group_is_a_subject_of_a_data_set_or_an_image_of_nobody_known():
    rows = images(("a", "S1", "p"), ("a", "S1", "q"), ("b", "S1", "r"), ("c", "", "s"), ("c", "", "t"))
    assert list(image_groups(rows).values()) == ["a/S1", "a/S1", "b/S1", "c/03.jpg", "c/04.jpg"]


def test_identical_images_join_their_groups_across_data_sets():
    rows = images(("b", "S9", "p"), ("a", "S1", "p"), ("a", "S1", "q"), ("c", "", "q"), ("c", "", "t"))
    assert list(image_groups(rows).values()) == ["a/S1"] * 4 + ["c/04.jpg"]
    assert identical_images(rows) == {
        "a/01.jpg": "a/01.jpg",
        "b/00.jpg": "a/01.jpg",
        "a/02.jpg": "a/02.jpg",
        "c/03.jpg": "a/02.jpg",
    }


tables = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["", "S1", "S2", "S3"]), st.sampled_from("pqrstuvw")),
    max_size=25,
).map(lambda rows: images(*rows))


@given(tables, st.randoms())
def test_groups_are_the_connected_components_in_any_order(rows, random):
    groups = image_groups(rows)
    pairs = [
        (i, j)
        for i, one in enumerate(rows)
        for j, other in enumerate(rows)
        if one["sha256"] == other["sha256"]
        or (one["subject"] and (one["dataset"], one["subject"]) == (other["dataset"], other["subject"]))
    ]
    if rows:
        graph = coo_array(([1] * len(pairs), tuple(zip(*pairs, strict=True))), shape=(len(rows),) * 2)
        _, labels = connected_components(graph, directed=False)
        named = {(label, groups[row["image_id"]]) for label, row in zip(labels, rows, strict=True)}
        assert len(named) == len(set(labels)) == len(set(groups.values()))
    assert image_groups(random.sample(rows, len(rows))) == groups
