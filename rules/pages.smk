# The pages that readers open: the report, and the atlas with everything to look at.
DEVIATIONS = "resources/deviations.csv"
EXPLAINED = "results/report/{explainer}/{figure}.svg"


localrules:
    write_report,


rule write_report:
    input:
        unpack(comparison_tables),
        **{name: f"results/report/{name}.svg" for name in ("figure4", "figure5", "figure6", "rule_graph")},
        **DRAWN,
        **OF_EXPLAINERS,
        counts=expand("results/datasets/{dataset}/counts.csv", dataset=DATASETS),
        rejected=expand("results/faces/{dataset}/rejected.csv", dataset=DATASETS),
        folds=inputs.folds_tables(config),
        accuracy="results/training/accuracy.csv",
        accuracy_means="results/training/summary.csv",
        learned="results/training/learned.csv",
        recognised="results/training/recognised.csv",
        half_subjects=[f"results/faces/{name}/subjects.csv" for name in DATASETS if name in HALF_FACES],
        explained="results/explanation/counts.csv",
        similarity=expand("results/similarity/{pair}.csv", pair=CORRELATED),
        between_explainers=[BETWEEN_EXPLAINERS] if len(EXPLAINERS) > 1 else [],
        dendrograms=expand("results/similarity/{pair}.svg", pair=CORRELATED),
        figure7=expand(EXPLAINED, explainer=EXPLAINERS, figure="figure7"),
        heatmaps=expand(
            EXPLAINED, figure=[f"heatmaps_{group}" for group in SHOWN_GROUPS], explainer=EXPLAINERS
        ),
        figure10=expand(EXPLAINED, explainer=EXPLAINERS, figure="figure10"),
        shipped=inputs.all_given([DEVIATIONS, *inputs.PAGE_FILES]),
    output:
        page=report(
            "results/report/index.html",
            caption="../report/page.rst",
            category="Report",
            labels={"figure": "the whole study on one page", "explainer": ""},
        ),
        methods="results/report/methods.txt",
    log:
        "logs/report/write_report.log",
    benchmark:
        "logs/report/write_report.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.write_report"),
        *entry_code("metrics", "comparison"),
        content=[content_param(path) for path in (DEVIATIONS, *inputs.PAGE_FILES)],
        settings=lambda wildcards: slices.report_slice(config, SHOWN_GROUPS),
        # not compared: the inputs are, and comparisons follow from the settings
        manifest=lambda wildcards, input: slices.manifest(input, COMPARISONS, DEVIATIONS),
    shell:
        "python -m workflow_scripts.report.write_report"
        " --settings {params.settings:q} --manifest {params.manifest:q} --output {output.page:q} --methods {output.methods:q} > {log:q} 2>&1"


ATLAS_SCRIPTS = atlas_files.scripts(config["run"], BESIDE, len(FOLDS))


rule write_atlas:
    input:
        **atlas_files.files_read(config["run"], {"all": TRAININGS, "fitted": FITTED}, MASK_CELLS),
        beside=atlas_files.files_beside(BESIDE, EXPRESSIONS),
        faces=expand("results/faces/{dataset}/faces.sha256", dataset=SHAREABLE),
        standard_face=given(STANDARD_FACE),
        background=BACKGROUND,
        shipped=inputs.all_given(inputs.ATLAS_FILES),
    output:
        page=report(
            "results/report/atlas.html",
            caption="../report/atlas.rst",
            category="Report",
            labels={"figure": "the atlas: everything to look at", "explainer": ""},
        ),
        scripts=ATLAS_SCRIPTS,
    log:
        "logs/report/write_atlas.log",
    benchmark:
        "logs/report/write_atlas.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(4000),
        runtime=per_attempt(60),
    params:
        *code("report.write_atlas"),
        *entry_code("metrics", "comparison"),
        **BACKGROUND_PARAMS,
        **placed("standard_face", STANDARD_FACE),
        content=[content_param(path) for path in inputs.ATLAS_FILES],
        faces=faces_of,
        settings=lambda wildcards: slices.atlas_slice(
            config, SHOWN_GROUPS, BESIDE, MASKED, bool(ATLAS_SCRIPTS)
        ),
        # not compared: the inputs are
        paths=lambda wildcards, input: json.dumps(atlas_files.PATHS | atlas_files.BESIDE_PATHS),
    shell:
        "python -m workflow_scripts.report.write_atlas --settings {params.settings:q} --paths {params.paths:q}"
        " --background {params.background:q} --standard-face {params.standard_face:q} --faces {params.faces:q}"
        " --output {output.page:q} > {log:q} 2>&1"
