localrules:
    draw_masks,
    compare_references,
    compare_action_units,
    summarize_comparison,
    rank_networks,


# groups of networks that are compared with each other
COMPARED_GROUPS = {name: of_group for name, of_group in GROUPS.items() if name != UNGROUPED}
ACTION_UNIT_REGIONS = "resources/action_unit_regions.csv"
CELLS = [(*training, expression) for training in TRAININGS for expression in EXPRESSIONS]
SCORED = {name: [cell for cell in CELLS if cell[0] == name] for name in NETWORKS}
ALL_CELLS = CELLS + BESIDE_CELLS
MASK_CELLS = [(name, expression) for name in MASK_SETS for expression in MASKED[name]]


rule draw_masks:
    input:
        standard_face=given(STANDARD_FACE),
        source=lambda wildcards: inputs.mask_inputs(config, wildcards.mask_set, wildcards.expression),
        faces=lambda wildcards: inputs.mask_data(
            config, wildcards.mask_set, "results/faces/{dataset}/faces.sha256"
        ),
        index=lambda wildcards: inputs.mask_data(
            config, wildcards.mask_set, "results/datasets/{dataset}/index.csv"
        ),
    output:
        "results/comparison/masks/{mask_set}/{expression}.png",
    log:
        "logs/comparison/masks/{mask_set}/{expression}/draw_masks.log",
    benchmark:
        "logs/comparison/masks/{mask_set}/{expression}/draw_masks.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime="1h",
    params:
        *code("comparison.draw_masks"),
        *entry_code("kind", "comparison", "mask_sets", "{mask_set}"),
        **placed("standard_face", STANDARD_FACE),
        faces=faces_of,
        settings=lambda wildcards: slices.mask_slice(config, wildcards.mask_set, wildcards.expression),
        source_content=lambda wildcards: content_param(
            inputs.mask_source(config, wildcards.mask_set, wildcards.expression)
        ),
        source=lambda wildcards, input: inputs.source_option(config, wildcards.mask_set, wildcards.expression),
    shell:
        "python -m workflow_scripts.comparison.draw_masks"
        " --settings {params.settings:q} --expression {wildcards.expression:q}"
        " --standard-face {params.standard_face:q} {params.source:q}"
        " --faces {params.faces:q} --index {input.index:q} --output {output:q} > {log:q} 2>&1"


rule compare_network:
    input:
        hashes=inputs.hashes("{explainer}", product(["{network}"], FOLDS)),
        masks=lambda wildcards: inputs.masks(wildcards.mask_set, MASKED[wildcards.mask_set]),
        positives=expand("results/explanation/{{network}}/fold{fold}/positives.csv", fold=FOLDS),
        folds="results/training/folds.csv",  # for the subjects, which are the same in all repeats
        standard_face=given(STANDARD_FACE),
    output:
        scores="results/comparison/{explainer}/{mask_set}/scores/{network}.csv",
        changes="results/comparison/{explainer}/{mask_set}/subjects/{network}.h5",
    log:
        "logs/comparison/{explainer}/{mask_set}/{network}/compare_network.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/{network}/compare_network.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        *code("comparison.compare_network"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        **cells_of(lambda wildcards: inputs.masked(SCORED[wildcards.network], MASKED[wildcards.mask_set])),
        folds=slices.canonical(list(FOLDS)),
        expressions=lambda wildcards: slices.canonical(MASKED[wildcards.mask_set]),
        metrics=lambda wildcards: slices.metrics_slice(config),
        averaging=config["standardization"]["averaging"],
    shell:
        "python -m workflow_scripts.comparison.compare_network {params.heatmaps:q} --cells {params.cells:q}"
        " --masks {input.masks:q} --expressions {params.expressions:q} --positives {input.positives:q}"
        " --folds {params.folds:q} --subjects {input.folds:q} --standard-face {params.standard_face:q}"
        " --metrics {params.metrics:q} --averaging {params.averaging:q} --scores {output.scores:q}"
        " --changes {output.changes:q} > {log:q} 2>&1"


