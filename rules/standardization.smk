STANDARD_FACE = config["standardization"]["standard_face"]


localrules:
    average_heatmaps,


rule standardize_explanations:
    input:
        stack="results/explanation/{explainer}/{network}/fold{fold}/{expression}.h5",
        faces=ALL_FACES,
        standard_face=given(STANDARD_FACE),
    output:
        "results/standardization/{explainer}/{network}/fold{fold}/{expression}.h5",
    log:
        "logs/standardization/{explainer}/{network}/fold{fold}/{expression}/standardize_explanations.log",
    benchmark:
        "logs/standardization/{explainer}/{network}/fold{fold}/{expression}/standardize_explanations.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(1000),
        runtime=per_attempt(30),
    params:
        *code("standardization.standardize_explanations"),
        **placed("standard_face", STANDARD_FACE),
        faces=faces_of,
        averaging=config["standardization"]["averaging"],
    shell:
        "python -m workflow_scripts.standardization.standardize_explanations {input.stack:q}"
        " --faces {params.faces:q} --standard-face {params.standard_face:q} --averaging {params.averaging:q}"
        " --output {output:q} > {log:q} 2>&1"


rule average_heatmaps:
    input:
        heatmaps=lambda wildcards: inputs.heatmaps_below(config, wildcards.group, wildcards.expression),
        # averages over networks leave out those that did not learn; averages over folds do not need this
        learned=lambda wildcards: "results/training/learned.csv" if wildcards.group in EXPLAINERS else [],
    output:
        "results/standardization/{group}/{expression}.npy",
    log:
        "logs/standardization/{group}/{expression}/average_heatmaps.log",
    benchmark:
        "logs/standardization/{group}/{expression}/average_heatmaps.tsv"
    wildcard_constraints:
        group=rf"({one_of(config['explanation']['explainers'])})(/({one_of(config['training']['networks'])}))?",
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("standardization.average_heatmaps"),
        networks=lambda wildcards: (
            ["--networks", json.dumps(NETWORKS)] if wildcards.group in EXPLAINERS else []
        ),
        learned=lambda wildcards, input: ["--learned", input.learned] if input.learned else [],
    shell:
        "python -m workflow_scripts.standardization.average_heatmaps {input.heatmaps:q}"
        " {params.networks:q} {params.learned:q}"
        " --output {output:q} > {log:q} 2>&1"
