"use strict";
/* In Explore: what other explainers find on the panel, and how good this explainer's explanations are. */

const exploreTrust = (() => {
  const { study } = store;
  const NARROW =
    "‡ one fold alone, or few people in it: such intervals are too narrow, and sides wrong more often.";
  const parts = {};
  let shown = { key: null, excess: [] }; // of the panel that is shown
  const known = (value) => value !== null && value !== undefined;
  const range = ({ low, high }) => (known(low) ? `${dom.number(low)} to ${dom.number(high)}` : "–");
  const keyOf = (now) => [now.explainer, now.masks, now.network, now.expression, now.metric].join();

  function build() {
    parts.title = dom.el("h3", { id: "trust-title", tabindex: "-1" }, "Can this explanation be trusted?");
    parts.panel = dom.el("p", { class: "note" });
    parts.finding = dom.el("p", { class: "finding", id: "finding" });
    parts.about = dom.el("p", { class: "note" });
    parts.legend = dom.el("div", {});
    parts.chart = dom.el("div", { id: "excess" });
    parts.narrow = dom.el("p", { class: "note", id: "too-narrow" }, NARROW);
    parts.excess = dom.el("div", {});
    parts.alike = dom.el("p", { id: "alike" });
    const { finding, about, legend, chart, narrow: few, excess, alike } = parts;
    const title = dom.el("h4", {}, "Do other explainers find the same?");
    const inner = [title, finding, about, legend, chart, few, excess, alike];
    parts.others = dom.el("div", { id: "trust-explainers" }, inner);
    parts.quality = exploreQuality.build();
    parts.draw = charts.fitted(parts.chart, draw);
    const all = [parts.title, parts.panel, parts.others, parts.quality];
    parts.node = dom.el("section", { id: "trust", "aria-labelledby": "trust-title", hidden: true }, all);
    return parts.node;
  }

  /* The sentence at the top of the view, with a way to what is behind it. */
  function line() {
    parts.sentence = dom.el("span", {});
    const why = dom.el("button", { type: "button", id: "why", class: "controls" }, "Why?");
    why.setAttribute("aria-label", "Why? To: Can this explanation be trusted?");
    why.addEventListener("click", () => {
      parts.title.scrollIntoView({ block: "start" });
      parts.title.focus({ preventScroll: true });
    });
    parts.line = dom.el("p", { id: "finding-line", hidden: true }, parts.sentence, " ", why);
    return parts.line;
  }

  async function show(now) {
    const key = keyOf(now);
    if (shown.key === key) return;
    const [ofMasks, ofExplainer] = await Promise.all([store.excess(now.masks), store.quality(now.explainer)]);
    if (keyOf(state.get()) !== key) return; // something newer is on its way
    const rows = ofMasks?.rows[`${now.network},${now.expression},${now.metric}`] ?? [];
    shown = { key, excess: rows.map((row) => store.record(ofMasks.columns, row)) };
    exploreQuality.show(ofExplainer, now);
    present(now);
  }

  function present(now) {
    const finding = findings.told(now.masks, now.network, now.expression, now.metric);
    const alike = findings.alike(now.network, now.expression);
    const some = shown.excess.some((row) => known(row.excess));
    parts.others.hidden = !finding && !alike && !some;
    parts.node.hidden = parts.others.hidden && parts.quality.hidden;
    parts.line.hidden = !finding;
    parts.sentence.textContent = finding ? `${finding.about}. ${finding.sentence}` : "";
    parts.panel.textContent =
      `About ${store.networkName(now.network)}, ${study.expressions[now.expression]}. Nothing here shows ` +
      "that an explanation is true; any of it can show that one is not to be relied on.";
    parts.finding.textContent = finding?.sentence ?? "";
    parts.alike.textContent = alike
      ? `Their heatmaps: ${alike}. ` +
        "r is the correlation within the face: 1 is the same pattern, 0 none in common."
      : "";
    for (const one of [parts.legend, parts.chart, parts.excess]) one.hidden = !some;
    parts.narrow.hidden = !shown.excess.some((row) => narrow(row, now));
    parts.about.textContent = some || now.masks < 0 ? "" : findings.instead(now.metric);
    if (some) presentExcess(now);
  }

  function presentExcess(now) {
    parts.about.textContent =
      `${store.metric(now.metric).label} with masks ${study.maskSets[now.masks].name}, minus chance: ` +
      `${findings.CHANCE}. Right of the dashed line is better than that, which does not say that few masks score ` +
      "as much: see p. Intervals are over faces, and may reach beyond the scale. " +
      `${study.wrongSides} Choose an explainer to see its heatmap.`;
    const sides = Object.entries(findings.SIDES).filter(([side]) =>
      shown.excess.some((row) => row.side === side && known(row.excess)),
    );
    const marks = sides.map(([, { shape, text }]) => ({ shape, name: "mean", label: text }));
    dom.clear(parts.legend, strips.legend(marks));
    dom.clear(parts.excess, overviewCharts.later("As a table", () => excessTable(now)));
    parts.draw();
  }

  /* Whether an interval covers the truth too rarely, or nobody knows how often. */
  function narrow(row, now) {
    const found = store.entries(row.explainer, now.masks, now.network, now.expression, now.metric);
    const coverage = found.find((one) => one.claim === "faces")?.coverage ?? 0;
    return known(row.low) && coverage < study.enough;
  }

  const words = (row) => (known(row.excess) ? findings.SIDES[row.side].text : "no score");

  function excessTable(now) {
    const rows = shown.excess.map((row) => [
      study.explainers[row.explainer],
      dom.number(row.estimate),
      dom.number(row.chance),
      dom.number(row.excess),
      `${range(row)}${narrow(row, now) ? "‡" : ""}`,
      words(row),
    ]);
    const header = ["explainer", store.metric(now.metric).label, "chance", "excess", "its interval", "side"];
    return dom.table("Scores beside chance; an excess above 0 is better", header, rows);
  }

  /* From the lowest to the highest interval, 0 within, but no further beyond the excesses than they span. */
  function frame(rows) {
    const values = [0, ...rows.map((row) => row.excess).filter(known)];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const span = high - low || 0.01;
    const ends = rows.flatMap((row) => [row.low, row.high]).filter(known);
    const [from, to] = [Math.min(low, ...ends), Math.max(high, ...ends)];
    return [Math.max(from, low - span) - span / 20, Math.min(to, high + span) + span / 20];
  }

  function draw(width) {
    const now = state.get();
    const focused = [...parts.chart.querySelectorAll(".strip")].indexOf(document.activeElement);
    const rows = shown.excess.map((row) => {
      const name = study.explainers[row.explainer];
      const mark = narrow(row, now) ? " ‡" : "";
      const reach = known(row.low) ? `, ${range(row)}${mark}` : "";
      return {
        label: `${name}${mark}`,
        about: `${name}: ${words(row)}${known(row.excess) ? `, by ${dom.number(row.excess)}${reach}` : ""}`,
        mean: row.excess,
        low: row.low,
        high: row.high,
        shape: findings.SIDES[row.side].shape,
        current: row.explainer === now.explainer,
        pick: () => state.set({ explainer: row.explainer }, { push: true }),
      };
    });
    const label = `${store.metric(now.metric).label} minus chance, by explainer`;
    dom.clear(parts.chart, strips.draw({ rows, width, label, within: frame(shown.excess), zero: true }));
    dom.roving(parts.chart, ".strip");
    if (focused >= 0) parts.chart.querySelectorAll(".strip")[focused]?.focus();
  }

  /* Rows for the file of Explore: score, what, value, low, high, interval over, p, q. */
  function file(now) {
    if (parts.node.hidden || shown.key !== keyOf(now)) return [];
    const row = (...values) => Array.from({ length: 8 }, (_, place) => values[place] ?? "");
    const found = [];
    const finding = findings.told(now.masks, now.network, now.expression, now.metric);
    if (finding)
      found.push(
        row(now.metric, "depends on the explainer", finding.depends),
        row(now.metric, "in words", finding.sentence),
      );
    for (const one of shown.excess.filter(({ excess }) => known(excess))) {
      const what = `excess over chance by ${study.explainers[one.explainer]}`;
      found.push(row(now.metric, what, one.excess, one.low, one.high, known(one.low) ? "faces" : ""));
    }
    const agreement = store.agreement(now.network, now.expression);
    if (agreement) {
      const pair = `least, ${agreement.least_a} and ${agreement.least_b}`;
      found.push(row("r", "mean over pairs of explainers", agreement.r_face));
      found.push(row("r", pair, agreement.least_r));
    }
    return [...found, ...exploreQuality.rows(now).map((values) => row(...values))];
  }

  return { build, line, show, file };
})();
