"use strict";
/* One face through all networks: the explanations of one image by every network that explained it in a fold. */
const oneFace = (() => {
  /* Where an image is explained: [{network, cell, row}], row as in explanations.rows, network by network. */
  async function find(state, images) {
    const places = [];
    for (let network = 0; network < store.networks.length; network++) {
      for (let expression = 0; expression < store.expressions.length; expression++) {
        places.push({network, expression});
      }
    }
    const cells = await Promise.all(places.map(
      ({network, expression}) => store.evidence(state.explainer, network, state.place, expression)));
    return places.flatMap(({network, expression}, at) => {
      const row = cells[at] ? cells[at].image.indexOf(state.image) : -1;
      if (row < 0) return [];
      const all = explanations.rows(cells[at], images, expression);
      return [{network, expression, cell: cells[at], row: all[row]}];
    });
  }

  /* Fill `container`. found: as `find` gives; open(network, expression) and close() are called on clicks. */
  function show(container, state, images, found, {open, close}) {
    dom.clear(container);
    const truth = images.true[state.image];
    const shut = dom.el("button", {type: "button"}, "Back to the cell");
    shut.addEventListener("click", close);
    container.append(
      dom.el("h3", {tabindex: "-1"}, `One face through all networks: ${images.id[state.image]}`),
      dom.el("p", {}, summary(state, found, truth < 0 ? "another expression" : store.expressions[truth])), shut);
    if (!found.length) return;
    const grid = dom.el("div", {class: "evidence-cards"}, ...found.map(({network, expression, cell, row}) => {
      const name = store.networks[network].name, seen = store.expressions[expression];
      const label = `${name}: ${explanations.sentence(row, seen)}. Open this cell.`;
      const card = explanations.card(row, `${name}: ${seen}`, label, explained.load(cell, row.row));
      if (network === state.network) card.setAttribute("aria-current", "true");
      card.addEventListener("click", () => open(network, expression));
      return card;
    }));
    const byRegion = found.some(({cell}) => cell.regions);
    container.append(explained.legend("the expression that a network saw", byRegion), grid);
    dom.roving(grid, ".evidence-card");
  }

  /* How many networks explained it, what they saw, and which networks did not. */
  function summary(state, found, truth) {
    const fold = `fold ${store.folds[state.place - 1]}`;
    if (!found.length) {
      return `No network explained this image in ${fold}: it is a test image of another fold, or not in the sample.`;
    }
    const counts = new Map();
    for (const {expression} of found) counts.set(expression, (counts.get(expression) || 0) + 1);
    const seen = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .map(([expression, n]) => `${store.expressions[expression]} (${n})`).join(", ");
    const others = store.networks.filter((_, n) => !found.some(({network}) => network === n)).map(({name}) => name);
    const rest = others.length
      ? ` ${others.join(", ")} ${others.length === 1 ? "has" : "have"} no explanation of it in ${fold}.` : "";
    const of = `${found.length} of ${store.networks.length} networks explained it in ${fold}`;
    return `In truth ${truth}. ${of} and saw ${seen}.${rest}`;
  }

  return {find, show};
})();
