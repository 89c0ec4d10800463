"""What the page shows, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow_scripts.comparison.scores import Metric
from workflow_scripts.datasets.splits import ONLY_TRAINED
from workflow_scripts.explanation.count_positives import ALL
from workflow_scripts.report.page.entries import Differences, Entries, Row
from workflow_scripts.report.page.wording import counted
from workflow_scripts.report.people_numbers import PeopleNumbers

Table = Sequence[Row]

MASK_KINDS = {
    "outlines": "outlines of the regions of each expression's action units, as drawn in the paper's Figure 4",
    "action_units": "unions of one region per action unit of each expression (FACS)",
    "region_maps": "where the faces of the data set actually moved",
    "images": "mask images supplied for the study",
    "halves": "one half of the face, where half faces show the expression",
    "people": "the places of the face that mattered most to people who recognised the expression",
}


@dataclass(frozen=True)
class FigureFile:
    """A figure of the page: links relative to it, the SVG as data URI, size in CSS pixels."""

    svg: str
    png: str
    svg_data: str
    width: int
    height: int


@dataclass(frozen=True)
class Comparison:
    """Scores of cells, their means and what these are compared with, of one explainer and mask set."""

    explainer: str
    mask_set: str
    scores: Table
    entries: Entries
    table5: Table
    differences: Differences = field(default_factory=lambda: Differences({}))
    matrix: Table = ()


@dataclass(frozen=True)
class Study:
    """Everything that the page shows. Figures are keyed by name: "5", or "7/lime" if each explainer has one,
    and "heatmaps/lime/deep" if each group of networks has one.

    `counts` and `rejected` are keyed by data set, `similarity` by (explainer, expression); `folds` are those
    of the first repeat of the cross-validation, where every image occurs once, `repeats` those of each other;
    `accuracy` is of single trainings, `accuracy_means` over all folds; `explained` has the numbers of images
    to explain; `copies` are links to the copied tables, keyed by the name shown.
    """

    title: str
    datasets: Mapping[str, str]  # name -> note
    networks: Sequence[str]
    expressions: Sequence[str]
    explainers: Sequence[str]
    mask_sets: Mapping[str, str]  # name -> kind
    groups: Mapping[str, Sequence[str]]  # name -> networks
    asked_positives: int
    sample_limits: Sequence[str]  # in words: "2 per subject"
    min_images: int
    metrics: Sequence[Metric]
    setup: object
    counts: Mapping[str, Table]
    rejected: Mapping[str, Table]
    folds: Table
    accuracy: Table
    accuracy_means: Table
    learned: Table
    explained: Table
    comparisons: Sequence[Comparison]
    similarity: Mapping[tuple[str, str], Table]
    figures: Mapping[str, FigureFile]
    deviations: Table
    action_units: Mapping[str, Table] = field(default_factory=dict)  # by explainer
    rankings: Mapping[str, Table] = field(default_factory=dict)  # by explainer
    contrasts: Mapping[str, Table] = field(default_factory=dict)  # by explainer
    reliability: Mapping[str, Table] = field(default_factory=dict)  # by explainer
    tree_groups: Mapping[str, Table] = field(default_factory=dict)  # by explainer
    between_explainers: Table = ()  # similarities of the heatmaps of different explainers
    excess: Table = ()  # by explainer, how far scores are from chance
    findings: Table = ()  # of each panel, whether they depend on the explainer
    controls: Mapping[str, Table] = field(default_factory=dict)  # by explainer; empty without any
    quality: Mapping[str, Table] = field(default_factory=dict)  # by explainer; empty if none is examined
    people: Mapping[str, Mapping] = field(default_factory=dict)  # settings by name of the set of people
    agreement: Mapping[tuple[str, str], PeopleNumbers] = field(
        default_factory=dict
    )  # by explainer and people
    trials: Mapping[str, Mapping[str, Table]] = field(default_factory=dict)  # by explainer and table
    subsets: Mapping[str, Mapping[str, Table]] = field(default_factory=dict)  # by explainer and mask set
    copies: Mapping[str, str] = field(default_factory=dict)
    repeats: Sequence[Table] = ()
    own_face: bool = False  # whether the study has a mean face of its own, as a file
    mean_face: Table = ()  # the data sets whose faces were averaged; empty if another face is shown
    halves: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # shown by data sets and mask_sets
    half_subjects: Mapping[str, Table] = field(default_factory=dict)  # by data set of half faces
    recognised: Mapping[tuple[str, str], Row] = field(default_factory=dict)  # by network and expression
    official: bool = False  # whether the folds came with the data sets
    models: Mapping[str, Mapping] = field(default_factory=dict)  # trained elsewhere: trained_on, and one

    @property
    def limits(self) -> str:
        """What else limits a sample of images, as the end of a sentence; usually empty."""
        return f" (at most {' and '.join(self.sample_limits)})" if self.sample_limits else ""

    @property
    def did_learn(self) -> dict[str, bool]:
        """Whether each network learned."""
        return {row["network"]: row["learned"] == "yes" for row in self.learned}

    def comparisons_of(self, explainer: str) -> list[Comparison]:
        """The comparisons of one explainer."""
        return [one for one in self.comparisons if one.explainer == explainer]

    def cells_of(self, explainer: str) -> list[Row]:
        """The cells of one explainer, each once: rows of scores of the first mask set that has it."""
        cells = {}
        for comparison in self.comparisons_of(explainer):
            for row in comparison.scores:
                cells.setdefault((row["network"], row["fold"], row["expression"]), row)
        return list(cells.values())

    @property
    def all_folds(self) -> list[Row]:
        """The images with their folds, once for each repeat of the cross-validation."""
        return [row for table in (self.folds, *self.repeats) for row in table]

    @property
    def folds_each(self) -> int:
        """Folds of one cross-validation."""
        return self.n_folds // (1 + len(self.repeats))

    @property
    def n_folds(self) -> int:
        """Folds that networks were tested on, of all repeats of the cross-validation."""
        return len({row["fold"] for row in self.all_folds} - {str(ONLY_TRAINED)})

    @property
    def division(self) -> str:
        """How the images were divided, in words: "5 folds", or "2 repeats of 5 folds"."""
        times = len(self.repeats) + 1
        folds = counted(self.n_folds // times, "fold")
        return folds if times == 1 else f"{counted(times, 'repeat')} of {folds}"

    def mean_accuracy(self, network: str, metric: str) -> Row:
        """A score of recognition of one network, or of the `average` over all, over the folds."""
        return next(
            row for row in self.accuracy_means if (row["network"], row["metric"]) == (network, metric)
        )

    def positive_counts(self) -> dict[tuple[str, str, str], int]:
        """Explained images by (network, fold, expression), zeros included."""
        return {
            (row["network"], row["fold"], row["expression"]): int(row["n"])
            for row in self.explained
            if row["fold"] != ALL
        }

    def shares_right(self) -> dict[tuple[str, str], float]:
        """The fraction of explained images that show the predicted expression, by (network, expression)."""
        return {
            (row["network"], row["expression"]): float(row["share_right"])
            for row in self.explained
            if row["fold"] == ALL and row["share_right"]
        }


def network_values(table: Table, network: str, column: str) -> list[float]:
    """The numbers of one column in the rows of one network; empty fields are left out."""
    return [float(row[column]) for row in table if row["network"] == network and row[column]]
