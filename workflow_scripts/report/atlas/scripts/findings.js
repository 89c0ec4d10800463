"use strict";
/* Whether what is found depends on the explainer: words and marks for what the tables say. */

const findings = (() => {
  const { study } = store;
  // how an explainer's score lies to chance; a shape for each, so that colour is not needed
  const SIDES = {
    above: { shape: "triangle", symbol: "▲", text: "above chance" },
    below: { shape: "down", symbol: "▼", text: "below chance" },
    undecided: { shape: "ring", symbol: "○", text: "too close to call" },
    "": { shape: "cross", symbol: "×", text: "no interval" },
  };
  const CHANCE = "the mean of what masks laid elsewhere in the face score";
  const there = Boolean(study.findings);

  /* The sentence on a panel and what it is about; null if fewer than two explainers score it. */
  function told(s, n, x, metric) {
    const found = store.finding(s, n, x, metric);
    if (!found?.depends) return null;
    return {
      ...found,
      about: `${store.metric(metric)?.label ?? metric}, masks ${study.maskSets[s].name}`,
      symbols: Object.entries(SIDES)
        .filter(([side]) => found[side])
        .map(([side, { symbol }]) => `${symbol}${found[side]}`)
        .join(" "),
    };
  }

  /* Why there is nothing by a metric, and which others to choose; empty if there is something. */
  function instead(metric) {
    if (!there || study.findings.metrics.includes(metric)) return "";
    const others = study.findings.metrics.map((name) => store.metric(name)?.label ?? name);
    const which = others.length ? ` Scores that have one: ${others.join(", ")}.` : "";
    const { label } = store.metric(metric);
    return `${label} has no interval over faces, so that it cannot be told from chance here.${which}`;
  }

  /* How alike the explainers' heatmaps of a panel are, in words; empty if that is not known. */
  function alike(n, x) {
    const found = store.agreement(n, x);
    if (!found) return "";
    const r = (value) => `r = ${dom.number(value, 2)}`;
    const pair = `${found.least_a} and ${found.least_b}`;
    if (study.explainers.length === 2) return `${pair}: ${r(found.r_face)}`;
    return `${r(found.r_face)} on average over pairs of explainers; least for ${pair}: ${r(found.least_r)}`;
  }

  /* Those of several panels, {name, s, n, x}, of which there is a sentence: {name, ...} as in `told`. */
  const known = (panels, metric) =>
    panels
      .map(({ name, s, n, x }) => ({ name, ...told(s, n, x, metric) }))
      .filter(({ sentence }) => sentence);

  /* Their sentences under a heading; nothing if there are none. */
  function list(panels) {
    if (!panels.length) return null;
    const items = panels.map(({ name, sentence, about }) =>
      dom.el(
        "li",
        {},
        dom.el("b", {}, `${name}: `),
        sentence,
        dom.el("span", { class: "note" }, ` (${about})`),
      ),
    );
    return [dom.el("h3", {}, "Does it depend on the explainer?"), dom.el("ul", {}, items)];
  }

  /* The same as rows of a file, as long as its other rows. */
  const rows = (panels, length) =>
    panels.map(({ name, sentence }) =>
      Array.from({ length }, (_, place) => (place ? "" : `${name}: ${sentence}`)),
    );

  return { SIDES, CHANCE, there, told, instead, alike, known, list, rows };
})();
