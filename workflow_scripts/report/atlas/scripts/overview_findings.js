"use strict";
/* In the overview: on which panels the finding depends on the explainer. */

const overviewFindings = (() => {
  const { study } = store;
  const ANSWERS = { no: "no", yes: "yes", open: "open" };
  const HEADER = ["depends on the explainer", "in words"];

  /* A table of networks and expressions, each panel a link to Explore; or why there is none; or null. */
  function table(now) {
    const order = overviewPanels.order(now);
    const found = order.map((n) =>
      study.expressions.map((_, x) => findings.told(now.masks, n, x, now.metric)),
    );
    if (!found.flat().some((one) => one)) {
      const why = now.masks < 0 ? "" : findings.instead(now.metric);
      return why ? dom.el("p", {}, why) : null;
    }
    const rows = order.map((n, place) => [
      choices.marked(study.networks[n]),
      ...found[place].map((one, x) => (one ? link(one, n, x) : "–")),
    ]);
    const { about } = found.flat().find((one) => one);
    const made = dom.table(about, ["network", ...study.expressions], rows, study.expressions.length + 1);
    dom.roving(made, "a", Math.max(...found.map((of) => of.filter((one) => one).length)));
    return made;
  }

  function link(found, n, x) {
    const to = { view: "explore", network: n, expression: x, fold: 0, threshold: null };
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      state.set(to, { push: true });
      document.getElementById("main").focus({ preventScroll: true }); // the link that had it is gone
    };
    const label = `${store.networkName(n)}, ${study.expressions[x]}: ${found.sentence}`;
    const attributes = { href: `#${state.link(to).split("#")[1]}`, tabindex: -1, title: label };
    return dom.el(
      "a",
      { ...attributes, class: `finding ${found.depends}`, "aria-label": label, on: { click: open } },
      dom.el("span", { class: "answer" }, ANSWERS[found.depends]),
      dom.el("span", { class: "symbols" }, found.symbols),
    );
  }

  /* What the symbols mean. */
  function legend() {
    const sides = Object.entries(findings.SIDES).filter(([side]) => side);
    const told = sides.map(([, { symbol, text }]) => `${symbol} ${text}`).join(", ");
    return dom.el(
      "p",
      { class: "note" },
      `How many explainers put a panel on which side of chance (${findings.CHANCE}): ${told}. No: all are ` +
        "on one side; yes: some are above, some below; open: anything else.",
    );
  }

  /* For the file of the overview: values for HEADER; none where the study has one explainer. */
  function values(now, n, x) {
    if (!findings.there) return [];
    const found = findings.told(now.masks, n, x, now.metric);
    return [found?.depends ?? "", found?.sentence ?? ""];
  }

  return { table, legend, values, header: findings.there ? HEADER : [] };
})();
