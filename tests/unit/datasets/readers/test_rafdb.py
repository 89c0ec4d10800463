"""RAF-DB's list of labels and its two folders of images."""

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.datasets.readers import rafdb

EXPRESSIONS = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")
NAMES = [f"train_0000{n}" for n in range(1, 7)] + ["test_0001"]


@pytest.fixture
def basic(tree):
    """One image of every expression, aligned and original."""
    root = tree(
        [
            *(f"Image/aligned/{name}_aligned.jpg" for name in NAMES),
            *(f"Image/original/{name}.jpg" for name in NAMES),
        ]
    )
    write_list(root, [f"{name}.jpg {label}" for label, name in enumerate(NAMES, start=1)])
    return root


def write_list(root, lines):
    (root / "EmoLabel").mkdir(exist_ok=True)
    (root / rafdb.LABELS).write_text("\n".join([*lines, ""]))


def test_the_list_says_what_each_aligned_image_shows(basic, indexed):
    found = indexed("rafdb", basic)
    rows = {row["path"].rpartition("/")[2]: row for row in found.index}
    assert {name: row["expression"] for name, row in rows.items()} == {
        f"{name}_aligned.jpg": expression for name, expression in zip(NAMES, EXPRESSIONS, strict=True)
    }
    assert rows["test_0001_aligned.jpg"]["part"] == "test"
    assert {row["subject"] for row in found.index} == {""}  # unknown, not seven people
    assert found.published == {"images": (7, 15339)}


def test_the_original_images_are_taken_where_asked_for(basic):
    listing = rafdb.read(basic, images="original")
    assert listing.rows[0]["path"] == "Image/original/train_00001.jpg"
    for value in ("raw", ["aligned"]):
        with pytest.raises(StudyError, match=r"images: expected aligned or original, got ") as raised:
            rafdb.read(basic, images=value)
        assert str(raised.value).endswith(repr(value))


def test_the_folder_above_is_a_root_too(basic):
    assert rafdb.read(basic.parent).rows[0]["path"] == "set/Image/aligned/train_00001_aligned.jpg"


def test_absent_and_unlisted_images_are_counted(basic, tree):
    (basic / "Image/aligned/train_00002_aligned.jpg").unlink()
    folder = "Image/aligned"
    tree([f"{folder}/{name}" for name in ("train_09999_aligned.jpg", ".DS_Store", "train_00002_aligned.txt")])
    listing = rafdb.read(basic)
    assert len(listing.rows) == 6
    assert dict(listing.left_out) == {
        "image of the list that is absent": 1,
        "image that is not on the list": 1,
        "hidden file": 1,
        "no file name of an image of the data set": 1,
    }


@pytest.mark.parametrize("copy", ["train_00001_aligned.png", "copy/train_00001_aligned.JPG"])
def test_the_same_image_twice_is_refused(basic, tree, copy):
    tree([f"Image/aligned/{copy}"])
    with pytest.raises(StudyError, match=r"'Image/aligned/.*' and 'Image/aligned/.*' are the same image"):
        rafdb.read(basic)


def test_a_list_of_another_encoding_is_read_or_refused(basic):
    text = (basic / rafdb.LABELS).read_text()
    (basic / rafdb.LABELS).write_text(text, encoding="utf-8-sig")
    assert len(rafdb.read(basic).rows) == 7
    (basic / rafdb.LABELS).write_text(text, encoding="utf-16")
    with pytest.raises(StudyError, match=r"list_patition_label\.txt: not UTF-8 text"):
        rafdb.read(basic)


def test_two_lists_below_the_root_are_refused(basic, tree):
    tree([f"../other/{rafdb.LABELS}"])
    with pytest.raises(StudyError, match=r"both '.*other.*' and '.*set.*' list images; set root"):
        rafdb.read(basic.parent)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("train_00001.jpg 8", r"line 1: unknown expression '8'; expected one of: 1, 2"),
        ("train_00001.jpg", r"line 1: expected a name and a label, like 'train_00001\.jpg 5'"),
        ("train_00001.jpg 5\ntrain_00001.jpg 4", r"line 2: train_00001\.jpg is listed a second time"),
    ],
)
def test_a_wrong_line_of_the_list_is_refused_by_its_number(basic, line, message):
    write_list(basic, [line])
    with pytest.raises(StudyError, match=message):
        rafdb.read(basic)


def test_a_wrong_root_a_missing_folder_and_an_empty_one_name_the_remedy(basic, tmp_path):
    with pytest.raises(StudyError, match=r"there is no EmoLabel/list_patition_label\.txt in it; set root"):
        rafdb.read(basic / "Image")
    for path in (basic / "Image/aligned").iterdir():
        path.unlink()
    with pytest.raises(
        StudyError, match=r"none of the images .* train_00001_aligned\.jpg; unpack them there"
    ):
        rafdb.read(basic)
    (basic / "Image/aligned").rmdir()
    with pytest.raises(StudyError, match=r"Image/aligned: there is no such folder; unpack"):
        rafdb.read(basic)
