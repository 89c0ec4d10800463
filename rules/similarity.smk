BETWEEN_EXPLAINERS = "results/similarity/explainers.csv"
# do findings depend on the explainer? Tables of a study with several
OF_EXPLAINERS = {
    name: [f"results/similarity/{name}.csv"] if len(EXPLAINERS) > 1 else [] for name in ("excess", "findings")
}
CORRELATED = [f"{explainer}/{name}" for explainer in EXPLAINERS for name in EXPRESSIONS]


localrules:
    correlate_heatmaps,
    resample_similarity,
    correlate_explainers,
    compare_explainers,
    draw_dendrogram,


rule correlate_heatmaps:
    input:
        heatmaps=inputs.mean_heatmaps("{explainer}", [*NETWORKS, *BESIDE], ["{expression}"]),
        standard_face=given(STANDARD_FACE),
    output:
        "results/similarity/{explainer}/{expression}.csv",
    log:
        "logs/similarity/{explainer}/{expression}/correlate_heatmaps.log",
    benchmark:
        "logs/similarity/{explainer}/{expression}/correlate_heatmaps.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("similarity.correlate_heatmaps"),
        **placed("standard_face", STANDARD_FACE),
        networks=json.dumps([*NETWORKS, *BESIDE]),
    shell:
        "python -m workflow_scripts.similarity.correlate_heatmaps {input.heatmaps:q}"
        " --networks {params.networks:q} --standard-face {params.standard_face:q} --output {output:q} > {log:q} 2>&1"


rule resample_similarity:
    input:
        hashes=inputs.hashes("{explainer}", [*TRAININGS, *BESIDE_FOLDS]),
        distances=expand("results/similarity/{{explainer}}/{expression}.csv", expression=EXPRESSIONS),
        learned="results/training/learned.csv",
        standard_face=given(STANDARD_FACE),
    output:
        support=report(
            "results/similarity/{explainer}/support.csv",
            caption="../report/support.rst",
            category="Tables",
            labels={"table": "support", "masks": "", "explainer": "{explainer}"},
        ),
        trees="results/similarity/{explainer}/trees.csv",
        reliability=report(
            "results/similarity/{explainer}/reliability.csv",
            caption="../report/reliability.rst",
            category="Tables",
            labels={"table": "reliability", "masks": "", "explainer": "{explainer}"},
        ),
        groups=report(
            "results/similarity/{explainer}/groups.csv",
            caption="../report/groups.rst",
            category="Tables",
            labels={"table": "groups", "masks": "", "explainer": "{explainer}"},
        ),
    log:
        "logs/similarity/{explainer}/resample_similarity.log",
    benchmark:
        "logs/similarity/{explainer}/resample_similarity.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime="1h",
    params:
        *code("similarity.resample_similarity"),
        **placed("standard_face", STANDARD_FACE),
        heatmaps=cells_of(lambda wildcards: ALL_CELLS)["heatmaps"],
        networks=settings("run", "networks"),
        folds=len(FOLDS),
        folds_each=config["training"]["folds"],
        expressions=settings("run", "expressions"),
        groups=json.dumps(GROUPS),
        one_model=lambda wildcards: slices.one_model_slice(config),
        beside=json.dumps(BESIDE),
        settings=settings("similarity"),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.similarity.resample_similarity {params.heatmaps:q}"
        " --networks {params.networks:q} --folds {params.folds:q} --folds-each {params.folds_each:q} --expressions {params.expressions:q}"
        " --distances {input.distances:q} --learned {input.learned:q} --standard-face {params.standard_face:q}"
        " --groups {params.groups:q} --one-model {params.one_model:q} --beside {params.beside:q} --settings {params.settings:q}"
        " --seed {params.seed:q} --support {output.support:q} --trees {output.trees:q}"
        " --reliability-output {output.reliability:q} --groups-output {output.groups:q} > {log:q} 2>&1"


rule correlate_explainers:
    input:
        heatmaps=expand(
            "results/standardization/{explainer}/{network}/{expression}.npy",
            explainer=EXPLAINERS,
            network=NETWORKS,
            expression=EXPRESSIONS,
        ),
        standard_face=given(STANDARD_FACE),
    output:
        BETWEEN_EXPLAINERS,
    log:
        "logs/similarity/correlate_explainers.log",
    benchmark:
        "logs/similarity/correlate_explainers.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime="10m",
    params:
        *code("similarity.correlate_explainers"),
        **placed("standard_face", STANDARD_FACE),
        explainers=settings("run", "explainers"),
        networks=settings("run", "networks"),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.similarity.correlate_explainers {input.heatmaps:q}"
        " --explainers {params.explainers:q} --networks {params.networks:q}"
        " --expressions {params.expressions:q} --standard-face {params.standard_face:q}"
        " --output {output:q} > {log:q} 2>&1"


rule compare_explainers:
    input:
        summaries=[
            f"results/comparison/{explainer}/{mask_set}/summary.csv" for explainer, mask_set in COMPARISONS
        ],
        nulls=[f"results/comparison/{explainer}/{mask_set}/nulls.csv" for explainer, mask_set in COMPARISONS],
        between=BETWEEN_EXPLAINERS,
    output:
        **{
            name: report(
                f"results/similarity/{name}.csv",
                caption=f"../report/{name}.rst",
                category="Tables",
                labels={"table": name, "masks": "", "explainer": ""},
            )
            for name in ("excess", "findings")
        },
    log:
        "logs/similarity/compare_explainers.log",
    benchmark:
        "logs/similarity/compare_explainers.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("similarity.compare_explainers"),
        *entry_code("metrics", "comparison"),
        explainers=settings("run", "explainers"),
        mask_sets=settings("run", "mask_sets"),
        networks=settings("run", "networks"),
        metrics=lambda wildcards: slices.metrics_slice(config),
        folds=config["training"]["folds"],
    shell:
        "python -m workflow_scripts.similarity.compare_explainers {input.between:q} --summaries {input.summaries:q} --nulls {input.nulls:q}"
        " --explainers {params.explainers:q} --mask-sets {params.mask_sets:q} --networks {params.networks:q}"
        " --metrics {params.metrics:q} --folds {params.folds:q} --excess {output.excess:q}"
        " --findings {output.findings:q} > {log:q} 2>&1"


rule draw_dendrogram:
    input:
        distances="results/similarity/{explainer}/{expression}.csv",
        support="results/similarity/{explainer}/support.csv",
        trees="results/similarity/{explainer}/trees.csv",
        learned="results/training/learned.csv",
    output:
        figure=report(
            "results/similarity/{explainer}/{expression}.svg",
            caption="../report/dendrogram.rst",
            category="Similarity",
            labels={"expression": "{expression}", "explainer": "{explainer}"},
        ),
        merges="results/similarity/{explainer}/{expression}_merges.csv",
    log:
        "logs/similarity/{explainer}/{expression}/draw_dendrogram.log",
    benchmark:
        "logs/similarity/{explainer}/{expression}/draw_dendrogram.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("similarity.draw_dendrogram"),
        settings=settings("similarity"),
    shell:
        "python -m workflow_scripts.similarity.draw_dendrogram {input.distances:q} --support {input.support:q}"
        " --trees {input.trees:q} --learned {input.learned:q} --expression {wildcards.expression:q}"
        " --settings {params.settings:q} --output {output.figure:q} --merges-output {output.merges:q} > {log:q} 2>&1"
