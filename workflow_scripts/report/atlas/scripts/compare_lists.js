"use strict";
/* Lists of pairs, the largest difference first. */

const compareLists = (() => {
  const { study } = store;
  const parts = {};
  const listed = {}; // what the lists were made for
  const FEW = 15; // pairs that are listed at first

  /* Pairs of networks by 1 - r of their mean heatmaps, as the table has them: [{a, b, r}] as places. */
  function networkPairs(e, x) {
    const place = new Map(study.networks.map((one, n) => [one.name, n]));
    return (study.trees[e]?.[x]?.r ?? [])
      .map(([a, b, r]) => ({ a: place.get(a), b: place.get(b), r }))
      .filter(({ a, b, r }) => a !== undefined && b !== undefined && a !== b && r !== null)
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
    return {
      pairs: pairs.filter(({ r }) => r !== null).sort((one, other) => one.r - other.r),
      missing: sides.length - there.length,
    };
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

  function build() {
    parts.networks = dom.el("div", { id: "compare-networks" });
    parts.expressions = dom.el("div", { id: "compare-expressions" });
    return dom.el("div", { class: "lists" }, parts.networks, parts.expressions);
  }

  /* The lists of pairs; made again only for another expression, explainer or network. */
  function show(now) {
    const { explainer: e, expression: x, network: n, fold: p } = now;
    if (listed.networks !== `${e},${x}`) {
      listed.networks = `${e},${x}`;
      const pairs = networkPairs(e, x);
      const open = ({ a, b }) =>
        opened({ network: a, fold: 0, b_network: b, b_fold: 0, b_expression: x, b_explainer: e });
      const title = `Networks that differ most: ${study.expressions[x]}`;
      const none = dom.el("p", { class: "note" }, "There are no two networks with heatmaps to compare.");
      const why = dom.el(
        "p",
        { class: "note" },
        "1 − r of the mean heatmaps, the largest first. A click opens the pair.",
      );
      dom.clear(
        parts.networks,
        dom.el("h3", {}, title),
        pairs.length ? [why, ...list(title, pairs, compareParts.networkOf, open)] : none,
      );
    }
    const place = n === store.mean ? 0 : p;
    if (listed.expressions !== `${e},${n},${place}`) {
      listed.expressions = `${e},${n},${place}`;
      const title = `Expressions that differ most: ${compareParts.networkOf(n)}, ${store.placeName(place)}`;
      const ask = dom.el(
        "button",
        { type: "button", id: "compare-expressions-ask" },
        "Compute all pairs of expressions",
      );
      ask.addEventListener("click", () => fillExpressions(title, e, n, place));
      dom.clear(parts.expressions, dom.el("h3", {}, title), ask);
    }
  }

  async function fillExpressions(title, e, n, p) {
    const asked = listed.expressions;
    const { pairs, missing } = await expressionPairs(e, n, p);
    if (listed.expressions !== asked) return;
    const same = { b_network: n, b_fold: p, b_explainer: e };
    const open = ({ a, b }) => opened({ ...same, expression: a, b_expression: b });
    const name = (x) => study.expressions[x];
    const told = `Without a heatmap: ${missing} of ${study.expressions.length} expressions.`;
    const words = missing ? dom.el("p", { class: "note" }, told) : null;
    const heading = dom.el("h3", { tabindex: "-1" }, title);
    const found = pairs.length
      ? list(title, pairs, name, open)
      : dom.el("p", {}, "There are no two heatmaps to compare.");
    dom.clear(parts.expressions, heading, words, found);
    heading.focus();
  }

  function opened(changes) {
    state.set(changes, { push: true });
    document.getElementById("compare-words").scrollIntoView({ block: "nearest" });
  }

  return { build, show };
})();
