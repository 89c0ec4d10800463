"use strict";
/* Lists of pairs, the largest difference first; and one panel with all masks or all explainers. */

const compareLists = (() => {
  const { study } = store;
  const FEW = 12; // pairs that are listed at first

  /* Pairs of networks by 1 - r of their mean heatmaps, as the table has them: [{a, b, r}] as places. */
  function networkPairs(e, x) {
    const place = new Map(study.networks.map((one, n) => [one.name, n]));
    return (study.trees[e]?.[x]?.r ?? [])
      .map(([a, b, r]) => ({ a: place.get(a), b: place.get(b), r }))
      .filter(({ a, b, r }) => a !== undefined && b !== undefined && r !== null)
      .sort((one, other) => one.r - other.r);
  }

  /* Pairs of expressions of one network by 1 - r, computed here. */
  async function expressionPairs(e, n, p) {
    const sides = await Promise.all(study.expressions.map((_, x) => compareParts.loaded({ e, n, p, x })));
    const there = sides.filter((one) => one.map);
    const face = await store.face();
    const pairs = there.flatMap((a, i) =>
      there.slice(i + 1).map((b) => ({ a: a.x, b: b.x, r: scores.correlation(a.bytes, b.bytes, face) })),
    );
    return { pairs: pairs.filter(({ r }) => r !== null).sort((one, other) => one.r - other.r), missing: sides.length - there.length };
  }

  /* A list of buttons; name: of a place; open: what a button does with its pair. */
  function list(label, pairs, name, open) {
    const item = (pair) =>
      dom.el(
        "li",
        {},
        dom.el(
          "button",
          { type: "button", class: "pair", on: { click: () => open(pair) } },
          `${name(pair.a)} – ${name(pair.b)} `,
          dom.el("span", { class: "note" }, `1 − r = ${dom.number(1 - pair.r, 2)}`),
        ),
      );
    const node = dom.el("ol", { "aria-label": label }, pairs.slice(0, FEW).map(item));
    if (pairs.length <= FEW) return [node];
    const more = dom.el("button", { type: "button" }, `Show all ${pairs.length} pairs`);
    more.addEventListener("click", () => {
      node.append(...pairs.slice(FEW).map(item));
      more.remove();
      node.children[FEW].querySelector("button").focus();
    });
    return [node, more];
  }

  /* The panels that differ from a side in masks or in explainer: [{...side, title, contour}], loaded. */
  async function variants(side, now) {
    if (now.way === "masks") {
      const one = await compareParts.loaded(side);
      return study.maskSets.map(({ name }, s) => ({ ...one, s, title: name, contour: store.contour(s, side.x) }));
    }
    const contour = now.contour && now.masks >= 0 ? store.contour(now.masks, side.x) : null;
    const made = study.explainers.map((title, e) => compareParts.loaded({ ...side, e }).then((one) => ({ ...one, s: now.masks, title, contour })));
    return Promise.all(made);
  }

  /* A table of scores, a row for each variant. */
  function scoreTable(side, found, now) {
    const of = side.p ? "Scores of this fold's map" : "Scores of the mean map";
    const header = [now.way === "masks" ? "masks" : "explainer", ...study.metrics.map((one) => one.label)];
    const rows = found.map((one) => [
      one.title,
      ...study.metrics.map(({ name }) => dom.number(compareParts.scoreOf(one, one.s, name))),
    ]);
    const masks = now.way === "explainers" && now.masks >= 0 ? `, masks ${study.maskSets[now.masks].name}` : "";
    return { caption: `${of}: ${compareParts.nameOf(side)}${masks}`, header, rows };
  }

  /* r between all explainers. */
  function explainerTable(found, face) {
    const r = (a, b) => (a.map && b.map ? scores.correlation(a.bytes, b.bytes, face) : null);
    return {
      caption: "r within the face",
      header: ["", ...found.map((one) => one.title)],
      rows: found.map((a) => [a.title, ...found.map((b) => dom.number(a === b ? 1 : r(a, b), 2))]),
    };
  }

  return { networkPairs, expressionPairs, list, variants, scoreTable, explainerTable };
})();
