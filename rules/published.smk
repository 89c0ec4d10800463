# The published heatmaps (comparison.published), put beside those of the study. Included only if there are any.
PUBLISHED_IMAGES = published.images(config)


localrules:
    import_published,
    compare_published,


rule import_published:
    input:
        [path for image in PUBLISHED_IMAGES.values() for path in given(image)],
    output:
        inputs.cell_heatmaps("", PUBLISHED_CELLS),
        inputs.mean_heatmaps("", PUBLISHED, EXPRESSIONS),
    log:
        "logs/comparison/published/import_published.log",
    benchmark:
        "logs/comparison/published/import_published.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="30m",
    params:
        *code("comparison.import_published"),
        content=[content_param(image) for image in PUBLISHED_IMAGES.values()],
        cells=json.dumps(list(PUBLISHED_IMAGES)),
        networks=json.dumps(PUBLISHED),
        expressions=settings("run", "expressions"),
        # not compared, as it takes the input: where shipped files lie depends on the clone
        images=lambda wildcards, input: [str(located(image)) for image in PUBLISHED_IMAGES.values()],
        folder="results/comparison/published",
    shell:
        "python -m workflow_scripts.comparison.import_published {params.images:q} --cells {params.cells:q}"
        " --networks {params.networks:q} --expressions {params.expressions:q} --output {params.folder:q}"
        " > {log:q} 2>&1"


rule compare_published:
    input:
        heatmaps=lambda wildcards: inputs.cell_heatmaps(
            "", inputs.masked(PUBLISHED_CELLS, MASKED[wildcards.mask_set])
        ),
        masks=lambda wildcards: inputs.masks(wildcards.mask_set, MASKED[wildcards.mask_set]),
        standard_face=given(STANDARD_FACE),
    output:
        "results/comparison/published/{mask_set}.csv",
    log:
        "logs/comparison/published/{mask_set}/compare_published.log",
    benchmark:
        "logs/comparison/published/{mask_set}/compare_published.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="30m",
    params:
        *code("comparison.compare_published"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        cells=lambda wildcards: json.dumps(inputs.masked(PUBLISHED_CELLS, MASKED[wildcards.mask_set])),
        expressions=lambda wildcards: slices.canonical(MASKED[wildcards.mask_set]),
        metrics=lambda wildcards: slices.metrics_slice(config),
    shell:
        "python -m workflow_scripts.comparison.compare_published {input.heatmaps:q} --cells {params.cells:q}"
        " --masks {input.masks:q} --expressions {params.expressions:q}"
        " --standard-face {params.standard_face:q} --metrics {params.metrics:q} --output {output:q} > {log:q} 2>&1"
