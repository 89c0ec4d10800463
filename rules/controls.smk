# Control networks: trained on shuffled labels, or made from trained ones on the spot, and batched per network.


rule train_control:
    input:
        faces=ALL_FACES,
        folds=lambda wildcards: inputs.folds_table(config, wildcards.fold),
        weights=lambda wildcards: inputs.pretrained_weights(config, wildcards.network),
    output:
        model="results/training/{network}/controls/{control}/fold{fold}/repeat{repeat}/model.keras",
        history="results/training/{network}/controls/{control}/fold{fold}/repeat{repeat}/history.csv",
    log:
        "logs/training/{network}/controls/{control}/fold{fold}/repeat{repeat}/train_control.log",
    benchmark:
        "logs/training/{network}/controls/{control}/fold{fold}/repeat{repeat}/train_control.tsv"
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * resources.training_mb(config, wildcards.network),
        runtime=lambda wildcards, attempt: attempt * resources.training_minutes(config, wildcards.network),
    params:
        *code("training.train_control"),
        *entry_code("architecture", "training", "networks", "{network}"),
        faces=faces_of,
        settings=lambda wildcards: slices.network_slice(config, wildcards.network),
        augmentation=lambda wildcards: slices.augmentation_slice(config),
        class_weights=config["training"]["class_weights"],
        weights=lambda wildcards, input: ["--weights", input.weights] if input.weights else [],
        expressions=settings("run", "expressions"),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.training.train_control --network {wildcards.network:q}"
        " --fold {wildcards.fold:q} --repeat {wildcards.repeat:q} --settings {params.settings:q}"
        " --augmentation {params.augmentation:q} --class-weights {params.class_weights:q}"
        " --expressions {params.expressions:q} --seed {params.seed:q} --threads {threads} {params.weights:q}"
        " --faces {params.faces:q} --folds {input.folds:q}"
        " --model {output.model:q} --history {output.history:q} > {log:q} 2>&1"


rule explain_controls:
    input:
        models=lambda wildcards: inputs.control_cells(
            config, wildcards.network, f"results/training/{wildcards.network}/fold{{fold}}/model.keras"
        ),
        positives=lambda wildcards: inputs.control_cells(
            config, wildcards.network, f"results/explanation/{wildcards.network}/fold{{fold}}/positives.csv"
        ),
        divisions=lambda wildcards: inputs.control_divisions(config, wildcards.network),
        shuffled=lambda wildcards: inputs.shuffled_models(config, wildcards.network),
        faces=ALL_FACES,
        files=lambda wildcards: explainer_inputs(wildcards.explainer),
    output:
        "results/explanation/{explainer}/{network}/controls.h5",
    log:
        "logs/explanation/{explainer}/{network}/explain_controls.log",
    benchmark:
        "logs/explanation/{explainer}/{network}/explain_controls.tsv"
    priority: 1  # explains all controls of a network, and would end long after all else
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * resources.changed_mb(config, wildcards.network),
        runtime=lambda wildcards, attempt: (
            attempt * resources.control_minutes(config, wildcards.network, wildcards.explainer)
        ),
    params:
        *code("explanation.explain_controls"),
        *entry_code("explainer", "explanation", "explainers", "{explainer}"),
        content=lambda wildcards: explainer_content(wildcards.explainer),
        faces=faces_of,
        controls=lambda wildcards: slices.controls_slice(config, wildcards.network),
        shuffled=lambda wildcards, input: ["--shuffled", *input.shuffled] if input.shuffled else [],
        folds=config["training"]["folds"],
        settings=settings("explanation", "explainers", "{explainer}"),
        precision=config["explanation"]["precision"],
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.explanation.explain_controls {input.models:q} --network {wildcards.network:q}"
        " --controls {params.controls:q} --folds {params.folds:q} {params.shuffled:q} --settings {params.settings:q}"
        " --precision {params.precision:q} --seed {params.seed:q} --threads {threads}"
        " --positives {input.positives:q} --divisions {input.divisions:q} --faces {params.faces:q}"
        " --output {output:q} > {log:q} 2>&1"


