# The scores of mean heatmaps, beside the means of scores that comparison.smk makes.
localrules:
    compare_means,


# whose mean heatmaps are scored; that without a name is the mean of the networks that learned
AVERAGED_OVER_FOLDS = [*NETWORKS, *BESIDE, ""]


rule compare_means:
    input:
        heatmaps=lambda wildcards: inputs.mean_heatmaps(
            wildcards.explainer, AVERAGED_OVER_FOLDS, MASKED[wildcards.mask_set]
        ),
        masks=lambda wildcards: inputs.masks(wildcards.mask_set, MASKED[wildcards.mask_set]),
        standard_face=given(STANDARD_FACE),
    output:
        "results/comparison/{explainer}/{mask_set}/means.csv",
    log:
        "logs/comparison/{explainer}/{mask_set}/compare_means.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/compare_means.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("comparison.compare_means"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        networks=json.dumps(AVERAGED_OVER_FOLDS),
        expressions=lambda wildcards: slices.canonical(MASKED[wildcards.mask_set]),
        metrics=lambda wildcards: slices.metrics_slice(config),
    shell:
        "python -m workflow_scripts.comparison.compare_means {input.heatmaps:q} --networks {params.networks:q}"
        " --masks {input.masks:q} --expressions {params.expressions:q}"
        " --standard-face {params.standard_face:q} --metrics {params.metrics:q} --output {output:q} > {log:q} 2>&1"
