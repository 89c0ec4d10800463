ALL_FACES = expand("results/faces/{dataset}/faces.sha256", dataset=DATASETS)  # for `faces_of`
MODELS = trained_networks(config)
ALL_INDEXES = expand("results/datasets/{dataset}/index.csv", dataset=DATASETS)


rule assign_folds:
    input:
        index=ALL_INDEXES,
        faces=ALL_FACES,
        checked="results/datasets/checked.csv",
    output:
        "results/training/folds.csv",
    log:
        "logs/training/assign_folds.log",
    benchmark:
        "logs/training/assign_folds.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime="30m",
    params:
        *code("training.assign_folds"),
        faces=faces_of,
        datasets=DATASETS,
        expressions=settings("run", "expressions"),
        folds=config["training"]["folds"],
        split=lambda wildcards: slices.split_slice(config),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.training.assign_folds {params.datasets:q}"
        " --index {input.index:q} --faces {params.faces:q} --expressions {params.expressions:q}"
        " --folds {params.folds:q} --split {params.split:q} --seed {params.seed:q} --output {output:q} > {log:q} 2>&1"


# The first repeat is the table of assign_folds. Each other has a file and a job of its own, so that more of
# them leave the files, and hence the trainings, of those that are there as they are.
rule repeat_folds:
    input:
        "results/training/folds.csv",
    output:
        "results/training/folds_repeat{repeat}.csv",
    log:
        "logs/training/repeat_folds{repeat}.log",
    benchmark:
        "logs/training/repeat_folds{repeat}.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("training.repeat_folds"),
        expressions=settings("run", "expressions"),
        folds=config["training"]["folds"],
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.training.repeat_folds {input:q} --repeat {wildcards.repeat:q}"
        " --folds {params.folds:q} --expressions {params.expressions:q} --seed {params.seed:q}"
        " --output {output:q} > {log:q} 2>&1"


localrules:
    assign_folds,
    repeat_folds,
    fetch_weights,
    measure_accuracy,


# What it makes is fixed by a hash, so neither its code nor the place of the files is a reason to fetch, and
# then to train, again. ancient() would not do: where a job that makes an ancient input runs, Snakemake
# forgets all other reasons of the jobs that read it.
rule fetch_weights:
    output:
        "results/training/weights/{architecture}.h5",
    log:
        "logs/training/weights/{architecture}/fetch_weights.log",
    benchmark:
        "logs/training/weights/{architecture}/fetch_weights.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="1h",
    params:
        # settings that depend on the output are not compared
        weights_dir=lambda wildcards, output: config["training"]["weights_dir"],
    shell:
        "python -m workflow_scripts.training.fetch_weights {wildcards.architecture:q}"
        " --weights-dir {params.weights_dir:q} --output {output:q} > {log:q} 2>&1"


rule train_network:
    input:
        faces=ALL_FACES,
        folds=lambda wildcards: inputs.folds_table(config, wildcards.fold),
        weights=lambda wildcards: inputs.pretrained_weights(config, wildcards.network),
    output:
        model="results/training/{network}/fold{fold}/model.keras",
        history="results/training/{network}/fold{fold}/history.csv",
    log:
        "logs/training/{network}/fold{fold}/train_network.log",
    benchmark:
        "logs/training/{network}/fold{fold}/train_network.tsv"
    wildcard_constraints:
        network=one_of(config["training"]["networks"].keys() - MODELS),
    priority: 1  # takes longest, and all else of its network waits for it
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * resources.training_mb(config, wildcards.network),
        runtime=lambda wildcards, attempt: attempt * resources.training_minutes(config, wildcards.network),
    params:
        *code("training.train_network"),
        *entry_code("architecture", "training", "networks", "{network}"),
        faces=faces_of,
        settings=lambda wildcards: slices.network_slice(config, wildcards.network),
        augmentation=lambda wildcards: slices.augmentation_slice(config),
        class_weights=config["training"]["class_weights"],
        weights=lambda wildcards, input: ["--weights", input.weights] if input.weights else [],
        expressions=settings("run", "expressions"),
        seed=config["seed"],
    shell:
        "python -m workflow_scripts.training.train_network"
        " --network {wildcards.network:q} --fold {wildcards.fold:q} --settings {params.settings:q}"
        " --augmentation {params.augmentation:q} --class-weights {params.class_weights:q} --expressions {params.expressions:q}"
        " --seed {params.seed:q} --threads {threads} {params.weights:q}"
        " --faces {params.faces:q} --folds {input.folds:q}"
        " --model {output.model:q} --history {output.history:q} > {log:q} 2>&1"


