# The uncovering task: trials of people and of networks, fitted alike.
TRIAL_TABLES = ["observers", "curves", "effects", "confusions"]
GRID = "resources/wegrzyn2017/grid.csv"
UNCOVERING = people.uncovering_explainers(config)
WITH_TRIALS = people.with_trials(config)  # the people sets of the run whose trials are known


localrules:
    summarize_trials,
    draw_trials,


rule fit_people_trials:
    input:
        trials="results/comparison/people/{people}/trials.csv",
        grid=given(GRID),
        standard_face=given(STANDARD_FACE),
    output:
        hazards="results/comparison/people/{people}/trials/hazards.h5",
        tables=[f"results/comparison/people/{{people}}/trials/{name}.csv" for name in TRIAL_TABLES],
    log:
        "logs/comparison/people/{people}/fit_people_trials.log",
    benchmark:
        "logs/comparison/people/{people}/fit_people_trials.tsv"
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(2000),
        runtime="1h",
    params:
        *code("comparison.fit_people_trials"),
        **placed("grid", GRID),
        **placed("standard_face", STANDARD_FACE),
        seed=config["seed"],
        folder=subpath(output.hazards, parent=True),
    shell:
        "python -m workflow_scripts.comparison.fit_people_trials {input.trials:q} --people {wildcards.people:q}"
        " --grid {params.grid:q} --standard-face {params.standard_face:q} --seed {params.seed:q}"
        " --hazards {output.hazards:q} --output {params.folder:q} > {log:q} 2>&1"


rule fit_network_trials:
    input:
        stacks=lambda wildcards: inputs.cell_stacks(
            wildcards.explainer, [cell for cell in CELLS if cell[0] == wildcards.network]
        ),
        predictions=expand("results/training/{{network}}/fold{fold}/predictions.csv", fold=FOLDS),
        positives=expand("results/explanation/{{network}}/fold{fold}/positives.csv", fold=FOLDS),
        folds="results/training/folds.csv",  # for the subjects, which are the same in all repeats
        people=expand("results/comparison/people/{people}/trials/hazards.h5", people=WITH_TRIALS),
        grid=given(GRID),
        standard_face=given(STANDARD_FACE),
    output:
        [f"results/comparison/{{explainer}}/trials/{{network}}/{name}.csv" for name in TRIAL_TABLES],
    log:
        "logs/comparison/{explainer}/trials/{network}/fit_network_trials.log",
    benchmark:
        "logs/comparison/{explainer}/trials/{network}/fit_network_trials.tsv"
    wildcard_constraints:
        explainer=one_of(UNCOVERING),
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=per_attempt(3000),
        runtime=per_attempt(60),
    params:
        *code("comparison.fit_network_trials"),
        **placed("grid", GRID),
        **placed("standard_face", STANDARD_FACE),
        expressions=settings("run", "expressions"),
        settings=settings("explanation", "explainers", "{explainer}"),
        names=json.dumps(WITH_TRIALS),
        people=lambda wildcards, input: ["--people", *input.people] if input.people else [],
        seed=config["seed"],
        folder=subpath(output[0], parent=True),
    shell:
        "python -m workflow_scripts.comparison.fit_network_trials {input.stacks:q} --network {wildcards.network:q}"
        " --predictions {input.predictions:q} --positives {input.positives:q} --folds {input.folds:q}"
        " --expressions {params.expressions:q} --settings {params.settings:q} {params.people:q}"
        " --people-names {params.names:q} --grid {params.grid:q} --standard-face {params.standard_face:q}"
        " --seed {params.seed:q} --output {params.folder:q} > {log:q} 2>&1"


rule summarize_trials:
    input:
        expand("results/comparison/people/{people}/trials/{name}.csv", people=WITH_TRIALS, name=TRIAL_TABLES),
        expand(
            "results/comparison/{{explainer}}/trials/{network}/{name}.csv",
            network=NETWORKS,
            name=TRIAL_TABLES,
        ),
    output:
        [
            report(
                f"results/comparison/{{explainer}}/trials/{name}.csv",
                caption="../report/trials.rst",
                category="Tables",
                labels={"table": f"uncovering: {name}", "masks": "", "explainer": "{explainer}"},
            )
            for name in TRIAL_TABLES
        ],
    log:
        "logs/comparison/{explainer}/trials/summarize_trials.log",
    benchmark:
        "logs/comparison/{explainer}/trials/summarize_trials.tsv"
    wildcard_constraints:
        explainer=one_of(UNCOVERING),
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="10m",
    params:
        *code("comparison.summarize_trials"),
    shell:
        "python -m workflow_scripts.comparison.summarize_trials {input:q} --outputs {output:q} > {log:q} 2>&1"


rule draw_trials:
    input:
        curves="results/comparison/{explainer}/trials/curves.csv",
        learned="results/training/learned.csv",
    output:
        svg=report(
            "results/report/{explainer}/trials.svg",
            caption="../report/trials.rst",
            category="Figures",
            labels={"figure": "tiles needed", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/trials.png",
    log:
        "logs/report/{explainer}/draw_trials.log",
    benchmark:
        "logs/report/{explainer}/draw_trials.tsv"
    wildcard_constraints:
        explainer=one_of(UNCOVERING),
    conda:
        "../envs/core.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_trials"),
        networks=settings("run", "networks"),
        people=json.dumps(WITH_TRIALS),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_trials {input.curves:q} --networks {params.networks:q}"
        " --people {params.people:q} --expressions {params.expressions:q} --learned {input.learned:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"
