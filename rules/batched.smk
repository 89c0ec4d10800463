# Explainers that declare BATCHED: a job explains and standardizes all cells of a training. The files are those
# of explain_images and standardize_explanations.


rule explain_training:
    input:
        model="results/training/{network}/fold{fold}/model.keras",
        positives="results/explanation/{network}/fold{fold}/positives.csv",
        faces=ALL_FACES,
        files=lambda wildcards: explainer_inputs(wildcards.explainer),
        kept=lambda wildcards: inputs.kept_stacks(config, wildcards),
        standard_face=given(STANDARD_FACE),
    output:
        **{
            name: expand(
                f"results/{stage}/{{{{explainer}}}}/{{{{network}}}}/fold{{{{fold}}}}/{{expression}}.h5",
                expression=EXPRESSIONS,
            )
            for name, stage in {"stacks": "explanation", "heatmaps": "standardization"}.items()
        },
        hashes="results/standardization/{explainer}/{network}/fold{fold}/heatmaps.sha256",
    log:
        "logs/standardization/{explainer}/{network}/fold{fold}/explain_training.log",
    benchmark:
        "logs/standardization/{explainer}/{network}/fold{fold}/explain_training.tsv"
    wildcard_constraints:
        explainer=one_of(BATCHED),
    conda:
        "../envs/keras.yaml"
    threads: 8
    resources:
        gpu=lambda wildcards: 0 if inputs.kept_stacks(config, wildcards) else 1,
        mem_mb=lambda wildcards, attempt: attempt * resources.inference_mb(config, wildcards.network),
        runtime=lambda wildcards, attempt: (
            attempt * resources.batched_minutes(config, wildcards.network, wildcards.explainer)
        ),
    params:
        *code("standardization.explain_training"),
        *entry_code("explainer", "explanation", "explainers", "{explainer}"),
        **placed("standard_face", STANDARD_FACE),
        content=lambda wildcards: explainer_content(wildcards.explainer),
        faces=faces_of,
        expressions=settings("run", "expressions"),
        settings=settings("explanation", "explainers", "{explainer}"),
        precision=config["explanation"]["precision"],
        averaging=config["standardization"]["averaging"],
        seed=config["seed"],
        kept=lambda wildcards, input: inputs.kept_option(config, wildcards.explainer, input.kept),
    shell:
        "python -m workflow_scripts.standardization.explain_training {input.model:q}"
        " --expressions {params.expressions:q} --settings {params.settings:q}"
        " --precision {params.precision:q} --averaging {params.averaging:q} --seed {params.seed:q} --threads {threads}"
        " --positives {input.positives:q} --faces {params.faces:q} --standard-face {params.standard_face:q}"
        " {params.kept:q} --stacks {output.stacks:q} --heatmaps {output.heatmaps:q}"
        " --hashes {output.hashes:q} > {log:q} 2>&1"
