"use strict";
/* The maps of all networks and expressions, small, in rows that are painted when they come into view. */

const overviewGrid = (() => {
  const { study } = store;
  const MARGIN = "300px"; // below the window: what is painted before a reader gets there
  const { width, height } = store.small;
  const { grouped, scoreOf, stateOf } = overviewPanels;
  let watcher = null;

  /* Draw all rows; pictures follow as they come into view. */
  function draw(node, now) {
    watcher?.disconnect();
    watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          watcher.unobserve(entry.target);
          fill(entry.target, now);
        }
      },
      { rootMargin: MARGIN },
    );
    const head = dom.el(
      "div",
      { role: "row", class: "head" },
      dom.el("span", { role: "columnheader" }, "network"),
      study.expressions.map((name) => dom.el("span", { role: "columnheader" }, name)),
    );
    const groups = grouped(now).map(({ group, networks }) => {
      const named = group
        ? dom.el("div", { role: "row", class: "group" }, dom.el("span", { role: "rowheader" }, group))
        : null;
      return dom.el(
        "div",
        { role: "rowgroup" },
        named,
        networks.map((n) => row(n, now)),
      );
    });
    node.style.setProperty("--columns", study.expressions.length);
    dom.clear(node, dom.el("div", { role: "rowgroup" }, head), groups);
    for (const one of node.querySelectorAll(".panels")) watcher.observe(one);
    dom.roving(node, ".tile", study.expressions.length);
  }

  function row(n, now) {
    const network = study.networks[n];
    const told = network ? recognised(network.accuracy) : "that learned";
    const name = dom.el("span", { class: "name" }, network ? choices.marked(network) : "mean of networks");
    const head = dom.el("span", { role: "rowheader" }, name, dom.el("span", { class: "told" }, told));
    const tiles = study.expressions.map((_, x) => dom.el("span", { role: "gridcell" }, tile(n, x, now)));
    return dom.el("div", { role: "row", class: "panels", "data-network": n }, head, tiles);
  }

  const recognised = ({ estimate }) => (estimate === null ? "" : `accuracy ${dom.number(estimate, 2)}`);

  function tile(n, x, now) {
    const there = Boolean(store.map(now.explainer, n, 0, x));
    const { text, symbols } = stateOf(now.explainer, n, x);
    const picture = there
      ? dom.el(
          "span",
          { class: "small" },
          dom.el("canvas", { width, height, "aria-hidden": "true" }),
          outline(now, x),
        )
      : dom.el("span", { class: "small absent" }, dom.el("span", {}, "no heatmap"));
    const { shown, said } = scoreOf(now, n, x);
    const told = [said, text].filter(Boolean).join("; ");
    const label = `${store.networkName(n)}, ${study.expressions[x]}: ${told}`;
    const to = { view: "explore", network: n, expression: x, fold: 0 };
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      state.set({ ...to, threshold: null }, { push: true });
      document.getElementById("main").focus({ preventScroll: true }); // the map that had it is gone
    };
    const href = `#${state.link({ ...to, threshold: null }).split("#")[1]}`;
    const under = dom.el(
      "span",
      { class: "under", "aria-hidden": "true" },
      dom.el("span", {}, shown),
      dom.el("span", { class: "symbols" }, symbols),
    );
    const chosen = n === now.network && x === now.expression;
    const spoken = { "aria-label": label, title: label, "aria-current": chosen ? "true" : null };
    return dom.el("a", { class: "tile", href, tabindex: -1, ...spoken, on: { click: open } }, picture, under);
  }

  function outline(now, x) {
    if (now.masks < 0 || !now.contour || !store.contour(now.masks, x)) return null;
    const size = { viewBox: `0 0 ${study.width} ${study.height}`, "aria-hidden": "true" };
    return dom.svg("svg", size, dom.svg("use", { href: `#outline-${x}` }));
  }

  /* An outline with its casing, in their own style: style sheets need not reach what `use` repeats. */
  function edges(d) {
    const path = (stroke, wide) => dom.svg("path", { d, fill: "none", stroke, "stroke-width": wide });
    return [path("#000000", 5), path("#ffffff", 2.2)];
  }

  /* The outlines of the masks, once for all rows. */
  function outlines(now) {
    const paths = study.expressions.map((_, x) => {
      const data = store.contour(now.masks, x);
      return data ? dom.svg("g", { id: `outline-${x}` }, edges(data)) : null;
    });
    return dom.svg(
      "svg",
      { class: "unseen", "aria-hidden": "true" },
      dom.svg(
        "defs",
        {},
        paths.filter((one) => one),
      ),
    );
  }

  let filling = 0;

  async function fill(line, now) {
    filling += 1;
    await paintRow(line, now);
    filling -= 1;
    if (!filling) performance.mark("overview"); // all rows in sight are painted
  }

  async function paintRow(line, now) {
    const n = Number(line.dataset.network);
    const canvases = [...line.querySelectorAll('[role="gridcell"]')].map((cell) =>
      cell.querySelector("canvas"),
    );
    if (!canvases.some((one) => one)) return;
    const bytes = await store.thumbnails(now.explainer, n);
    canvases.forEach((canvas, x) => {
      if (canvas)
        paint.draw(
          canvas,
          paint.small(bytes.subarray(x * width * height, (x + 1) * width * height)),
          width,
          height,
        );
    });
  }

  const MEANINGS = [
    ["●", "explained"],
    ["◐", "fewer images than asked for"],
    ["◔", "too few images for a ranking"],
    ["○", "no explanations: the network took no test image for the expression"],
    ["×", "no heatmap: its mean shows nothing"],
    ["–", "not run, or not there"],
    ["≈", "noisy: random draws add more than a tenth of its variance between images"],
    ["†", "the network did not learn; it is in no ranking and no mean"],
    ["*", "q < .05: it agrees better than masks laid elsewhere (false discovery rate over all panels)"],
  ];

  /* What the symbols mean. */
  function legend() {
    const pairs = MEANINGS.map(([symbol, words]) =>
      dom.el("div", {}, dom.el("dt", {}, symbol), dom.el("dd", {}, words)),
    );
    return dom.el(
      "details",
      { id: "symbols" },
      dom.el("summary", {}, "Symbols"),
      dom.el("p", {}, "A symbol for each fold, in order; below each map:"),
      dom.el("dl", { class: "meanings" }, pairs),
    );
  }

  return { draw, edges, outlines, legend };
})();
