from snakemake.utils import min_version

min_version("9.20")


report: "report/workflow.rst"


include: "rules/common.smk"
include: "rules/datasets.smk"
include: "rules/faces.smk"
include: "rules/training.smk"
include: "rules/explanation.smk"
include: "rules/standardization.smk"
include: "rules/comparison.smk"
include: "rules/means.smk"
include: "rules/people.smk"
include: "rules/trials.smk"
include: "rules/inference.smk"
include: "rules/controls.smk"
include: "rules/quality.smk"
include: "rules/similarity.smk"
include: "rules/pictures.smk"
include: "rules/report.smk"
include: "rules/pages.smk"


wildcard_constraints:
    dataset=one_of(config["datasets"]),
    architecture="[a-z0-9_]+",
    network=one_of(config["training"]["networks"]),
    explainer=one_of(config["explanation"]["explainers"]),
    mask_set=one_of(config["comparison"]["mask_sets"]),
    expression=one_of(EXPRESSIONS),
    fold=r"\d+",
    repeat=r"\d+",
    control=one_of(config["training"]["controls"]),
    people=one_of(config["comparison"]["people"]),


rule all:
    default_target: True
    input:
        checked_study,


if IMPORTED:

    include: "rules/imported.smk"


onstart:
    tell_time_left(workflow)


onsuccess:
    write_provenance(workflow, config)


onerror:
    tell_failures(workflow)
