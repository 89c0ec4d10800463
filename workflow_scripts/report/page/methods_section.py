"""The page's section of text for a paper: methods made from the settings, and what to cite."""

from collections.abc import Mapping

from workflow_scripts.common.intervals import LEVEL
from workflow_scripts.common.version import version
from workflow_scripts.comparison.score_columns import FREE
from workflow_scripts.datasets.splits import whole_data_sets
from workflow_scripts.report.page.citation import cited_works
from workflow_scripts.report.page.closing_sections import flattened
from workflow_scripts.report.page.day import written_on
from workflow_scripts.report.page.halves_section import WORDS
from workflow_scripts.report.page.markup import Markup, bullets, element
from workflow_scripts.report.page.models import how_trained
from workflow_scripts.report.page.study import MASK_KINDS, Study
from workflow_scripts.report.page.summary_section import size_sentence
from workflow_scripts.report.page.wording import FEWEST_TRAININGS, counted, listed

ONLY_AUTO, WITHOUT_AUTO = (
    ("noise", "max_samples"),
    ("stability",),
)  # settings of LIME without effect otherwise
OF_MACHINES = (
    "batch_size",
    "xla",
    "keep_passes",
    "explainer",
)  # that tell a reader nothing, or the name again


def methods_section(study: Study) -> list[Markup]:
    """Paragraphs to paste, then the works to cite as text and for BibTeX."""
    written = [element("p", paragraph) for paragraph in paragraphs(study)]
    works = cited_works()
    entries = element("pre", "\n\n".join(work.bibtex for work in works))
    return [
        element("h3", "Methods"),
        element("div", *written, class_="paste"),
        element("h3", "How to cite"),
        bullets([work.text for work in works], class_="paste"),
        element("details", element("summary", "The same for BibTeX"), entries),
    ]


def methods_text(study: Study) -> str:
    """The same as plain text: paragraphs, then the works to cite."""
    works = [f"- {work.text}" for work in cited_works()]
    return "\n\n".join([*paragraphs(study), "How to cite", *works]) + "\n"


def paragraphs(study: Study) -> list[str]:
    """The paragraphs of the methods."""
    parts = [images, training, explanations, scores, similarities, computation]
    return [" ".join(said) for part in parts if (said := part(study))]


def images(study: Study) -> list[str]:
    """The data sets, and how faces were found in them."""
    faces = _settings(study, "faces")
    found = [f"Data sets: {listed(list(study.datasets))}.", size_sentence(study)]
    for name, shows in study.halves.get("datasets", {}).items():
        found.append(
            f"The faces of {name} show the expression in the {WORDS[shows]} alone; the other half is the "
            "same subject's neutral face."
        )
    if faces:
        found.append(
            f"Faces were found with {_named(faces['detector'])} and resized to {faces['size']} × "
            f"{faces['size']} px."
        )
    return [*found, f"Expressions: {listed(study.expressions)}."]


def training(study: Study) -> list[str]:
    """The networks, and how images were divided for them."""
    known = "" if all(row["subject"] for row in study.folds) else ", where subjects are known"
    apart = f"with all images of a subject in one fold{known}"
    if study.official:
        whole = whole_data_sets(study.folds)
        apart = "each a data set that its training left out" if whole else "as the data sets divide them"
    found = [
        f"{how_trained(study)}: {listed(study.networks)}. Each was tested on the images that its training "
        f"left out ({study.division}, {apart})."
    ]
    of_networks = _settings(study, "training", "networks")
    said = [
        f"{name} {', '.join(values)}"
        for name in study.networks
        if name not in study.models and (values := _training_settings(of_networks.get(name, {})))
    ]
    if said:
        found.append(
            f"Input and training: {'; '.join(said)}. In every epoch, training images were varied at random "
            "in lighting, position, crop and mirroring."
        )
    learned = [name for name, did in study.did_learn.items() if did]
    return [
        *found,
        f"{len(learned)} of {counted(len(study.did_learn), 'network')} learned to recognise the expressions.",
    ]


