# Where people look (comparison.people): the data that are fetched, and all maps on the standard face.
PEOPLE_FILES = people.FILES


localrules:
    fetch_people,


rule fetch_people:
    input:
        files=given(PEOPLE_FILES),
        folder=lambda wildcards: inputs.all_given(people.folder_files(config, wildcards.people)),
    output:
        trials="results/comparison/people/{people}/trials.csv",
        weights="results/comparison/people/{people}/weights.csv",
    log:
        "logs/comparison/people/{people}/fetch_people.log",
    benchmark:
        "logs/comparison/people/{people}/fetch_people.tsv"
    wildcard_constraints:
        people=one_of(people.fetched_people(config)),
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="1h",
    params:
        *code("comparison.fetch_people"),
        **placed("files", PEOPLE_FILES),
        # not compared, as it takes the input: the files of the folder are inputs
        folder=lambda wildcards, input: people.located_folder(config, wildcards.people),
        source="results/comparison/people/{people}/source",
    shell:
        "python -m workflow_scripts.comparison.fetch_people {wildcards.people:q} --files {params.files:q}"
        " --folder {params.folder:q} --source {params.source:q} --trials {output.trials:q}"
        " --weights {output.weights:q} > {log:q} 2>&1"


rule standardize_people:
    input:
        files=lambda wildcards: inputs.all_given(people.named_files(config, wildcards.people)),
        weights=lambda wildcards: people.fetched_weights(config, wildcards.people),
        standard_face=given(STANDARD_FACE),
    output:
        maps="results/comparison/people/{people}/maps.h5",
        folds=expand("results/comparison/people/{{people}}/fold1/{expression}.h5", expression=EXPRESSIONS),
        means=expand("results/comparison/people/{{people}}/{expression}.npy", expression=EXPRESSIONS),
    log:
        "logs/comparison/people/{people}/standardize_people.log",
    benchmark:
        "logs/comparison/people/{people}/standardize_people.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(1000),
        runtime="1h",
    params:
        *code("comparison.standardize_people"),
        *entry_code("data", "comparison", "people", "{people}"),
        **placed("standard_face", STANDARD_FACE),
        content=lambda wildcards: [
            content_param(path) for path in people.named_files(config, wildcards.people)
        ],
        settings=lambda wildcards: slices.people_slice(config, wildcards.people),
        expressions=settings("run", "expressions"),
        weights=lambda wildcards, input: ["--weights", input.weights] if input.weights else [],
        folder="results/comparison/people/{people}",
    shell:
        "python -m workflow_scripts.comparison.standardize_people {wildcards.people:q}"
        " --settings {params.settings:q} --expressions {params.expressions:q}"
        " --standard-face {params.standard_face:q} {params.weights:q} --output {params.folder:q} > {log:q} 2>&1"
