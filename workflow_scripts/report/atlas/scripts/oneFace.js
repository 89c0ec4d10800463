"use strict";
/* One face through all networks: the explanations of one image by every network that explained it in a fold. */
const oneFace = (() => {
  /* The networks of the study: what is beside them has heatmaps, but no explanations of images. */
  function explainable() {
    return [...store.study.networks.keys()].filter((n) => !store.study.networks[n].beside);
  }

  /* Where an image is explained: [{network, cell, row}], row as in explanations.rows, network by network. */
  async function find(state, images) {
    const places = [];
    for (const network of explainable())
      store.study.expressions.forEach((_, expression) => places.push({ network, expression }));
    const cells = await Promise.all(
      places.map(({ network, expression }) =>
        store.evidence(state.explainer, network, state.fold, expression),
      ),
    );
    return places.flatMap(({ network, expression }, at) => {
      const row = cells[at] ? cells[at].image.indexOf(state.image) : -1;
      if (row < 0) return [];
      const all = explanations.rows(cells[at], images, expression);
      return [{ network, expression, cell: cells[at], row: all[row] }];
    });
  }

  /* Fill `container`. found: as `find` gives; open(network, expression) and close() are called on clicks. */
  function show(container, state, images, found, { open, close }) {
    dom.clear(container);
    const truth = images.true[state.image];
    const shut = dom.el("button", { type: "button" }, "Back to the cell");
    shut.addEventListener("click", close);
    container.append(
      dom.el("h3", { tabindex: "-1" }, `One face through all networks: ${images.id[state.image]}`),
      dom.el(
        "p",
        {},
        summary(state, found, truth < 0 ? "another expression" : store.study.expressions[truth]),
      ),
      shut,
    );
    if (!found.length) return;
    const grid = dom.el(
      "div",
      { class: "evidence-cards" },
      ...found.map(({ network, expression, cell, row }) => {
        const name = store.networkName(network),
          seen = store.study.expressions[expression];
        const label = `${name}: ${explanations.sentence(row, seen)}. Open this cell.`;
        const card = explanations.card(row, `${name}: ${seen}`, label, explained.load(cell, row.row));
        if (network === state.network) card.setAttribute("aria-current", "true");
        card.addEventListener("click", () => open(network, expression));
        return card;
      }),
    );
    const byRegion = found.some(({ cell }) => cell.regions);
    container.append(explained.legend("the expression that a network saw", byRegion), grid);
    explanations.rove(grid);
  }

  /* How many networks explained it, what they saw, and which networks did not. */
  function summary(state, found, truth) {
    const fold = store.placeName(state.fold);
    const networks = explainable();
    if (!found.length) {
      return `No network explained this image in ${fold}: it is a test image of another fold, or not in the sample.`;
    }
    const counts = new Map();
    for (const { expression } of found) counts.set(expression, (counts.get(expression) || 0) + 1);
    const seen = [...counts]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .map(([expression, n]) => `${store.study.expressions[expression]} (${n})`)
      .join(", ");
    const others = networks.filter((n) => !found.some(({ network }) => network === n)).map(store.networkName);
    const rest = others.length
      ? ` ${others.join(", ")} ${others.length === 1 ? "has" : "have"} no explanation of it in ${fold}.`
      : "";
    const of = `${found.length} of ${networks.length} networks explained it in ${fold}`;
    return `In truth ${truth}. ${of} and saw ${seen}.${rest}`;
  }

  return { find, show };
})();
