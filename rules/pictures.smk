# Pictures that show at once what the tables say: the answer.
SUMMARIES = "results/comparison/{{explainer}}/{mask_set}/summary.csv"
FIRST_SET = [cell for cell in MASK_CELLS if cell[0] in MASK_SETS[:1]]
PICTURES = {
    "answer": [f"results/report/{explainer}/answer.svg" for explainer in EXPLAINERS],
}
DRAWN = DRAWN_PAIRS | PICTURES


localrules:
    draw_answer,


rule draw_answer:
    input:
        summaries=expand(SUMMARIES, mask_set=MASK_SETS),
        heatmaps=expand("results/standardization/{{explainer}}/{expression}.npy", expression=EXPRESSIONS),
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in FIRST_SET],
        background=given("resources/mean_face.png"),
    output:
        svg=report(
            "results/report/{explainer}/answer.svg",
            caption="../report/answer.rst",
            category="Figures",
            labels={"figure": "the answer", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/answer.png",
    log:
        "logs/report/{explainer}/answer/draw_answer.log",
    benchmark:
        "logs/report/{explainer}/answer/draw_answer.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_answer"),
        *entry_code("metrics", "comparison"),
        **placed("background", "resources/mean_face.png"),
        mask_sets=settings("run", "mask_sets"),
        expressions=settings("run", "expressions"),
        masked=slices.canonical(FIRST_SET),
        metrics=lambda wildcards: slices.metrics_slice(config),
    shell:
        "python -m workflow_scripts.report.draw_answer {input.summaries:q} --mask-sets {params.mask_sets:q}"
        " --heatmaps {input.heatmaps:q} --expressions {params.expressions:q} --masks {input.masks:q}"
        " --masked {params.masked:q} --metrics {params.metrics:q} --background {params.background:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"
