localrules:
    correlate_heatmaps,
    draw_dendrogram,


rule correlate_heatmaps:
    input:
        heatmaps=expand(
            "results/standardization/{{explainer}}/{network}/{{expression}}.npy",
            network=NETWORKS,
        ),
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
        networks=settings("run", "networks"),
    shell:
        "python -m workflow_scripts.similarity.correlate_heatmaps {input.heatmaps:q}"
        " --networks {params.networks:q} --standard-face {params.standard_face:q} --output {output:q} > {log:q} 2>&1"


rule draw_dendrogram:
    input:
        distances="results/similarity/{explainer}/{expression}.csv",
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
        "python -m workflow_scripts.similarity.draw_dendrogram {input.distances:q} --learned {input.learned:q}"
        " --expression {wildcards.expression:q} --settings {params.settings:q}"
        " --output {output.figure:q} --merges-output {output.merges:q} > {log:q} 2>&1"