rule compare_controls:
    input:
        explained="results/explanation/{explainer}/{network}/controls.h5",
        stacks=lambda wildcards: [
            path for *_, path in inputs.control_stacks(config, wildcards.explainer, wildcards.network)
        ],
        masks=lambda wildcards: inputs.masks(wildcards.mask_set, MASKED[wildcards.mask_set]),
        folds="results/training/folds.csv",  # for the subjects, which are the same in all repeats
        faces=ALL_FACES,
        standard_face=given(STANDARD_FACE),
    output:
        "results/comparison/{explainer}/{mask_set}/controls/{network}.json",
    log:
        "logs/comparison/{explainer}/{mask_set}/controls/{network}/compare_controls.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/controls/{network}/compare_controls.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        *code("comparison.compare_controls"),
        *entry_code("metrics", "comparison"),
        **placed("standard_face", STANDARD_FACE),
        faces=faces_of,
        controls=lambda wildcards: slices.controls_slice(config, wildcards.network),
        cells=lambda wildcards: slices.canonical(
            [cell[:2] for cell in inputs.control_stacks(config, wildcards.explainer, wildcards.network)]
        ),
        expressions=lambda wildcards: slices.canonical(MASKED[wildcards.mask_set]),
        metrics=lambda wildcards: slices.metrics_slice(config),
        averaging=config["standardization"]["averaging"],
    shell:
        "python -m workflow_scripts.comparison.compare_controls {input.explained:q} --controls {params.controls:q}"
        " --stacks {input.stacks:q} --cells {params.cells:q} --masks {input.masks:q} --mask-set {wildcards.mask_set:q}"
        " --expressions {params.expressions:q}"
        " --folds {input.folds:q} --faces {params.faces:q} --standard-face {params.standard_face:q}"
        " --metrics {params.metrics:q} --averaging {params.averaging:q}"
        " --output {output:q} > {log:q} 2>&1"


rule summarize_controls:
    input:
        numbers=expand(
            "results/comparison/{{explainer}}/{{mask_set}}/controls/{network}.json", network=CONTROLLED
        ),
        learned="results/training/learned.csv",
        divisions=inputs.folds_tables(config),
    output:
        "results/comparison/{explainer}/{mask_set}/controls.csv",
    log:
        "logs/comparison/{explainer}/{mask_set}/summarize_controls.log",
    benchmark:
        "logs/comparison/{explainer}/{mask_set}/summarize_controls.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime="10m",
    params:
        *code("comparison.summarize_controls"),
        networks=json.dumps(CONTROLLED),
        shuffled=json.dumps(shuffled_folds(config)),
        folds=config["training"]["folds"],
    shell:
        "python -m workflow_scripts.comparison.summarize_controls {input.numbers:q} --networks {params.networks:q}"
        " --learned {input.learned:q} --divisions {input.divisions:q} --shuffled {params.shuffled:q}"
        " --folds {params.folds:q} --output {output:q} > {log:q} 2>&1"


rule draw_controls:
    input:
        controls=f"results/comparison/{{explainer}}/{MASK_SETS[0]}/controls.csv",
        learned="results/training/learned.csv",
    output:
        svg=report(
            "results/report/{explainer}/controls.svg",
            caption="../report/controls.rst",
            category="Figures",
            labels={"figure": "control networks", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/controls.png",
    log:
        "logs/report/{explainer}/draw_controls.log",
    benchmark:
        "logs/report/{explainer}/draw_controls.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_controls"),
        networks=settings("run", "networks"),
    shell:
        "python -m workflow_scripts.report.draw_controls {input.controls:q} --networks {params.networks:q}"
        " --learned {input.learned:q} --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


include: "quality.smk"
