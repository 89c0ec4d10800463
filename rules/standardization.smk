STANDARD_FACE = config["standardization"]["standard_face"]


localrules:
    average_heatmaps,


# Jobs that read the heatmaps of whole networks depend on the hashes in place of the heatmaps. Each file that a
# job depends on costs every plan a tenth of a millisecond: with eight explainers, these would be most of it.
rule standardize_explanations:
    input:
        stacks=expand(
            "results/explanation/{{explainer}}/{{network}}/fold{{fold}}/{expression}.h5",
            expression=EXPRESSIONS,
        ),
        faces=ALL_FACES,
        standard_face=given(STANDARD_FACE),
    output:
        heatmaps=expand(
            "results/standardization/{{explainer}}/{{network}}/fold{{fold}}/{expression}.h5",
            expression=EXPRESSIONS,
        ),
        hashes="results/standardization/{explainer}/{network}/fold{fold}/heatmaps.sha256",
    log:
        "logs/standardization/{explainer}/{network}/fold{fold}/standardize_explanations.log",
    benchmark:
        "logs/standardization/{explainer}/{network}/fold{fold}/standardize_explanations.tsv"
    wildcard_constraints:
        explainer=one_of(PER_CELL),
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(1000),
        runtime=per_attempt(60),
    params:
        *code("standardization.standardize_explanations"),
        **placed("standard_face", STANDARD_FACE),
        faces=faces_of,
        averaging=config["standardization"]["averaging"],
    shell:
        "python -m workflow_scripts.standardization.standardize_explanations {input.stacks:q}"
        " --faces {params.faces:q} --standard-face {params.standard_face:q} --averaging {params.averaging:q}"
        " --heatmaps {output.heatmaps:q} --hashes {output.hashes:q} > {log:q} 2>&1"


rule average_faces:
    input:
        index=expand("results/datasets/{dataset}/index.csv", dataset=AVERAGED),
        faces=expand("results/faces/{dataset}/faces.sha256", dataset=AVERAGED),
        standard_face=given(STANDARD_FACE),
        otherwise=given(MEAN_FACE),
    output:
        face="results/standardization/mean_face.png",
        table="results/standardization/mean_face.csv",
    log:
        "logs/standardization/average_faces.log",
    benchmark:
        "logs/standardization/average_faces.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(1000),
        runtime=per_attempt(60),
    params:
        *code("standardization.average_faces"),
        **placed("standard_face", STANDARD_FACE),
        **placed("otherwise", MEAN_FACE),
        datasets=AVERAGED,
        faces=faces_of,
    shell:
        "python -m workflow_scripts.standardization.average_faces {params.datasets:q} --index {input.index:q}"
        " --faces {params.faces:q} --standard-face {params.standard_face:q}"
        " --otherwise {params.otherwise:q} --output {output.face:q} --table {output.table:q} > {log:q} 2>&1"


rule average_heatmaps:
    input:
        below=lambda wildcards: inputs.averaged(config, wildcards.group),
        # averages over networks leave out those that did not learn; averages over folds do not need this
        learned=lambda wildcards: "results/training/learned.csv" if wildcards.group in EXPLAINERS else [],
    output:
        expand("results/standardization/{{group}}/{expression}.npy", expression=EXPRESSIONS),
    log:
        "logs/standardization/{group}/average_heatmaps.log",
    benchmark:
        "logs/standardization/{group}/average_heatmaps.tsv"
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
        heatmaps=lambda wildcards, input: inputs.heatmaps_below(config, wildcards.group),  # not compared: inputs are
        networks=lambda wildcards: (
            ["--networks", json.dumps(NETWORKS)] if wildcards.group in EXPLAINERS else []
        ),
        learned=lambda wildcards, input: ["--learned", input.learned] if input.learned else [],
    shell:
        "python -m workflow_scripts.standardization.average_heatmaps {params.heatmaps:q}"
        " {params.networks:q} {params.learned:q} --outputs {output:q} > {log:q} 2>&1"


include: "batched.smk"
