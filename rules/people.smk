# Where people look (comparison.people): fetched data, all maps on the standard face, and networks beside them.
PEOPLE_FILES = people.FILES
# mask sets that people are compared with; those made of their own maps would tell nothing
ANATOMY = [name for name in MASK_SETS if "people" not in config["comparison"]["mask_sets"][name]]
FIRST_MASKS = [cell for cell in MASK_CELLS if cell[0] in ANATOMY[:1]]


localrules:
    fetch_people,
    draw_people,


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
        hashes="results/comparison/people/{people}/fold1/heatmaps.sha256",
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


rule measure_people:
    input:
        maps="results/comparison/people/{people}/maps.h5",
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in MASK_CELLS],
        standard_face=given(STANDARD_FACE),
    output:
        table="results/comparison/people/{people}/agreement.csv",
        ceilings="results/comparison/people/{people}/ceilings.h5",
    log:
        "logs/comparison/people/{people}/measure_people.log",
    benchmark:
        "logs/comparison/people/{people}/measure_people.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime="1h",
    params:
        *code("comparison.measure_people"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        masked=slices.canonical(MASK_CELLS),
        expressions=settings("run", "expressions"),
        metrics=lambda wildcards: slices.metrics_slice(config),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.comparison.measure_people {input.maps:q} --people {wildcards.people:q}"
        " --expressions {params.expressions:q} --masks {input.masks:q} --masked {params.masked:q}"
        " --standard-face {params.standard_face:q} --metrics {params.metrics:q} --seed {params.seed:q}"
        " --output {output.table:q} --ceilings {output.ceilings:q} > {log:q} 2>&1"


rule compare_people:
    input:
        hashes=inputs.hashes("{explainer}", TRAININGS),
        maps="results/comparison/people/{people}/maps.h5",
        ceilings="results/comparison/people/{people}/ceilings.h5",
        learned="results/training/learned.csv",
        standard_face=given(STANDARD_FACE),
    output:
        report(
            "results/comparison/{explainer}/agreement/{people}.csv",
            caption="../report/agreement.rst",
            category="Tables",
            labels={"table": "agreement with {people}", "masks": "", "explainer": "{explainer}"},
        ),
    log:
        "logs/comparison/{explainer}/agreement/{people}/compare_people.log",
    benchmark:
        "logs/comparison/{explainer}/agreement/{people}/compare_people.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        *code("comparison.compare_people"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        **cells_of(lambda wildcards: CELLS),
        groups=lambda wildcards: json.dumps(COMPARED_GROUPS),
        one_model=lambda wildcards: slices.one_model_slice(config),
        metrics=lambda wildcards: slices.metrics_slice(config),
        folds=config["training"]["folds"],
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.comparison.compare_people {params.heatmaps:q} --cells {params.cells:q}"
        " --people {wildcards.people:q} --maps {input.maps:q} --ceilings {input.ceilings:q}"
        " --learned {input.learned:q} --groups {params.groups:q} --one-model {params.one_model:q}"
        " --folds {params.folds:q} --standard-face {params.standard_face:q} --metrics {params.metrics:q}"
        " --seed {params.seed:q} --output {output:q} > {log:q} 2>&1"


rule draw_people:
    input:
        agreement="results/comparison/{explainer}/agreement/{people}.csv",
        people="results/comparison/people/{people}/agreement.csv",
        heatmaps=expand("results/comparison/people/{{people}}/{expression}.npy", expression=EXPRESSIONS),
        networks=expand("results/standardization/{{explainer}}/{expression}.npy", expression=EXPRESSIONS),
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in FIRST_MASKS],
        learned="results/training/learned.csv",
        background=BACKGROUND,
    output:
        svg=report(
            "results/report/{explainer}/people_{people}.svg",
            caption="../report/people.rst",
            category="Figures",
            labels={"figure": "{people} and networks", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/people_{people}.png",
    log:
        "logs/report/{explainer}/people_{people}/draw_people.log",
    benchmark:
        "logs/report/{explainer}/people_{people}/draw_people.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_people"),
        **BACKGROUND_PARAMS,
        masked=slices.canonical(FIRST_MASKS),
        mask_sets=slices.canonical(ANATOMY),
        expressions=settings("run", "expressions"),
        groups=lambda wildcards: json.dumps(COMPARED_GROUPS),
    shell:
        "python -m workflow_scripts.report.draw_people {input.agreement:q} --people {input.people:q}"
        " --heatmaps {input.heatmaps:q} --networks {input.networks:q} --masks {input.masks:q}"
        " --masked {params.masked:q} --mask-sets {params.mask_sets:q} --expressions {params.expressions:q}"
        " --groups {params.groups:q} --learned {input.learned:q} --background {params.background:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"
