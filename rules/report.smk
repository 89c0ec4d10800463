RULE_GRAPH = "resources/rule_graph.csv"
SHOWN_GROUPS = beside.with_beside(GROUPS, BESIDE)
# the rows of each grid of heatmaps: the mean over networks, which is unnamed; the networks of each group
GRIDS = {"figure7": [""]} | {f"heatmaps_{group}": networks for group, networks in SHOWN_GROUPS.items()}


localrules:
    draw_mask_sets,
    draw_accuracy,
    draw_color_scale,
    draw_heatmaps,
    draw_dendrograms,
    draw_rule_graph,


rule draw_mask_sets:
    input:
        masks=[f"results/comparison/masks/{name}/{expression}.png" for name, expression in MASK_CELLS],
        background=BACKGROUND,
    output:
        svg=report(
            "results/report/figure4.svg",
            caption="../report/figure4.rst",
            category="Figures",
            labels={"figure": "4 masks", "explainer": ""},
        ),
        png="results/report/figure4.png",
    log:
        "logs/report/draw_mask_sets.log",
    benchmark:
        "logs/report/draw_mask_sets.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_mask_sets"),
        **BACKGROUND_PARAMS,
        cells=json.dumps(MASK_CELLS),
        mask_sets=settings("run", "mask_sets"),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_mask_sets {input.masks:q} --cells {params.cells:q}"
        " --mask-sets {params.mask_sets:q} --expressions {params.expressions:q}"
        " --background {params.background:q} --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_accuracy:
    input:
        accuracy="results/training/accuracy.csv",
        means="results/training/summary.csv",
    output:
        svg=report(
            "results/report/figure5.svg",
            caption="../report/figure5.rst",
            category="Figures",
            labels={"figure": "5 accuracy", "explainer": ""},
        ),
        png="results/report/figure5.png",
    log:
        "logs/report/draw_accuracy.log",
    benchmark:
        "logs/report/draw_accuracy.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_accuracy"),
        networks=settings("run", "networks"),
        expressions=settings("run", "expressions"),
    shell:
        "python -m workflow_scripts.report.draw_accuracy {input.accuracy:q} --means {input.means:q}"
        " --networks {params.networks:q} --expressions {params.expressions:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_color_scale:
    output:
        svg=report(
            "results/report/figure6.svg",
            caption="../report/figure6.rst",
            category="Figures",
            labels={"figure": "6 colour scale", "explainer": ""},
        ),
        png="results/report/figure6.png",
    log:
        "logs/report/draw_color_scale.log",
    benchmark:
        "logs/report/draw_color_scale.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_color_scale"),
    shell:
        "python -m workflow_scripts.report.draw_color_scale --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_heatmaps:
    input:
        heatmaps=lambda wildcards: inputs.mean_heatmaps(
            wildcards.explainer, GRIDS[wildcards.figure], EXPRESSIONS
        ),
        learned="results/training/learned.csv",
        background=BACKGROUND,
    output:
        svg=report(
            "results/report/{explainer}/{figure}.svg",
            caption="../report/heatmaps.rst",
            category="Figures",
            labels={"figure": "{figure}", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/{figure}.png",
    log:
        "logs/report/{explainer}/{figure}/draw_heatmaps.log",
    benchmark:
        "logs/report/{explainer}/{figure}/draw_heatmaps.tsv"
    wildcard_constraints:
        figure=one_of(GRIDS),
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=2000,
        runtime="10m",
    params:
        *code("report.draw_heatmaps"),
        **BACKGROUND_PARAMS,
        rows=lambda wildcards: json.dumps(GRIDS[wildcards.figure]),
        columns=settings("run", "expressions"),
        title=lambda wildcards: slices.grid_title(wildcards.figure, GROUPS),
    shell:
        "python -m workflow_scripts.report.draw_heatmaps {input.heatmaps:q}"
        " --rows {params.rows:q} --columns {params.columns:q} --title {params.title:q}"
        " --learned {input.learned:q} --background {params.background:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_dendrograms:
    input:
        distances=expand("results/similarity/{{explainer}}/{expression}.csv", expression=EXPRESSIONS),
        worth=expand("results/similarity/{{explainer}}/{table}.csv", table=["support", "trees"]),
        learned="results/training/learned.csv",
    output:
        svg=report(
            "results/report/{explainer}/figure10.svg",
            caption="../report/figure10.rst",
            category="Figures",
            labels={"figure": "10 dendrograms", "explainer": "{explainer}"},
        ),
        png="results/report/{explainer}/figure10.png",
    log:
        "logs/report/{explainer}/draw_dendrograms.log",
    benchmark:
        "logs/report/{explainer}/draw_dendrograms.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_dendrograms"),
        expressions=settings("run", "expressions"),
        settings=settings("similarity"),
    shell:
        "python -m workflow_scripts.report.draw_dendrograms {input.distances:q} --support {input.worth[0]:q}"
        " --trees {input.worth[1]:q} --learned {input.learned:q} --expressions {params.expressions:q} --settings {params.settings:q}"
        " --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"


rule draw_rule_graph:
    input:
        rules=given(RULE_GRAPH),
    output:
        svg=report(
            "results/report/rule_graph.svg",
            caption="../report/rule_graph.rst",
            category="Report",
            labels={"figure": "the rules of the study", "explainer": ""},
        ),
        png="results/report/rule_graph.png",
    log:
        "logs/report/draw_rule_graph.log",
    benchmark:
        "logs/report/draw_rule_graph.tsv"
    conda:
        "../envs/core.yaml"
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        *code("report.draw_rule_graph"),
        **placed("rules", RULE_GRAPH),
    shell:
        "python -m workflow_scripts.report.draw_rule_graph {params.rules:q} --output {output.svg:q} --png {output.png:q} > {log:q} 2>&1"
