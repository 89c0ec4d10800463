rule index_dataset:
    input:
        code=code("datasets.index_dataset"),
        reader=entry_code("reader", "datasets", "{dataset}"),
        table=table_of,
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
        settings=settings("datasets", "{dataset}"),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.datasets.index_dataset --dataset {wildcards.dataset}"
        " --settings {params.settings:q} --expressions {params.expressions:q}"
        " --threads {threads} --output {output.index:q} --counts {output.counts:q} --published {output.published:q}"
        " > {log:q} 2>&1"
