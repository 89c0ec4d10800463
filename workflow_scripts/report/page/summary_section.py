"""The page's first section: the question, the short answer, and its limits."""

from workflow_scripts.explanation.count_positives import ALL
from workflow_scripts.report.page.agreement import short_answer
from workflow_scripts.report.page.entries import Entries
from workflow_scripts.report.page.explainer_parts import first_of
from workflow_scripts.report.page.headline import headline
from workflow_scripts.report.page.markup import Markup, bullets, element
from workflow_scripts.report.page.models import how_trained, model_sentences
from workflow_scripts.report.page.noise_table import LARGE
from workflow_scripts.report.page.null_sentence import null_paragraph
from workflow_scripts.report.page.people_section import people_headlines
from workflow_scripts.report.page.picture_sections import answer_pictures
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import FEWEST_TRAININGS, counted, listed
from workflow_scripts.training.accuracy import AVERAGE
from workflow_scripts.training.learned import marked

LOW_R2 = 0.5  # of a fit: below it, weights describe less than half of what a network does around an image
HARDLY_BETTER = 1.5  # times chance: below it, heatmaps say little about how an expression is recognised


def answer_section(study: Study) -> list[Markup]:
    """The question, the numbers that answer it, and what they cannot say."""
    parts = [
        *_headlines(study),
        *answer_pictures(study),
        *first_of(study, null_paragraph, "The same"),
        element(
            "p",
            f"{how_trained(study)} to tell {listed(study.expressions)} apart. An explainer "
            f"({listed(study.explainers)}) marked what each decision for an expression is based on; these "
            "explanations, on one standard face, were averaged into heatmaps. The brightest part of each, "
            "above Otsu's threshold, was compared with masks: overlap is IoU, 1 for the same region, 0 for "
            f"nothing in common. {_measured(study)}",
        ),
        *people_headlines(study),
    ]
    answers = first_of(study, _answers, "The answers")
    return [*parts, *answers, element("h3", "Read the numbers with this in mind"), bullets(caveats(study))]


def _answers(study: Study, explainer: str) -> Markup:
    """The answer of one explainer against each set of masks; nothing without masks."""
    answers = []
    for comparison in study.comparisons_of(explainer):
        title = f"Masks {comparison.mask_set}"
        if len(study.explainers) > 1:
            title += f" (explainer {explainer})"
        said = short_answer(comparison.entries, comparison.differences)
        sentences = (element("p", sentence) for sentence in said)
        answers.append(element("div", element("h3", title), *sentences, class_="answer"))
    return element("div", *answers, class_="answers") if answers else Markup()


def _headlines(study: Study) -> list[Markup]:
    """The answer in a sentence, of each explainer; those with the same answer share it."""
    answers: dict[str, list[str]] = {}
    for explainer in study.explainers:
        answers.setdefault(headline(study.comparisons_of(explainer), study.metrics), []).append(explainer)
    several = len(study.explainers) > 1
    return [
        element("p", f"{listed(explainers)}: " if several else "", said, class_="headline")
        for said, explainers in answers.items()
    ]


def _measured(study: Study) -> str:
    """What is known of people."""
    anatomy = "the masks stand for where anatomy puts an expression."
    if not study.agreement:
        return f"Neither people's gaze nor their perception was measured: {anatomy}"
    return f"What people use was measured on other faces, and comes first below; {anatomy}"


def caveats(study: Study) -> list[str]:
    """Limits of this run, as far as its own data shows them."""
    found = [
        *_unlearned(study),
        *model_sentences(study),
        size_sentence(study),
        *_explained(study),
        _spread(study),
        *_few(study),
        *_weak(study),
        *_fits(study),
        *_noisy(study),
    ]
    if len(study.comparisons) > len(study.explainers):
        found.append("The answer depends on how the masks are built: compare the mask sets.")
    found.append(
        "A large region overlaps every mask: an IoU only has meaning beside that of the whole face (jaw line "
        "to the top of the canvas) and of a random region of the face as large as the network's own."
    )
    return found


def _unlearned(study: Study) -> list[str]:
    """Which networks did not learn, with their balanced accuracy."""
    rows = [row for row in study.learned if row["learned"] == "no"]
    if not rows:
        return []
    names = listed([f"{row['network']} ({float(row['balanced_accuracy']):.3f})" for row in rows])
    chance = float(study.mean_accuracy(AVERAGE, "chance")["estimate"])
    if len(rows) == len(study.networks):
        return [
            f"No network learned: the balanced accuracy of {names} is not significantly above the "
            f"{chance:.3f} of guessing. Their rows are marked †, and there is no average and no ranking: "
            "these heatmaps say nothing about how an expression is recognised."
        ]
    return [
        f"Did not learn, as the balanced accuracy is not significantly above the {chance:.3f} of guessing: "
        f"{names}. Marked †, and left out of every average, ranking and sentence above."
    ]