# It tries four images, and takes no GPU from the jobs that were given one.
rule import_network:
    input:
        lambda wildcards: inputs.trained_model(config, wildcards.network, wildcards.fold),
    output:
        "results/training/{network}/fold{fold}/model.keras",
    log:
        "logs/training/{network}/fold{fold}/import_network.log",
    benchmark:
        "logs/training/{network}/fold{fold}/import_network.tsv"
    wildcard_constraints:
        network=one_of(MODELS),
    conda:
        "../envs/keras.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * resources.changed_mb(config, wildcards.network),
        runtime="30m",
    params:
        *code("training.import_network"),
        settings=lambda wildcards: slices.model_slice(config, wildcards.network),
    shell:
        "CUDA_VISIBLE_DEVICES= python -m workflow_scripts.training.import_network {input:q} --network {wildcards.network:q}"
        " --settings {params.settings:q} --threads {threads} --output {output:q} > {log:q} 2>&1"


rule predict_expressions:
    input:
        model="results/training/{network}/fold{fold}/model.keras",
        faces=ALL_FACES,
        folds=lambda wildcards: inputs.folds_table(config, wildcards.fold),
        seen=lambda wildcards: inputs.seen_in_training(config, wildcards.network, wildcards.fold),
    output:
        "results/training/{network}/fold{fold}/predictions.csv",
    log:
        "logs/training/{network}/fold{fold}/predict_expressions.log",
    benchmark:
        "logs/training/{network}/fold{fold}/predict_expressions.tsv"
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * resources.inference_mb(config, wildcards.network),
        runtime=per_attempt(60),
    params:
        *code("training.predict_expressions"),
        faces=faces_of,
        precision=config["training"]["prediction_precision"],
        seen=lambda wildcards, input: ["--seen", input.seen] if input.seen else [],
    shell:
        "python -m workflow_scripts.training.predict_expressions {input.model:q}"
        " --fold {wildcards.fold:q} --faces {params.faces:q} --folds {input.folds:q} {params.seen:q}"
        " --precision {params.precision:q} --threads {threads} --output {output:q} > {log:q} 2>&1"


rule measure_accuracy:
    input:
        predictions=[f"results/training/{network}/fold{fold}/predictions.csv" for network, fold in TRAININGS],
        folds="results/training/folds.csv",
    output:
        overall="results/training/accuracy.csv",
        learned="results/training/learned.csv",
        recognised="results/training/recognised.csv",
        summary="results/training/summary.csv",
        by_dataset="results/training/accuracy_by_dataset.csv",
        confusion="results/training/confusion.csv",
    log:
        "logs/training/measure_accuracy.log",
    benchmark:
        "logs/training/measure_accuracy.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="30m",
    params:
        *code("training.measure_accuracy"),
        cells=json.dumps(TRAININGS),
    shell:
        "python -m workflow_scripts.training.measure_accuracy --cells {params.cells:q}"
        " --predictions {input.predictions:q} --folds {input.folds:q}"
        " --output {output.overall:q} --learned {output.learned:q} --recognised {output.recognised:q}"
        " --summary {output.summary:q} --by-dataset {output.by_dataset:q} --confusion {output.confusion:q} > {log:q} 2>&1"
