# What is put beside the networks of the study: published heatmaps, and people's. Included only if there are any.
localrules:
    compare_beside,


rule compare_beside:
    input:
        heatmaps=lambda wildcards: inputs.cell_heatmaps(
            "", inputs.masked(BESIDE_CELLS, MASKED[wildcards.mask_set])
        ),
        masks=lambda wildcards: inputs.masks(wildcards.mask_set, MASKED[wildcards.mask_set]),
        standard_face=given(STANDARD_FACE),
    output:
        "results/comparison/beside/{mask_set}.csv",
    log:
        "logs/comparison/beside/{mask_set}/compare_beside.log",
    benchmark:
        "logs/comparison/beside/{mask_set}/compare_beside.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="30m",
    params:
        *code("comparison.compare_beside"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        cells=lambda wildcards: json.dumps(inputs.masked(BESIDE_CELLS, MASKED[wildcards.mask_set])),
        expressions=lambda wildcards: slices.canonical(MASKED[wildcards.mask_set]),
        metrics=lambda wildcards: slices.metrics_slice(config),
    shell:
        "python -m workflow_scripts.comparison.compare_beside {input.heatmaps:q} --cells {params.cells:q}"
        " --masks {input.masks:q} --expressions {params.expressions:q}"
        " --standard-face {params.standard_face:q} --metrics {params.metrics:q} --output {output:q} > {log:q} 2>&1"


if published.folds(config):

    include: "published.smk"
