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
