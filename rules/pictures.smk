# Pictures that show at once what the tables say: the answer, what is scored, and how networks learned.
SUMMARIES = "results/comparison/{{explainer}}/{mask_set}/summary.csv"
SCORES = "results/comparison/{{explainer}}/{mask_set}/scores.csv"
FIRST_SET = [cell for cell in MASK_CELLS if cell[0] in MASK_SETS[:1]]
# cells of which one is shown as an example of what is scored
EXAMPLES = [(name, FOLDS[0], expression) for name in NETWORKS for _, expression in FIRST_SET]
FITTED = [training for training in TRAININGS if training[0] not in MODELS]  # others have no history
PICTURES = {
    "answer": [f"results/report/{explainer}/answer.svg" for explainer in EXPLAINERS],
    "scoring": [f"results/report/{explainer}/scoring.svg" for explainer in EXPLAINERS if FIRST_SET],
    "training": ["results/report/training.svg"] if FITTED else [],
    "confusions_of_networks": ["results/report/confusions.svg"],
}
DRAWN = DRAWN_PAIRS | PICTURES | {"mean_face": BACKGROUND_TABLE}


localrules:
    draw_answer,
    draw_scoring,
    draw_training,
    draw_confusions,


rule draw_answer:
    input:
        summaries=expand(SUMMARIES, mask_set=MASK_SETS),
        heatmaps=expand("results/standardization/{{explainer}}/{expression}.npy", expression=EXPRESSIONS),
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in FIRST_SET],
        background=BACKGROUND,
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
        **BACKGROUND_PARAMS,
        mask_sets=settings("run", "mask_sets"),
        expressions=settings("run", "expressions"),
        masked=slices.canonical(FIRST_SET),
        metrics=lambda wildcards: slices.metrics_slice(config),
    shell:
        "python -m workflow_scripts.report.draw_answer {input.summaries:q} --mask-sets {params.mask_sets:q}"
        " --heatmaps {input.heatmaps:q} --expressions {params.expressions:q} --masks {input.masks:q}"
        " --masked {params.masked:q} --metrics {params.metrics:q} --background {params.background:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_scoring:
    input:
        scores=expand(SCORES, mask_set=MASK_SETS[:1]),
        hashes=lambda wildcards: inputs.hashes(
            wildcards.explainer, dict.fromkeys(cell[:2] for cell in EXAMPLES)
        ),
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in FIRST_SET],
        stacks=lambda wildcards: inputs.cell_stacks(wildcards.explainer, EXAMPLES if SHAREABLE else []),
        faces=expand("results/faces/{dataset}/faces.sha256", dataset=SHAREABLE),
        learned="results/training/learned.csv",
        background=BACKGROUND,
    output:
        svg=report(
            "results/report/{explainer}/scoring.svg",
            caption="../report/scoring.rst",
            category="Figures",
            labels={"figure": "what is scored", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/scoring.png",
    log:
        "logs/report/{explainer}/scoring/draw_scoring.log",
    benchmark:
        "logs/report/{explainer}/scoring/draw_scoring.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_scoring"),
        **BACKGROUND_PARAMS,
        **cells_of(lambda wildcards: EXAMPLES),
        faces=faces_of,
        masked=slices.canonical(FIRST_SET),
    shell:
        "python -m workflow_scripts.report.draw_scoring {input.scores:q} --heatmaps {params.heatmaps:q}"
        " --cells {params.cells:q} --masks {input.masks:q} --masked {params.masked:q}"
        " --learned {input.learned:q} --background {params.background:q} --stacks {input.stacks:q}"
        " --faces {params.faces:q} --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_training:
    input:
        histories=[f"results/training/{name}/fold{fold}/history.csv" for name, fold in FITTED],
        learned="results/training/learned.csv",
    output:
        svg=report(
            "results/report/training.svg",
            caption="../report/training.rst",
            category="Figures",
            labels={"figure": "training", "explainer": ""},
        ),
        png="results/report/training.png",
    log:
        "logs/report/draw_training.log",
    benchmark:
        "logs/report/draw_training.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_training"),
        trainings=slices.canonical(FITTED),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_training {input.histories:q} --trainings {params.trainings:q}"
        " --expressions {params.expressions:q} --learned {input.learned:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_confusions:
    input:
        confusion="results/training/confusion.csv",
        learned="results/training/learned.csv",
    output:
        svg=report(
            "results/report/confusions.svg",
            caption="../report/confusions.rst",
            category="Figures",
            labels={"figure": "confusions", "explainer": ""},
        ),
        png="results/report/confusions.png",
    log:
        "logs/report/draw_confusions.log",
    benchmark:
        "logs/report/draw_confusions.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_confusions"),
        networks=settings("run", "networks"),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_confusions {input.confusion:q} --networks {params.networks:q}"
        " --expressions {params.expressions:q} --learned {input.learned:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"
