# Subsets of the explained images (comparison.subsets): by right and wrong predictions, data set, sex, any column.


localrules:
    summarize_subsets,
    average_subsets,
    draw_subsets,


rule compare_subsets:
    input:
        hashes=inputs.hashes("{explainer}", product(["{network}"], FOLDS)),
        positives=expand("results/explanation/{{network}}/fold{fold}/positives.csv", fold=FOLDS),
        folds="results/training/folds.csv",  # for the subjects, which are the same in all repeats
        index=expand("results/datasets/{dataset}/index.csv", dataset=DATASETS),
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in MASK_CELLS],
        standard_face=given(STANDARD_FACE),
    output:
        table="results/comparison/{explainer}/subsets/{network}.csv",
        heatmaps="results/comparison/{explainer}/subsets/{network}.h5",
    log:
        "logs/comparison/{explainer}/subsets/{network}/compare_subsets.log",
    benchmark:
        "logs/comparison/{explainer}/subsets/{network}/compare_subsets.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(120),
    params:
        *code("comparison.compare_subsets"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        **cells_of(lambda wildcards: SCORED[wildcards.network]),
        subsets=lambda wildcards: slices.subsets_slice(config),
        masks=lambda wildcards, input: ["--masks", *input.masks] if input.masks else [],
        masked=slices.canonical(MASK_CELLS),
        metrics=lambda wildcards: slices.metrics_slice(config),
        averaging=config["standardization"]["averaging"],
        min_images=MIN_IMAGES,
        one_model=lambda wildcards: slices.one_model_slice(config),
        folds=config["training"]["folds"],
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.comparison.compare_subsets {params.heatmaps:q} --network {wildcards.network:q}"
        " --cells {params.cells:q} --positives {input.positives:q} --folds {input.folds:q} --index {input.index:q}"
        " --subsets {params.subsets:q} {params.masks:q} --masked {params.masked:q}"
        " --standard-face {params.standard_face:q} --metrics {params.metrics:q} --averaging {params.averaging:q}"
        " --min-images {params.min_images:q} --one-model {params.one_model:q} --folds-each {params.folds:q}"
        " --seed {params.seed:q} --table {output.table:q} --heatmaps {output.heatmaps:q} > {log:q} 2>&1"


rule summarize_subsets:
    input:
        expand("results/comparison/{{explainer}}/subsets/{network}.csv", network=NETWORKS),
    output:
        report(
            "results/comparison/{explainer}/{mask_set}/subsets.csv",
            caption="../report/subsets.rst",
            category="Tables",
            labels={"table": "subsets", "masks": "{mask_set}", "explainer": "{explainer}"},
        ),
    log:
        "logs/comparison/{explainer}/{mask_set}/summarize_subsets.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/summarize_subsets.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("comparison.summarize_subsets"),
    shell:
        "python -m workflow_scripts.comparison.summarize_subsets {input:q} --mask-set {wildcards.mask_set:q}"
        " --output {output:q} > {log:q} 2>&1"


rule average_subsets:
    input:
        heatmaps=expand("results/comparison/{{explainer}}/subsets/{network}.h5", network=NETWORKS),
        learned="results/training/learned.csv",
    output:
        "results/comparison/{explainer}/subsets.h5",
    log:
        "logs/comparison/{explainer}/average_subsets.log",
    benchmark:
        "logs/comparison/{explainer}/average_subsets.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("comparison.average_subsets"),
        networks=settings("run", "networks"),
    shell:
        "python -m workflow_scripts.comparison.average_subsets {input.heatmaps:q} --networks {params.networks:q}"
        " --learned {input.learned:q} --output {output:q} > {log:q} 2>&1"


rule draw_subsets:
    input:
        heatmaps="results/comparison/{explainer}/subsets.h5",
        background=BACKGROUND,
    output:
        svg=report(
            "results/report/{explainer}/subsets.svg",
            caption="../report/subsets_figure.rst",
            category="Figures",
            labels={"figure": "subsets", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/subsets.png",
    log:
        "logs/report/{explainer}/draw_subsets.log",
    benchmark:
        "logs/report/{explainer}/draw_subsets.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime="10m",
    params:
        *code("report.draw_subsets"),
        **BACKGROUND_PARAMS,
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_subsets {input.heatmaps:q} --expressions {params.expressions:q}"
        " --background {params.background:q} --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"
