localrules:
    sample_positives,
    count_positives,


rule sample_positives:
    input:
        predictions="results/training/{network}/fold{fold}/predictions.csv",
        folds="results/training/folds.csv",  # for the subjects, which are the same in all repeats
    output:
        "results/explanation/{network}/fold{fold}/positives.csv",
    log:
        "logs/explanation/{network}/fold{fold}/sample_positives.log",
    benchmark:
        "logs/explanation/{network}/fold{fold}/sample_positives.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("explanation.sample_positives"),
        expressions=settings("run", "expressions"),
        positives=settings("explanation", "positives"),
        repeat=lambda wildcards: inputs.repeat_of_fold(config, wildcards.fold),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.explanation.sample_positives {input.predictions:q} --repeat {params.repeat:q}"
        " --expressions {params.expressions:q} --positives {params.positives:q}"
        " --folds {input.folds:q} --seed {params.seed:q} --output {output:q} > {log:q} 2>&1"


rule count_positives:
    input:
        positives=[f"results/explanation/{network}/fold{fold}/positives.csv" for network, fold in TRAININGS],
    output:
        "results/explanation/counts.csv",
    log:
        "logs/explanation/count_positives.log",
    benchmark:
        "logs/explanation/count_positives.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="10m",
    params:
        *code("explanation.count_positives"),
        cells=json.dumps(TRAININGS),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.explanation.count_positives {input.positives:q}"
        " --cells {params.cells:q} --expressions {params.expressions:q} --output {output:q} > {log:q} 2>&1"


rule explain_images:
    input:
        model="results/training/{network}/fold{fold}/model.keras",
        positives="results/explanation/{network}/fold{fold}/positives.csv",
        faces=ALL_FACES,
        files=lambda wildcards: explainer_inputs(wildcards.explainer),
    output:
        "results/explanation/{explainer}/{network}/fold{fold}/{expression}.h5",
    log:
        "logs/explanation/{explainer}/{network}/fold{fold}/{expression}/explain_images.log",
    benchmark:
        "logs/explanation/{explainer}/{network}/fold{fold}/{expression}/explain_images.tsv"
    wildcard_constraints:
        explainer=one_of(PER_CELL),
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * resources.inference_mb(config, wildcards.network),
        runtime=lambda wildcards, attempt: (
            attempt * resources.explanation_minutes(config, wildcards.network, wildcards.explainer)
        ),
    params:
        *code("explanation.explain_images"),
        *entry_code("explainer", "explanation", "explainers", "{explainer}"),
        content=lambda wildcards: explainer_content(wildcards.explainer),
        faces=faces_of,
        settings=settings("explanation", "explainers", "{explainer}"),
        precision=config["explanation"]["precision"],
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.explanation.explain_images {input.model:q}"
        " --expression {wildcards.expression:q} --settings {params.settings:q}"
        " --precision {params.precision:q} --seed {params.seed:q} --threads {threads}"
        " --positives {input.positives:q} --faces {params.faces:q} --output {output:q} > {log:q} 2>&1"