def _training_settings(settings: Mapping) -> list[str]:
    """What a reader needs to train a network again, in words."""
    said = {
        "input_size": "{0} px",
        "weights": "from {0} weights",
        "epochs": "{0} epochs",
        "batch_size": "batches of {0}",
        "optimizer": "{0}",
        "learning_rate": "learning rate {0}",
    }
    return [words.format(settings[name]) for name, words in said.items() if settings.get(name)]


def explanations(study: Study) -> list[str]:
    """What was explained, by which explainer with which settings, and where it was carried."""
    found = [
        f"For each network, fold and expression, up to {study.asked_positives} test images{study.limits} "
        "that the network classified as the expression were explained."
    ]
    of_explainers = _settings(study, "explanation", "explainers")
    for name in study.explainers:
        settings = {
            key: value for key, value in of_explainers.get(name, {}).items() if key not in OF_MACHINES
        }
        for key in WITHOUT_AUTO if settings.get("samples") == "auto" else ONLY_AUTO:
            settings.pop(key, None)
        values = [f"{_named(key)} {value}" for key, value in flattened(settings)]
        found.append(f"Explainer {name}{': ' if values else ''}{', '.join(values)}.")
    return [
        *found,
        "Each map of importances was warped onto one standard face by its landmarks, and the maps of a "
        "network, fold and expression were averaged into a heatmap.",
    ]


def scores(study: Study) -> list[str]:
    """Masks, metrics, tests and intervals."""
    if not study.mask_sets:
        return []
    masks = [f"{name} ({MASK_KINDS.get(kind, kind)})" for name, kind in study.mask_sets.items()]
    found = [
        f"Heatmaps were compared with {counted(len(masks), 'set')} of masks: {'; '.join(masks)}. Scores: "
        f"{listed([metric.label for metric in study.metrics])}; those of regions are of what lies above "
        "Otsu's threshold."
    ]
    nulls = _settings(study, "comparison", "nulls")
    if nulls:
        found.append(
            f"p values of single panels are over {nulls['surrogates']:,} masks of the same size and "
            "smoothness elsewhere in the face, those of averages over sets of such masks that overlap as the "
            "masks do, and q values correct for the number of panels (Benjamini-Hochberg). That heatmaps are "
            "specific to their expression is tested over all ways to assign masks to expressions."
        )
        if any(metric.name in FREE for metric in study.metrics):
            found.append(
                f"Intervals over faces ({LEVEL:.0%}), for these trained networks, are from a jackknife that "
                "leaves out one subject at a time."
            )
    if study.n_folds >= FEWEST_TRAININGS:
        found.append(
            f"Intervals over trainings ({LEVEL:.0%}) are corrected for the training images that folds share "
            "(Nadeau & Bengio, 2003)."
        )
    else:
        found.append(f"There are no intervals over trainings: {counted(study.n_folds, 'fold')} are too few.")
    return found


def similarities(study: Study) -> list[str]:
    """How heatmaps were compared with each other."""
    linkage = _settings(study, "similarity").get("linkage")
    if not linkage or len(study.networks) < 2:
        return []
    return [
        "Heatmaps of two networks were compared by Pearson's correlation within the face, and networks "
        f"clustered by one minus it ({linkage} linkage)."
    ]


def computation(study: Study) -> list[str]:
    """The software and the seed."""
    seed = study.setup.get("seed") if isinstance(study.setup, Mapping) else None
    seeded = "" if seed is None else f", seed {seed}"
    return [f"Computed with lookalike {version()}{seeded}; this report was written on {written_on()} (UTC)."]


def _settings(study: Study, *keys: str) -> Mapping:
    """A section of the settings; empty if this page was not given it."""
    node = study.setup
    for key in keys:
        node = node.get(key, {}) if isinstance(node, Mapping) else {}
    return node if isinstance(node, Mapping) else {}


def _named(text: str) -> str:
    return text.replace("_", " ")
