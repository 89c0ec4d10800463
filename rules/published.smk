# The published heatmaps (comparison.published). Included only if there are any.
PUBLISHED_IMAGES = published.images(config)
PUBLISHED = published.folds(config)


localrules:
    import_published,


rule import_published:
    input:
        [path for image in PUBLISHED_IMAGES.values() for path in given(image)],
    output:
        inputs.cell_heatmaps("", [cell for cell in BESIDE_CELLS if cell[0] in PUBLISHED]),
        inputs.mean_heatmaps("", PUBLISHED, EXPRESSIONS),
        inputs.hashes("", [of for of in BESIDE_FOLDS if of[0] in PUBLISHED]),
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
