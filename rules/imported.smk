# If another workflow imports this one as a module, only its own onstart and onsuccess handlers run, so this rule
# writes the provenance.


localrules:
    record_provenance,


rule record_provenance:
    input:
        "results/report/index.html",
    output:
        "results/provenance.json",
    log:
        "logs/record_provenance.log",
    conda:
        "../envs/core.yaml"
    params:
        # not compared: they take the input
        arguments=lambda wildcards, input: json.dumps(sys.argv[1:]),
        folder=lambda wildcards, input: workflow.workdir_init,
        config=lambda wildcards, input: slices.canonical(config),
    shell:
        "python -m workflow_scripts.tools.record_provenance --arguments {params.arguments:q}"
        " --folder {params.folder:q} --config {params.config:q} --output {output:q} > {log:q} 2>&1"
