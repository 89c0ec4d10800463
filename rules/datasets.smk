localrules:
    check_datasets,


rule index_dataset:
    input:
        table=lambda wildcards: given(table_of(wildcards)),
    output:
        index="results/datasets/{dataset}/index.csv",
        counts="results/datasets/{dataset}/counts.csv",
        published="results/datasets/{dataset}/published.csv",
    log:
        "logs/datasets/{dataset}/index_dataset.log",
    benchmark:
        "logs/datasets/{dataset}/index_dataset.tsv"
    conda:
        "../envs/core.yaml"
    threads: 4
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        *code("datasets.index_dataset"),
        *entry_code("reader", "datasets", "{dataset}"),
        content=lambda wildcards: content_param(table_of(wildcards)),
        settings=lambda wildcards: slices.dataset_slice(config, wildcards.dataset),
        expressions=settings("run", "expressions"),
        neutral=lambda wildcards: slices.neutral_option(config, wildcards.dataset),
    shell:
        "python -m workflow_scripts.datasets.index_dataset --dataset {wildcards.dataset:q}"
        " --settings {params.settings:q} --expressions {params.expressions:q}"
        " {params.neutral:q} --threads {threads} --output {output.index:q} --counts {output.counts:q} --published {output.published:q}"
        " > {log:q} 2>&1"


rule check_datasets:
    input:
        index=expand("results/datasets/{dataset}/index.csv", dataset=DATASETS),
        counts=expand("results/datasets/{dataset}/counts.csv", dataset=DATASETS),
    output:
        "results/datasets/checked.csv",
    log:
        "logs/datasets/check_datasets.log",
    benchmark:
        "logs/datasets/check_datasets.tsv"
    priority: 1  # runs before the faces, which do not wait for it
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("datasets.check_datasets"),
        datasets=DATASETS,
        expressions=settings("run", "expressions"),
        folds=config["training"]["folds"],
        split=lambda wildcards: slices.split_slice(config),
    shell:
        "python -m workflow_scripts.datasets.check_datasets {params.datasets:q}"
        " --index {input.index:q} --counts {input.counts:q} --expressions {params.expressions:q}"
        " --folds {params.folds:q} --split {params.split:q} --output {output:q} > {log:q} 2>&1"
