"use strict";
/* All networks and expressions at a glance; a click opens one. */

const overviewView = (() => {
  const { study } = store;
  const GRID_FIRST = 50; // ms: at first, what is below waits until the grid can be seen
  const parts = {};
  let drawn = {}; // what each part was drawn for, so that it is drawn again only if that changed

  function build(root) {
    const names = [
      "controls",
      "defs",
      "stripsControls",
      "stripsLegend",
      "stripsTable",
      "accuracyTable",
      "networkControls",
      "trainingTable",
    ];
    for (const name of names)
      parts[name] = dom.el("div", { class: name.endsWith("ontrols") ? "controls" : null });
    parts.grid = dom.el("div", {
      id: "grid",
      role: "grid",
      "aria-label": "Heatmaps by network and expression",
    });
    parts.strips = dom.el("div", { id: "score-strips" });
    parts.accuracy = dom.el("div", { id: "accuracy-strips" });
    parts.confusion = dom.el("div", { id: "confusion" });
    parts.training = dom.el("div", { id: "training", class: "training" });
    parts.stripsTitle = dom.el("h3", { id: "score-title" });
    parts.networkTitle = dom.el("h3", { id: "network-title" });
    const accuracyTitle = dom.el(
      "h3",
      { id: "accuracy-title" },
      "Balanced accuracy on images that training left out",
    );
    const { stripsTitle, stripsControls, stripsLegend, stripsTable } = parts;
    parts.scores = section(stripsTitle, stripsControls, stripsLegend, parts.strips, stripsTable);
    const ofAccuracy = strips.legend(overviewCharts.ACCURACY_LEGEND);
    const accuracy = section(accuracyTitle, ofAccuracy, parts.accuracy, parts.accuracyTable);
    const inner = [parts.networkControls, parts.confusion, parts.training, parts.trainingTable];
    const network = section(parts.networkTitle, ...inner);
    parts.drawStrips = charts.fitted(parts.strips, (width) => {
      rowsOf(parts.strips, stripRows(), width, parts.stripsTitle.textContent);
    });
    parts.drawAccuracy = charts.fitted(parts.accuracy, (width) => {
      rowsOf(parts.accuracy, accuracyRows(), width, "Accuracy of the networks", [0, 1]);
    });
    parts.drawTraining = charts.fitted(parts.training, drawTraining);
    const grid = [parts.controls, parts.defs, parts.grid, overviewGrid.legend()];
    const findingsTitle = dom.el("h3", { id: "findings-title" }, "Does it depend on the explainer?");
    parts.findingsTable = dom.el("div", { id: "findings" });
    parts.findings = section(findingsTitle, overviewFindings.legend(), parts.findingsTable);
    parts.findings.hidden = true; // until it is known that there are some
    const top = [dom.el("h2", {}, "Overview"), about(), ...grid];
    dom.clear(root, top, parts.findings, parts.scores, accuracy, network);
  }

  const section = (title, ...children) =>
    dom.el("section", { "aria-labelledby": title.id }, title, ...children);

  function about() {
    const text =
      "Where each network looked, for each expression: the mean heatmap over folds on the standard face, " +
      "bright where it matters, and below it the mean of the fold scores. " +
      "Open one to explore it; arrow keys move among the maps.";
    return dom.el("p", {}, text);
  }

  async function show(now) {
    changed("controls", [now.explainer, now.masks, now.metric, now.sort], () => controls(now));
    changed("grid", [now.explainer, now.masks, now.metric, now.sort, now.contour], () => {
      dom.clear(parts.defs, overviewGrid.outlines(now));
      overviewGrid.draw(parts.grid, now);
    });
    current(now);
    if (!drawn.network) await new Promise((resolve) => setTimeout(resolve, GRID_FIRST));
    below(state.get());
  }

  /* What is below the grid. */
  function below(now) {
    changed("findings", [now.explainer, now.masks, now.metric, now.sort], () => {
      const table = overviewFindings.table(now);
      dom.clear(parts.findingsTable, table);
      parts.findings.hidden = !table;
    });
    parts.scores.hidden = now.masks < 0;
    if (now.masks >= 0) {
      changed("strips", [now.explainer, now.masks, now.metric, now.sort, now.strips, now.network], () => {
        const of = now.strips ? study.expressions[now.strips - 1] : "average over expressions";
        parts.stripsTitle.textContent = `${store.metric(now.metric).label}: ${of}`;
        parts.drawStrips();
        dom.clear(parts.stripsLegend, strips.legend(overviewCharts.legend(stripRows())));
        dom.clear(parts.stripsTable, overviewCharts.stripTable(parts.stripsTitle.textContent, stripRows));
      });
    }
    changed("accuracy", [now.explainer, now.masks, now.metric, now.sort, now.network], () => {
      parts.drawAccuracy();
      dom.clear(parts.accuracyTable, overviewCharts.stripTable("Balanced accuracy", accuracyRows));
    });
    changed("network", [now.network], () => ofNetwork(chosen(now)));
  }

  function changed(part, key, draw) {
    const text = key.join();
    if (drawn[part] === text) return;
    drawn[part] = text;
    draw();
  }

  /* The network whose training is shown: the chosen one; the first, while the mean of networks is chosen. */
  const chosen = (now) => (now.network === store.mean ? 0 : now.network);
  const accuracyRows = () => overviewCharts.accuracyRows(state.get(), overviewPanels.order(state.get()));
  const stripRows = () => overviewCharts.scoreRows(state.get(), overviewPanels.order(state.get()));

  /* The lists of this view, made once; what they offer follows the masks and the metric. */
  function controls(now) {
    const options = overviewPanels.sorts(now);
    const kept = options.some((one) => one.value === now.sort) ? now.sort : "study";
    const focused = parts.controls.contains(document.activeElement);
    const sort = dom.select("Sorted by", options, kept, (value) => state.set({ sort: value }));
    sort.querySelector("select").id = "sort";
    dom.clear(parts.controls, sort);
    if (focused) sort.querySelector("select").focus();
    if (parts.stripsControls.childElementCount) return;
    const expressions = ["average over expressions", ...study.expressions].map((text, value) => ({
      value,
      text,
    }));
    const strip = dom.select("Expression", expressions, now.strips, (value) =>
      state.set({ strips: Number(value) }),
    );
    strip.querySelector("select").id = "strips-expression";
    dom.clear(parts.stripsControls, strip);
    const names = study.networks.map((one, value) => ({ value, text: choices.marked(one) }));
    const network = dom.select("Network", names, chosen(now), (value) =>
      state.set({ network: Number(value) }),
    );
    network.querySelector("select").id = "overview-network";
    dom.clear(parts.networkControls, network);
  }

  /* Mark the panel that Explore would show, and let the lists follow the address. */
  function current(now) {
    for (const tile of parts.grid.querySelectorAll(".tile[aria-current]"))
      tile.removeAttribute("aria-current");
    const row = parts.grid.querySelector(`[data-network="${now.network}"]`);
    row?.querySelectorAll(".tile")[now.expression]?.setAttribute("aria-current", "true");
    parts.controls.querySelector("select").value = now.sort;
    parts.stripsControls.querySelector("select").value = String(now.strips);
    parts.networkControls.querySelector("select").value = String(chosen(now));
  }

  function rowsOf(node, rows, width, label, within = null) {
    const focused = [...node.querySelectorAll(".strip")].indexOf(document.activeElement);
    const clickable = rows.map((row) => ({ ...row, pick: () => state.set({ network: row.network }) }));
    dom.clear(
      node,
      rows.length ? strips.draw({ rows: clickable, width, label, within }) : dom.el("p", {}, "Not known."),
    );
    dom.roving(node, ".strip");
    if (focused >= 0) node.querySelectorAll(".strip")[focused]?.focus();
  }

  function ofNetwork(n) {
    parts.networkTitle.textContent = `${store.networkName(n)}: confusions and training`;
    dom.clear(parts.confusion, overviewCharts.confusion(n));
    parts.drawTraining();
    const trained = study.networks[n].histories.length > 0;
    dom.clear(
      parts.trainingTable,
      trained ? overviewCharts.later("Training as a table", () => overviewCharts.trainingTable(n)) : null,
    );
  }

  function drawTraining(width) {
    const n = chosen(state.get());
    const trained = study.networks[n].histories.length > 0;
    dom.clear(
      parts.training,
      trained
        ? overviewCharts.training(n, width)
        : dom.el("p", {}, "It was trained elsewhere: there is no training curve."),
    );
    dom.roving(parts.training, ".series");
  }

  return {
    name: "overview",
    title: "Overview",
    choices: ["explainer", "masks", "metric"],
    build,
    show,
    exports: () => ({
      name: "overview",
      svg: () => overviewFiles.svg(state.get()),
      picture: () => overviewFiles.pixels(state.get()),
      table: () => overviewFiles.table(state.get()),
    }),
  };
})();
