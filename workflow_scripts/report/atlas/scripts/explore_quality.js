"use strict";
/* In Explore: how good the explanations of an explainer are, of a panel and of its whole network. */

const exploreQuality = (() => {
  const { study } = store;
  const CHANCE =
    "Chance: regions in random orders, or the same weights dealt out to other regions. “Without”: images " +
    "for which a measure says nothing, since hiding all hardly changes the answer, or a map is the same " +
    "everywhere.";
  const parts = {};
  let found = []; // the measures that the panel or its network has: {name, label, ..., panel, all}
  const known = (value) => value !== null && value !== undefined;
  const images = (n) => `${n} ${n === 1 ? "image" : "images"}`;

  function build() {
    parts.title = dom.el("h4", {});
    parts.table = dom.el("div", {});
    parts.node = dom.el("div", { id: "trust-quality", hidden: true }, parts.title, parts.table, meanings());
    return parts.node;
  }

  /* What each measure says, on demand. */
  function meanings() {
    const items = (study.measures ?? [])
      .filter((one) => one.text)
      .flatMap(({ label, text }) => [dom.el("dt", {}, label), dom.el("dd", {}, text)]);
    const list = dom.el("dl", { class: "guide" }, items);
    const title = dom.el("summary", {}, "What these measures say");
    return dom.el("details", {}, title, list, dom.el("p", { class: "note" }, CHANCE));
  }

  /* table: the measures of the chosen explainer, null if its explanations were not examined. */
  function show(table, now) {
    const of = (x, name) => {
      const row = table?.rows[`${now.network},${x},${name}`];
      return row ? store.record(table.columns, row) : null;
    };
    found = (study.measures ?? [])
      .map((one) => ({ ...one, panel: of(now.expression, one.name), all: of(store.ALL, one.name) }))
      .filter((one) => one.panel || one.all);
    parts.node.hidden = !found.length;
    if (found.length) present(now);
  }

  function present(now) {
    parts.title.textContent = `Are the explanations of ${study.explainers[now.explainer]} any good?`;
    const body = found.map((one) => [name(one), numbers(one.panel, one), numbers(one.all, one)]);
    const header = ["measure", study.expressions[now.expression], "all expressions"];
    const caption = "Means over some images of the first fold, 95 % intervals over faces";
    dom.clear(parts.table, dom.table(caption, header, body));
  }

  const small = (text) => dom.el("div", { class: "note" }, text);
  const name = ({ label, better }) => dom.el("div", {}, label, small(`${better} is better`));

  /* A mean with what belongs to it in small print below. */
  function numbers(row, { median }) {
    if (!row) return "–";
    const under = [
      known(row.low) ? `${dom.number(row.low)} to ${dom.number(row.high)}` : null,
      median && known(row.median) ? `median ${dom.number(row.median)}` : null,
      known(row.baseline) ? `chance ${dom.number(row.baseline)}` : null,
      images(row.n),
      row.left_out ? `without ${row.left_out}` : null,
    ];
    return dom.el("div", {}, dom.number(row.estimate), under.filter(known).map(small));
  }

  /* For a file: measure, of what, value, low, high, interval over, p, q. */
  function rows(now) {
    return found.flatMap((one) =>
      [
        [study.expressions[now.expression], one.panel],
        ["all expressions", one.all],
      ]
        .filter(([, row]) => row)
        .flatMap(([of, row]) => {
          const over = known(row.low) ? "faces" : "";
          const mean = [row.estimate, row.low, row.high, over, row.p, row.q];
          return [
            [one.name, `${of}, ${images(row.n)}`, ...mean],
            one.median && known(row.median) ? [one.name, `${of}, median`, row.median] : null,
            known(row.baseline) ? [one.name, `${of}, chance`, row.baseline] : null,
          ].filter(known);
        }),
    );
  }

  return { build, show, rows };
})();
