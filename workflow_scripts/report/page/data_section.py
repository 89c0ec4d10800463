"""The page's section on the data: images found, left out, rejected and used; the folds; identical images."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from workflow_scripts.datasets.splits import ONLY_TRAINED, across, whole_data_sets
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, scrolled_table
from workflow_scripts.report.page.study import Study, Table
from workflow_scripts.report.page.wording import MISSING, counted, listed

UNKNOWN = "unknown"
SHOWN = 5  # names of images in a sentence


def data_section(study: Study) -> list[Markup]:
    """Images found, left out, rejected and used, per data set; the folds; identical images."""
    parts: list[Markup] = []
    for name in study.datasets:
        parts += [element("h3", f"Data set {name}"), _dataset_table(study, name), *_rejections(study, name)]
    rows = []
    of_fold = defaultdict(list)
    for row in study.all_folds:
        of_fold[row["fold"]].append(row)
    for fold in sorted(of_fold, key=int):
        images = of_fold[fold]
        per_expression = Counter(row["expression"] for row in images)
        rows.append(
            [
                fold if fold != str(ONLY_TRAINED) else "none: training only",
                *(str(per_expression[name]) for name in study.expressions),
                str(len(images)),
                subject_count(images),
            ]
        )
    parts += [
        element("h3", "Folds"),
        *(element("p", text) for text in fold_sentences(study.folds, study.official)),
        *(element("p", text) for text in repeat_sentences(study)),
        *_left_out_by_split(study),
        data_table("Images per test fold", ["fold", *study.expressions, "all", "subjects"], rows),
        element("h3", "Identical images"),
        *(element("p", text) for text in identical_sentences(study.folds, study.official)),
        *_divided_images(study),
    ]
    return parts


def subject_count(folds: Table) -> str:
    """How many subjects the images show, as far as known: "12", "unknown", "12 + unknown"."""
    named = {(row["dataset"], row["subject"]) for row in folds if row["subject"]}
    parts = [str(len(named))] if named else []
    return " + ".join([*parts, UNKNOWN] if any(not row["subject"] for row in folds) else parts)


def fold_sentences(folds: Table, official: bool = False) -> list[str]:
    """What the folds keep apart, and what they cannot, given what each data set says about its subjects.

    official: whether the folds came with the data sets, and nothing was moved.
    """
    of_dataset = defaultdict(list)
    for row in folds:
        of_dataset[row["dataset"]].append(row["subject"])
    unknown = [name for name, subjects in of_dataset.items() if not any(subjects)]
    single = [
        name
        for name, subjects in of_dataset.items()
        if name not in unknown and len(set(subjects)) == len(subjects)
    ]
    found = ["Each network is tested on the fold that it has not seen."]
    if official:
        found += _official_sentences(folds)
    elif len(unknown) < len(of_dataset):
        whose = f" ({_data_sets([name for name in of_dataset if name not in unknown])})" if unknown else ""
        found.append(f"All images of a subject lie in one fold, where subjects are known{whose}.")
    if unknown:
        found.append(
            f"Subjects are unknown in {_data_sets(unknown)}: nothing keeps the images of a person in one "
            "fold. If people appear in several images, networks were tested on people they had been trained "
            "on, and their accuracy is too high."
        )
    if single:
        found.append(
            f"In {_data_sets(single)}, every image has a different subject. Such a data set cannot show "
            "whether people recur under several names; if they do, accuracy is too high."
        )
    return found


def repeat_sentences(study: Study) -> list[str]:
    """What the repeats of the cross-validation have in common, and how their folds are numbered."""
    if not study.repeats:
        return []
    return [
        f"The cross-validation was repeated: {study.division}, numbered from 1 to {study.n_folds}. Each "
        "repeat divides the same images by a draw of its own; networks were trained on the other folds of "
        "their repeat alone. Every image is in one test fold of each repeat."
    ]


def _official_sentences(folds: Table) -> list[str]:
    """What an official split is, and which people are on both sides of it."""
    if whole_data_sets(folds):
        found = [
            "Each fold is a data set, and each network was trained on all the others: folds differ in more "
            "than their training; deviations and intervals over trainings are about such data sets."
        ]
    else:
        found = ["The folds are those that the data sets came with; nothing was moved."]
    if len({row["fold"] for row in folds} - {str(ONLY_TRAINED)}) == 1:
        found.append(
            "One official split means one training of each network: it says nothing about how other "
            "trainings would turn out, so there are no standard deviations and no intervals over trainings."
        )
    subjects = {(row["dataset"], row["subject"]) for row in folds if row["subject"]}
    if shared := across(folds, "subject"):
        found.append(
            f"Warning: {len(shared)} of {counted(len(subjects), 'subject')} have images in several folds, so "
            "networks were tested on people they had been trained on: "
            f"{_first(sorted(shared))}."
        )
    elif subjects:
        found.append("Where subjects are known, none has images in several folds.")
    return found


def _left_out_by_split(study: Study) -> list[Markup]:
    """Images that an official split leaves out, such as those for validation."""
    said = []
    for name in study.datasets if study.official else ():
        found = sum(int(row["images"]) for row in study.counts[name] if row["used"] == "yes")
        used = sum(row["dataset"] == name for row in study.folds)
        if left := found - len(study.rejected[name]) - used:
            said.append(
                f"Not used, since the official split has them neither for training nor for testing (but for "
                f"validation, say): {counted(left, 'image')} of {name}."
            )
    return [element("p", text) for text in said]


def _divided_images(study: Study) -> list[Markup]:
    """Every image that has copies on both sides of an official split."""
    divided = across(study.folds, "identical") if study.official else {}
    sets = [
        " = ".join(f"{row['image_id']} (fold {row['fold']})" for row in rows) for rows in divided.values()
    ]
    summary = element(
        "summary", "The images with copies on both sides of the split, by fold (0: training only)"
    )
    return [element("details", summary, bullets(sets))] if sets else []


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"


def identical_sentences(folds: Table, official: bool = False) -> list[str]:
    """How many images are byte-identical, and which contradict each other.

    official: whether the folds came with the data sets, which may divide such images.
    """
    sets = defaultdict(list)
    for row in folds:
        if row["identical"]:
            sets[row["identical"]].append(row)
    if not sets:
        return ["No image was used twice: no two are byte-identical."]
    n_images, span = sum(map(len, sets.values())), {}
    for column in ("dataset", "subject", "expression"):
        span[column] = _spanning(sets.values(), column)
    divided = across(folds, "identical") if official else {}
    whole = ", each set entirely in one fold: no network was tested on a copy of an image it was trained on"
    found = [
        f"{counted(n_images, 'image')} are in {counted(len(sets), 'set')} of byte-identical images"
        f"{'' if divided else whole}. Every copy counts as an image. Sets that span data sets: "
        f"{span['dataset']}; subjects: {span['subject']}; expressions: {span['expression']}."
    ]
    if divided:
        tested = sum(row["fold"] != str(ONLY_TRAINED) for rows in divided.values() for row in rows)
        found.append(
            f"Warning: the official split divides {counted(len(divided), 'set')} of them. Test images with a "
            f"copy among the training images: {tested:,}; accuracy is too high by what networks remember of "
            "these. They were not moved."
        )
    torn = [name for name, rows in sets.items() if len({row["expression"] for row in rows}) > 1]
    if torn:
        found.append(
            f"Warning: the same image is labelled with different expressions in {counted(len(torn), 'set')}, "
            f"so at least one of its labels is wrong: {_first(torn)}. Correct the labels, or remove the "
            "images."
        )
    return found


def _spanning(sets: Iterable[Table], column: str) -> int:
    """How many sets have images that differ in `column`; subjects of two data sets always differ."""
    differ = 0
    for rows in sets:
        values = {(row["dataset"] if column == "subject" else "", row[column]) for row in rows if row[column]}
        differ += len(values) > 1
    return differ


def _data_sets(names: Sequence[str]) -> str:
    return f"data set{'s' if len(names) > 1 else ''} {listed(names)}"


def _dataset_table(study: Study, name: str) -> Markup:
    rejected = Counter(row["expression"] for row in study.rejected[name])
    used = Counter(row["expression"] for row in study.folds if row["dataset"] == name)
    rows = []
    for row in study.counts[name]:
        label = row["expression"] or "(left out by the reader)"
        if row["used"] == "yes":
            expression = row["expression"]
            values = [
                row["images"],
                row["subjects"] or UNKNOWN,
                str(rejected[expression]),
                str(used[expression]),
                "",
            ]
        else:
            values = [
                row["images"],
                row["subjects"] or (UNKNOWN if row["expression"] else MISSING),
                MISSING,
                "0",
                row.get("reason") or "left out",
            ]
        rows.append([label, *values])
    header = ["expression", "images found", "subjects", "rejected", "used", "why left out"]
    head = element("tr", *(element("th", text, scope="col") for text in header))
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", value, class_="number") for value in row[1:5]),
            element("td", row[5]),
        )
        for row in rows
    ]
    return scrolled_table(f"Images of {name}", element("thead", head), element("tbody", *body))


def _rejections(study: Study, name: str) -> list[Markup]:
    reasons = Counter(row["reason"].partition(":")[0] for row in study.rejected[name])
    if not reasons:
        return [element("p", "No image was rejected.")]
    rows = [[reason, str(n)] for reason, n in reasons.most_common()]
    return [data_table(f"Rejected images of {name}, by reason", ["reason", "images"], rows)]
