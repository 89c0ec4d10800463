"use strict";
/* One face through all networks: how each network that explained an image in a fold did so. */
const oneFace = (() => {
  /* The networks of the study: what is beside them has heatmaps, but no explanations of images. */
  function explainable() {
    return [...store.study.networks.keys()].filter((n) => !store.study.networks[n].beside);
  }

  /* Where an image is explained: [{network, cell, row}], row as in explanations.rows, network by network. */
  async function find(state, images) {
    const places = [];
    for (const network of explainable()) {
      store.study.expressions.forEach((_, expression) => places.push({ network, expression }));
    }
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
    const truth = store.study.expressions[images.true[state.image]] ?? "another expression";
    const shut = dom.el("button", { type: "button" }, "Back to the cell");
    shut.addEventListener("click", close);
    container.append(
      dom.el("h3", { tabindex: "-1" }, `One face through all networks: ${images.id[state.image]}`),
      dom.el("p", {}, summary(state, found, truth)),
      shut,
    );
    if (!found.length) return;
    const grid = dom.el(
      "div",
      { class: "evidence-cards" },
      ...found.map(({ network, expression, cell, row }) => {
        const name = store.networkName(network);
        const seen = store.study.expressions[expression];
        const loaded = explained.load(cell, row.row);
        const card = explanations.card(row, `${name}: ${seen}`, "Open the evidence of this cell.", loaded);
        if (network === state.network && expression === state.expression)
          card.setAttribute("aria-current", "true");
        card.addEventListener("click", () => open(network, expression));
        return card;
      }),
    );
    container.append(grid);
    explanations.rove(grid);
  }

  /* How many networks explained it, what they saw, and which networks did not. */
  function summary(state, found, truth) {
    const fold = store.placeName(state.fold);
    const networks = explainable();
    if (!found.length) {
      return `In ${fold}, this image was explained for no network: it is of another, or not in a sample.`;
    }
    const counts = new Map();
    for (const { expression } of found) counts.set(expression, (counts.get(expression) || 0) + 1);
    const seen = [...counts]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .map(([expression, n]) => `${store.study.expressions[expression]} (${n})`)
      .join(", ");
    const others = networks.filter((n) => !found.some(({ network }) => network === n)).map(store.networkName);
    const rest = others.length
      ? ` It is not in the samples that were explained for ${others.join(", ")}.`
      : "";
    const of = `it was explained for ${found.length} of ${networks.length} networks, which saw ${seen}`;
    return `The face shows ${truth}. In ${fold}, ${of}.${rest} Choose a network to open its cell.`;
  }

  /* The same for a file: what `evidenceFile.draw` takes, none if no network explained it. */
  function section(found) {
    if (!found.length) return [];
    const cards = found.map(({ network, expression, cell, row }) => ({
      row,
      cell,
      first: store.networkName(network),
      seen: store.study.expressions[expression],
    }));
    return [[`One face through all networks: ${found[0].row.id}`, cards]];
  }

  return { find, show, section };
})();