def _spread(study: Study) -> str:
    if study.n_folds == 1 and study.official:
        return (
            "One official split gives no standard deviation and no interval: nothing here says how much a "
            "result varies between trainings."
        )
    if study.n_folds == 1:
        return "One fold gives no standard deviation: nothing here says how much a result varies."
    folds = counted(study.n_folds, "fold")
    if study.n_folds < FEWEST_TRAININGS:
        return (
            f"± is the standard deviation over the {folds}, too few to say how much a result would vary "
            "with other trainings: there are no intervals over trainings."
        )
    return (
        f"± is the standard deviation over the {folds}; intervals in brackets (95 %) are over other "
        "trainings of these networks, not over other networks; what they assume is said under Worth."
    )


def size_sentence(study: Study) -> str:
    """How many images of how many people the study has, in how many folds."""
    subjects = {(row["dataset"], row["subject"]) for row in study.folds if row["subject"]}
    unknown = {row["dataset"] for row in study.folds if not row["subject"]}
    who = [counted(len(subjects), "subject")] if subjects or not unknown else []
    who += [f"unknown subjects (data set {name})" for name in study.datasets if name in unknown]
    return (
        f"The study is based on {counted(len(study.folds), 'image')} of {listed(who)} in "
        f"{counted(len(study.datasets), 'data set')}, in {study.division}."
    )


def _explained(study: Study) -> list[str]:
    """How many explanations the heatmaps rest on, and how many of these are of right predictions."""
    rows = [row for row in study.explained if row["fold"] == ALL and int(row["n"])]
    total = sum(int(row["n"]) for row in rows)
    if not total:
        return []
    shares = {f"{row['network']}, {row['expression']}": float(row["share_right"]) for row in rows}
    right = sum(int(row["right"]) for row in rows) / total
    lowest = min(shares, key=shares.get)
    return [
        f"The heatmaps rest on {counted(total, 'explanation')}, {counted(study.asked_positives, 'image')} at "
        "most for each network, fold and expression, picked by what the network said. In "
        f"{100 * right:.0f}\xa0% of them the face shows that expression ({lowest}: {100 * shares[lowest]:.0f}"
        "\xa0%); a heatmap is about what a network takes for the expression, rightly or not."
    ]


def _noisy(study: Study) -> list[str]:
    """How many heatmaps another seed would visibly change, by explainer."""
    found = []
    for explainer in study.explainers:
        noise = [float(row["noise"]) for row in study.cells_of(explainer) if row["noise"]]
        if large := sum(value > LARGE for value in noise):
            found.append(f"{large} of {len(noise)} ({explainer})")
    if not found:
        return []
    return [
        f"Heatmaps of single folds that are noisy: {listed(found)}. With another seed, they and their scores "
        "would visibly change (see Cells)."
    ]


def _few(study: Study) -> list[str]:
    counts = study.positive_counts()
    few = [n for n in counts.values() if n < study.asked_positives]
    if not few:
        return []
    return [
        f"{len(few)} of {len(counts)} heatmaps of single folds are based on fewer than the "
        f"{study.asked_positives} images requested{study.limits}; {few.count(0)} of them on none (see "
        f"Cells). Only what has at least {study.min_images} in every fold is ranked."
    ]


def _weak(study: Study) -> list[str]:
    """Networks that learned, but little; by balanced accuracy, which a frequent expression cannot raise.

    Also single weak trainings of networks that otherwise did well: their heatmaps are in the means.
    """
    chance = 1 / len(study.expressions)
    low = HARDLY_BETTER * chance
    of_networks, of_folds = [], []
    for network in (name for name in study.networks if study.did_learn.get(name)):
        if float(study.mean_accuracy(network, "balanced_accuracy")["estimate"]) < low:
            of_networks.append(network)
            continue
        rows = [row for row in study.accuracy if row["network"] == network]
        of_folds += [
            f"{network}, fold {row['fold']} ({float(row['balanced_accuracy']):.3f})"
            for row in rows
            if float(row["balanced_accuracy"]) < low
        ]
    limit = f"balanced accuracy below {HARDLY_BETTER} times chance ({chance:.3f})"
    found = []
    if of_networks:
        found.append(
            f"{listed(of_networks)}: mean {limit}; such heatmaps say little about how an expression is "
            "recognised."
        )
    if of_folds:
        found.append(
            f"Single trainings with a {limit}, though the network learned in others: {listed(of_folds)}. "
            "Their heatmaps are included in the means of their networks."
        )
    return found


def _fits(study: Study) -> list[str]:
    """Networks whose decisions the explainer's linear fits do not describe."""
    found = []
    for explainer in study.explainers:
        of_explainer = (one.entries for one in study.comparisons_of(explainer))
        entries = next(of_explainer, Entries({}))  # of any masks: the heatmaps are the same
        r2 = {name: entries.fit(name) for name in study.networks}
        low = [
            f"{marked(name, study.did_learn)} ({value:.2f})"
            for name, value in r2.items()
            if value is not None and value < LOW_R2
        ]
        if low:
            found.append(
                f"The fits of {explainer} explain less than half of the variance of the probabilities "
                f"around an image for {listed(low)} (median R²): the heatmaps miss much of what these "
                "networks do."
            )
    return found
