"""What the page says about networks that were trained elsewhere."""

from collections import Counter

from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import counted

SAID = {
    "none": "on none of the images of this study",
    "other_folds": "separately for each fold, on the other folds",
}


def model_sentences(study: Study) -> list[str]:
    """A sentence or more per network that was trained elsewhere: on what, as the settings say."""
    found = []
    of_fold = Counter(row["fold"] for row in study.all_folds)
    for network in (name for name in study.networks if name in study.models):
        said = study.models[network]
        on = SAID.get(said["trained_on"], "on other images and on some of these")
        text = (
            f"{network} was trained elsewhere and only used here; according to the settings, it was trained "
            f"{on}."
        )
        if said["trained_on"] not in SAID:
            tests = [row for row in study.accuracy if row["network"] == network]
            left_out = sum(of_fold[row["fold"]] - int(row["n"]) for row in tests)
            text += (
                " Left out of its tests and explanations, because it was trained on them or on identical "
                f"files: {counted(left_out, 'image')}; the other networks are tested on these too."
            )
        if said["one"] and study.n_folds > 1:
            text += (
                " It is one model for all folds: its ± is over subsets of the images and says nothing about "
                "other trainings."
            )
        found.append(text)
    return found


def how_trained(study: Study) -> str:
    """How many networks of the study were trained, and where, as the beginning of a sentence."""
    n, elsewhere = len(study.networks), sum(name in study.models for name in study.networks)
    aside = f", {elsewhere} of them elsewhere," if elsewhere else ""
    return f"{counted(n, 'network')} {'was' if n == 1 else 'were'} trained{aside}"
