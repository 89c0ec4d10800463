# Claims about these trained networks: what if they had been shown other people's faces?
OF_PAIRS = ("networks", "expressions")  # pairs that are drawn, each a figure
DRAWN_PAIRS = {
    f"contrasts_{name}": [f"results/report/{explainer}/contrasts_{name}.svg" for explainer in EXPLAINERS]
    for name in OF_PAIRS
}


localrules:
    draw_contrasts,


rule contrast_heatmaps:
    input:
        hashes=inputs.hashes("{explainer}", TRAININGS),
        folds="results/training/folds.csv",
        learned="results/training/learned.csv",
        standard_face=given(STANDARD_FACE),
    output:
        table=report(
            "results/comparison/{explainer}/contrasts.csv",
            caption="../report/contrasts.rst",
            category="Tables",
            labels={"table": "contrasts", "masks": "", "explainer": "{explainer}"},
        ),
        maps="results/comparison/{explainer}/contrasts.h5",
    log:
        "logs/comparison/{explainer}/contrast_heatmaps.log",
    benchmark:
        "logs/comparison/{explainer}/contrast_heatmaps.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        *code("comparison.contrast_heatmaps"),
        **placed("standard_face", STANDARD_FACE),
        **cells_of(lambda wildcards: CELLS),
        expressions=settings("run", "expressions"),
        seed=config["seed"],
        flips=config["comparison"]["subjects"]["flips"],
        step=config["comparison"]["nulls"]["step"],
    shell:
        "python -m workflow_scripts.comparison.contrast_heatmaps {params.heatmaps:q} --cells {params.cells:q}"
        " --expressions {params.expressions:q} --folds {input.folds:q} --learned {input.learned:q}"
        " --standard-face {params.standard_face:q} --seed {params.seed:q} --flips {params.flips:q}"
        " --step {params.step:q} --output {output.table:q} --maps {output.maps:q} > {log:q} 2>&1"


rule draw_contrasts:
    input:
        table="results/comparison/{explainer}/contrasts.csv",
        maps="results/comparison/{explainer}/contrasts.h5",
        learned="results/training/learned.csv",
        background=BACKGROUND,
    output:
        svg=[
            report(
                f"results/report/{{explainer}}/contrasts_{name}.svg",
                caption="../report/contrasts.rst",
                category="Figures",
                labels={"figure": f"differences of {name}", "explainer": "{explainer}"},
            )
            for name in OF_PAIRS
        ],
        png=[f"results/report/{{explainer}}/contrasts_{name}.png" for name in OF_PAIRS],
    log:
        "logs/report/{explainer}/draw_contrasts.log",
    benchmark:
        "logs/report/{explainer}/draw_contrasts.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_contrasts"),
        **BACKGROUND_PARAMS,
        networks=settings("run", "networks"),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_contrasts {input.table:q} --maps {input.maps:q}"
        " --learned {input.learned:q} --networks {params.networks:q} --expressions {params.expressions:q}"
        " --background {params.background:q} --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


include: "subsets.smk"
