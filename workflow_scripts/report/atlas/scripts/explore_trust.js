"use strict";
/* In Explore: what other explainers find on the panel, and how good this explainer's explanations are. */

const exploreTrust = (() => {
  const { study } = store;
  const parts = {};
  let shown = { key: null, excess: [], quality: [] }; // of the panel that is shown
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
    parts.excess = dom.el("div", {});
    parts.alike = dom.el("p", { id: "alike" });
    parts.others = dom.el(
      "div",
      { id: "trust-explainers" },
      dom.el("h4", {}, "Do other explainers find the same?"),
      parts.finding,
      parts.about,
      parts.legend,
      parts.chart,
      parts.excess,
      parts.alike,
    );
    parts.qualityTitle = dom.el("h4", {});
    parts.table = dom.el("div", {});
    parts.quality = dom.el("div", { id: "trust-quality" }, parts.qualityTitle, parts.table, meanings());
    parts.draw = charts.fitted(parts.chart, draw);
    const inner = [parts.title, parts.panel, parts.others, parts.quality];
    parts.node = dom.el("section", { id: "trust", "aria-labelledby": "trust-title", hidden: true }, inner);
    return parts.node;
  }

  /* The sentence at the top of the view, with a way to what is behind it. */
  function line() {
    parts.sentence = dom.el("span", {});
    const why = dom.el("button", { type: "button", id: "why" }, "Why?");
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
    const panel = `${now.network},${now.expression}`;
    const rows = ofMasks?.rows[`${panel},${now.metric}`] ?? [];
    shown = {
      key,
      excess: rows.map((row) => store.record(ofMasks.columns, row)),
      quality: ofExplainer ? measured(ofExplainer, now) : [],
    };
    present(now);
  }

  /* The measures that the panel or its network has: {name, label, better, panel, all}. */
  function measured({ columns, rows }, now) {
    const of = (x, name) => {
      const row = rows[`${now.network},${x},${name}`];
      return row ? store.record(columns, row) : null;
    };
    return study.measures
      .map((one) => ({ ...one, panel: of(now.expression, one.name), all: of(store.ALL, one.name) }))
      .filter((one) => one.panel || one.all);
  }

  function present(now) {
    const finding = findings.told(now.masks, now.network, now.expression, now.metric);
    const alike = findings.alike(now.network, now.expression);
    parts.others.hidden = !finding && !alike && !shown.excess.length;
    parts.quality.hidden = !shown.quality.length;
    parts.node.hidden = parts.others.hidden && parts.quality.hidden;
    parts.line.hidden = !finding;
    parts.sentence.textContent = finding ? `${finding.about}. ${finding.sentence}` : "";
    parts.panel.textContent =
      `About ${store.networkName(now.network)}, ${study.expressions[now.expression]}. Nothing here shows that ` +
      "an explanation is true; any of it can show that one is not to be relied on.";
    parts.finding.textContent = finding?.sentence ?? "";
    parts.alike.textContent = alike
      ? `Their heatmaps: ${alike}. r is the correlation within the face: 1 is the same pattern, 0 none in common.`
      : "";
    presentExcess(now);
    if (!parts.quality.hidden) presentQuality(now);
  }

  function presentExcess(now) {
    const some = shown.excess.length > 0;
    for (const one of [parts.about, parts.legend, parts.chart, parts.excess]) one.hidden = !some;
    if (!some) return;
    const { label } = store.metric(now.metric);
    parts.about.textContent =
      `${label} with masks ${study.maskSets[now.masks].name}, minus chance: ${findings.CHANCE}. Right of the ` +
      "dashed line is better than chance. Intervals are over faces, and wide enough for all explainers at " +
      "once (Bonferroni). Choose an explainer to see its heatmap.";
    const sides = Object.entries(findings.SIDES).filter(([side]) =>
      shown.excess.some((row) => row.side === side && known(row.excess)),
    );
    const marks = sides.map(([, { shape, text }]) => ({ shape, name: "mean", label: text }));
    dom.clear(parts.legend, strips.legend(marks));
    dom.clear(parts.excess, overviewCharts.later("As a table", () => excessTable(now)));
    parts.draw();
  }

  const words = (row) => (known(row.excess) ? findings.SIDES[row.side].text : "no score");

  function excessTable(now) {
    const rows = shown.excess.map((row) => [
      study.explainers[row.explainer],
      dom.number(row.estimate),
      dom.number(row.chance),
      dom.number(row.excess),
      range(row),
      words(row),
    ]);
    const header = ["explainer", store.metric(now.metric).label, "chance", "excess", "its interval", "side"];
    return dom.table("Scores beside chance; an excess above 0 is better", header, rows);
  }

  /* From the lowest to the highest interval and 0, but no further out than twice what the excesses span. */
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
      const label = study.explainers[row.explainer];
      const reach = known(row.low) ? `, ${range(row)}` : "";
      return {
        label,
        about: `${label}: ${words(row)}${known(row.excess) ? `, by ${dom.number(row.excess)}${reach}` : ""}`,
        mean: row.excess,
        low: row.low,
        high: row.high,
        shape: findings.SIDES[row.side].shape,
        current: row.explainer === now.explainer,
        pick: () => state.set({ explainer: row.explainer }, { push: true }),
      };
    });
    const label = `${store.metric(now.metric).label} minus chance, by explainer`;
    const within = frame(shown.excess);
    dom.clear(parts.chart, rows.length ? strips.draw({ rows, width, label, within, zero: true }) : null);
    dom.roving(parts.chart, ".strip");
    if (focused >= 0) parts.chart.querySelectorAll(".strip")[focused]?.focus();
  }

  const images = (n) => `${n} ${n === 1 ? "image" : "images"}`;

  function presentQuality(now) {
    parts.qualityTitle.textContent = `Are the explanations of ${study.explainers[now.explainer]} any good?`;
    const lines = (row) => {
      if (!row) return "–";
      const without = row.left_out ? `without ${row.left_out}` : null;
      const chance = known(row.baseline) ? `chance ${dom.number(row.baseline)}` : null;
      const rest = [known(row.low) ? range(row) : null, chance, images(row.n), without];
      const under = rest.map((text) => text && dom.el("div", { class: "note" }, text));
      return dom.el("div", {}, dom.number(row.estimate), under);
    };
    const name = (label, better) =>
      dom.el("div", {}, label, dom.el("div", { class: "note" }, `${better} is better`));
    const body = shown.quality.map(({ label, better, panel, all }) => [
      name(label, better),
      lines(panel),
      lines(all),
    ]);
    const header = ["measure", study.expressions[now.expression], "all expressions"];
    const caption = "Means over some images of the first fold, 95 % intervals over faces";
    dom.clear(parts.table, dom.table(caption, header, body));
  }

  /* What each measure says, on demand. */
  function meanings() {
    const items = (study.measures ?? [])
      .filter((one) => one.text)
      .flatMap(({ label, text }) => [dom.el("dt", {}, label), dom.el("dd", {}, text)]);
    return dom.el(
      "details",
      {},
      dom.el("summary", {}, "What these measures say"),
      dom.el("dl", { class: "guide" }, items),
      dom.el(
        "p",
        { class: "note" },
        "Chance: regions in random orders, or the same weights dealt out to other regions. “Without”: images " +
          "for which a measure says nothing, since hiding all hardly changes the answer, or a map is flat.",
      ),
    );
  }

  /* Rows for the file of Explore: score, what, value, low, high, interval over, p, q. */
  function file(now) {
    if (parts.node.hidden || shown.key !== keyOf(now)) return [];
    const row = (...values) => values.map((one) => one ?? "");
    const found = [];
    const finding = findings.told(now.masks, now.network, now.expression, now.metric);
    if (finding) {
      found.push(row(now.metric, "depends on the explainer", finding.depends, "", "", "", "", ""));
      found.push(row(now.metric, "in words", finding.sentence, "", "", "", "", ""));
    }
    for (const one of shown.excess) {
      const what = `excess over chance by ${study.explainers[one.explainer]}`;
      found.push(row(now.metric, what, one.excess, one.low, one.high, known(one.low) ? "faces" : "", "", ""));
    }
    const agreement = store.agreement(now.network, now.expression);
    if (agreement) {
      const pair = `least, ${agreement.least_a} and ${agreement.least_b}`;
      found.push(row("r", "mean over pairs of explainers", agreement.r_face, "", "", "", "", ""));
      found.push(row("r", pair, agreement.least_r, "", "", "", "", ""));
    }
    for (const { name, panel, all } of shown.quality) {
      for (const [of, one] of [
        [study.expressions[now.expression], panel],
        ["all expressions", all],
      ]) {
        if (!one) continue;
        const over = known(one.low) ? "faces" : "";
        const what = `${of}, ${images(one.n)}`;
        found.push(row(name, what, one.estimate, one.low, one.high, over, one.p, one.q));
        if (known(one.baseline))
          found.push(row(name, `${of}, chance`, one.baseline, "", "", "", "", ""));
      }
    }
    return found;
  }

  return { build, line, show, file };
})();
