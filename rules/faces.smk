HALF_FACES = half_sets(config)  # data sets whose faces show the expression in one half only


rule prepare_faces:
    input:
        index="results/datasets/{dataset}/index.csv",
    output:
        faces="results/faces/{dataset}/faces.h5",
        faces_hash="results/faces/{dataset}/faces.sha256",
        rejected="results/faces/{dataset}/rejected.csv",
    log:
        "logs/faces/{dataset}/prepare_faces.log",
    benchmark:
        "logs/faces/{dataset}/prepare_faces.tsv"
    wildcard_constraints:
        dataset=one_of(config["datasets"].keys() - HALF_FACES.keys()),
    conda:
        "../envs/core.yaml"
    threads: 8
    resources:
        mem_mb=per_attempt(8000),
        runtime=per_attempt(240),
    params:
        *code("faces.prepare_faces"),
        *entry_code("detector", "faces"),
        settings=settings("faces"),
    shell:
        "python -m workflow_scripts.faces.prepare_faces {input.index:q} --dataset {wildcards.dataset:q}"
        " --settings {params.settings:q} --threads {threads}"
        " --faces {output.faces:q} --faces-hash {output.faces_hash:q} --rejected {output.rejected:q} > {log:q} 2>&1"


rule blend_faces:
    input:
        index="results/datasets/{dataset}/index.csv",
    output:
        faces="results/faces/{dataset}/faces.h5",
        faces_hash="results/faces/{dataset}/faces.sha256",
        rejected="results/faces/{dataset}/rejected.csv",
        subjects="results/faces/{dataset}/subjects.csv",
    log:
        "logs/faces/{dataset}/blend_faces.log",
    benchmark:
        "logs/faces/{dataset}/blend_faces.tsv"
    wildcard_constraints:
        dataset=one_of(HALF_FACES),
    conda:
        "../envs/core.yaml"
    threads: 8
    resources:
        mem_mb=per_attempt(8000),
        runtime=per_attempt(240),
    params:
        *code("faces.blend_faces"),
        *entry_code("detector", "faces"),
        settings=settings("faces"),
        expressions=settings("run", "expressions"),
        shows=lambda wildcards: HALF_FACES[wildcards.dataset],
        neutral=lambda wildcards: slices.neutral_option(config, wildcards.dataset),
    shell:
        "python -m workflow_scripts.faces.blend_faces {input.index:q} --dataset {wildcards.dataset:q}"
        " --expressions {params.expressions:q} --shows {params.shows:q} {params.neutral:q}"
        " --settings {params.settings:q} --threads {threads}"
        " --faces {output.faces:q} --faces-hash {output.faces_hash:q} --rejected {output.rejected:q}"
        " --subjects {output.subjects:q} > {log:q} 2>&1"
