# Are the explanations any good? Batched by explainer and network, for the explainers of run.quality.


rule measure_quality:
    input:
        model=f"results/training/{{network}}/fold{EXAMINED_FOLD}/model.keras",
        stacks=expand(
            f"results/explanation/{{{{explainer}}}}/{{{{network}}}}/fold{EXAMINED_FOLD}/{{expression}}.h5",
            expression=EXPRESSIONS,
        ),
        faces=ALL_FACES,
        files=lambda wildcards: explainer_inputs(wildcards.explainer),
    output:
        "results/explanation/{explainer}/{network}/quality.csv",
    log:
        "logs/explanation/{explainer}/{network}/measure_quality.log",
    benchmark:
        "logs/explanation/{explainer}/{network}/measure_quality.tsv"
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * resources.inference_mb(config, wildcards.network),
        runtime=lambda wildcards, attempt: (
            attempt * resources.quality_minutes(config, wildcards.network, wildcards.explainer)
        ),
    params:
        *code("explanation.measure_quality"),
        *entry_code("explainer", "explanation", "explainers", "{explainer}"),
        content=lambda wildcards: explainer_content(wildcards.explainer),
        faces=faces_of,
        settings=settings("explanation", "explainers", "{explainer}"),
        quality=settings("explanation", "quality"),
        precision=config["explanation"]["precision"],
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.explanation.measure_quality {input.model:q} --stacks {input.stacks:q}"
        " --settings {params.settings:q} --quality {params.quality:q} --precision {params.precision:q}"
        " --seed {params.seed:q} --threads {threads} --faces {params.faces:q} --output {output:q} > {log:q} 2>&1"


rule summarize_quality:
    input:
        measured=expand("results/explanation/{{explainer}}/{network}/quality.csv", network=NETWORKS),
        folds="results/training/folds.csv",  # for the subjects
    output:
        "results/comparison/{explainer}/quality.csv",
    log:
        "logs/comparison/{explainer}/summarize_quality.log",
    benchmark:
        "logs/comparison/{explainer}/summarize_quality.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("comparison.summarize_quality"),
        networks=settings("run", "networks"),
    shell:
        "python -m workflow_scripts.comparison.summarize_quality {input.measured:q} --networks {params.networks:q}"
        " --folds {input.folds:q} --output {output:q} > {log:q} 2>&1"