rule compare_references:
    input:
        hashes=inputs.hashes("{explainer}", [*TRAININGS, *BESIDE_FOLDS]),
        masks=lambda wildcards: inputs.masks(wildcards.mask_set, MASKED[wildcards.mask_set]),
        standard_face=given(STANDARD_FACE),
        learned="results/training/learned.csv",
    output:
        **{name: f"results/comparison/{{explainer}}/{{mask_set}}/{name}.csv" for name in COMPARED},
    log:
        "logs/comparison/{explainer}/{mask_set}/compare_references.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/compare_references.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime="1h",
    params:
        *code("comparison.compare_references"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        **cells_of(lambda wildcards: inputs.masked(ALL_CELLS, MASKED[wildcards.mask_set])),
        expressions=lambda wildcards: slices.canonical(MASKED[wildcards.mask_set]),
        metrics=lambda wildcards: slices.metrics_slice(config),
        seed=config["seed"],
        settings=settings("comparison", "nulls"),
    shell:
        "python -m workflow_scripts.comparison.compare_references {params.heatmaps:q} --masks {input.masks:q}"
        " --cells {params.cells:q} --expressions {params.expressions:q} --mask-set {wildcards.mask_set:q}"
        " --standard-face {params.standard_face:q} --learned {input.learned:q} --metrics {params.metrics:q} --seed {params.seed:q}"
        " --settings {params.settings:q} --references {output.references:q} --matrix {output.matrix:q}"
        " --nulls {output.nulls:q} --grown {output.grown:q} > {log:q} 2>&1"


rule summarize_comparison:
    input:
        scores=expand("results/comparison/{{explainer}}/{{mask_set}}/scores/{network}.csv", network=NETWORKS),
        beside="results/comparison/beside/{mask_set}.csv" if BESIDE else [],
        learned="results/training/learned.csv",
        compared=[
            f"results/comparison/{{explainer}}/{{mask_set}}/{name}.csv"
            for name in ("references", "matrix", "nulls")
        ],
        subjects=expand(
            "results/comparison/{{explainer}}/{{mask_set}}/subjects/{network}.h5", network=NETWORKS
        ),
        controls="results/comparison/{explainer}/{mask_set}/controls.csv" if CONTROLLED else [],
    output:
        **{
            name: report(
                f"results/comparison/{{explainer}}/{{mask_set}}/{name}.csv",
                caption=f"../report/{name}.rst",
                category="Tables",
                labels={"table": name, "masks": "{mask_set}", "explainer": "{explainer}"},
            )
            for name in ("scores", "summary", "differences", "table3", "table4", "table5")
        },
    log:
        "logs/comparison/{explainer}/{mask_set}/summarize_comparison.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/summarize_comparison.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("comparison.summarize_comparison"),
        *entry_code("metrics", "comparison"),
        networks=json.dumps([*NETWORKS, *BESIDE]),
        beside=json.dumps(BESIDE),
        expressions=settings("run", "expressions"),
        metrics=lambda wildcards: slices.metrics_slice(config),
        controls=lambda wildcards, input: ["--controls", input.controls] if input.controls else [],
        one_model=lambda wildcards: slices.one_model_slice(config),
        groups=lambda wildcards: json.dumps(COMPARED_GROUPS),
        min_images=MIN_IMAGES,
        folds=config["training"]["folds"],
        resampled=settings("run", "networks"),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.comparison.summarize_comparison {input.scores:q} {input.beside:q}"
        " --explainer {wildcards.explainer:q} --mask-set {wildcards.mask_set:q}"
        " --networks {params.networks:q} --beside {params.beside:q} --expressions {params.expressions:q}"
        " --metrics {params.metrics:q} --learned {input.learned:q} --min-images {params.min_images:q}"
        " --compared {input.compared:q} --folds {params.folds:q} --seed {params.seed:q}"
        " --subjects {input.subjects:q} --resampled {params.resampled:q} {params.controls:q}"
        " --one-model {params.one_model:q} --groups {params.groups:q} --scores-output {output.scores:q} --summary {output.summary:q}"
        " --differences {output.differences:q} --table3 {output.table3:q} --table4 {output.table4:q} --table5 {output.table5:q} > {log:q} 2>&1"


rule compare_action_units:
    input:
        hashes=inputs.hashes("{explainer}", [*TRAININGS, *BESIDE_FOLDS]),
        regions=given(ACTION_UNIT_REGIONS),
        standard_face=given(STANDARD_FACE),
        learned="results/training/learned.csv",
    output:
        "results/comparison/{explainer}/action_units.csv",
    log:
        "logs/comparison/{explainer}/compare_action_units.log",
    benchmark:
        "logs/comparison/{explainer}/compare_action_units.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime="1h",
    params:
        *code("comparison.compare_action_units"),
        *entry_code("metrics", "comparison"),
        **placed("regions", ACTION_UNIT_REGIONS),
        **placed("standard_face", STANDARD_FACE),
        **cells_of(lambda wildcards: ALL_CELLS),
        beside=json.dumps(BESIDE),
        metrics=lambda wildcards: slices.metrics_slice(config),
        one_model=lambda wildcards: slices.one_model_slice(config),
        folds=config["training"]["folds"],
    shell:
        "python -m workflow_scripts.comparison.compare_action_units {params.heatmaps:q} --cells {params.cells:q}"
        " --learned {input.learned:q} --regions {params.regions:q} --standard-face {params.standard_face:q} --metrics {params.metrics:q}"
        " --folds {params.folds:q} --one-model {params.one_model:q} --beside {params.beside:q} --output {output:q} > {log:q} 2>&1"


rule rank_networks:
    input:
        summaries=expand("results/comparison/{{explainer}}/{mask_set}/summary.csv", mask_set=MASK_SETS),
        grown=expand("results/comparison/{{explainer}}/{mask_set}/grown.csv", mask_set=MASK_SETS),
    output:
        "results/comparison/{explainer}/rankings.csv",
    log:
        "logs/comparison/{explainer}/rank_networks.log",
    benchmark:
        "logs/comparison/{explainer}/rank_networks.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("comparison.rank_networks"),
        *entry_code("metrics", "comparison"),
        mask_sets=settings("run", "mask_sets"),
        metrics=lambda wildcards: slices.metrics_slice(config),
    shell:
        "python -m workflow_scripts.comparison.rank_networks --mask-sets {params.mask_sets:q}"
        " --summaries {input.summaries:q} --grown {input.grown:q} --metrics {params.metrics:q}"
        " --output {output:q} > {log:q} 2>&1"


if BESIDE:

    include: "beside.smk"
