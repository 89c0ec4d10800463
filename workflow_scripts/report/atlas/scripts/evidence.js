"use strict";
/* Down to the evidence: the explanations under the heatmap of a cell, and one face through all networks. */
const evidenceView = (() => {
  const FIRST = 24; // cards before a reader asks for more
  const parts = {};
  let current = null; // {key, cell, rows}: what is on display
  let order = { by: "id", falling: false };
  let arriving = false; // whether the reader has just chosen a face
  let all = false; // whether all cards are shown
  let through = []; // of the chosen face: {network, expression, row, cell} for each network that explained it
  let asked = 0; // grows with each request, so that late answers to earlier ones are dropped

  function build(root) {
    parts.title = dom.el("h2", { tabindex: "-1" });
    parts.about = dom.el("p", { class: "evidence-about" });
    parts.places = dom.el("div", { class: "evidence-places" });
    parts.legend = dom.el("div", {});
    parts.face = dom.el("section", { class: "evidence-face", "aria-label": "One face through all networks" });
    parts.order = dom.el("div", { class: "evidence-order" });
    parts.cards = dom.el("section", { "aria-label": "Pictured explanations" });
    parts.table = dom.el("section", {
      class: "scroll",
      tabindex: "0",
      "aria-label": "All explanations of the cell",
    });
    root.append(...Object.values(parts));
  }

  async function show(state) {
    const key = [state.explainer, state.network, state.fold, state.expression].join();
    if (current && current.key === key) {
      markChosen(state.image);
      await showFace(state);
      return;
    }
    const request = ++asked;
    current = { key, cell: null, rows: [] };
    through = [];
    all = false;
    for (const part of Object.values(parts)) dom.clear(part);
    parts.title.textContent = cellTitle(state);
    parts.table.hidden = true;
    if (missingPlace(state)) return;
    try {
      const cell = await store.evidence(state.explainer, state.network, state.fold, state.expression);
      const images = await store.explained();
      if (request !== asked) return;
      current = { key, cell, rows: cell ? explanations.rows(cell, images, state.expression) : [], images };
    } catch (error) {
      if (request === asked) parts.about.textContent = error.message;
      current = null; // so that it is tried again
      throw error;
    }
    showCell(state);
    await showFace(state);
  }

  function cellTitle(state) {
    const names = [
      store.networkName(state.network),
      store.placeName(state.fold),
      store.study.expressions[state.expression],
    ];
    return `Evidence: ${names.join(", ")}`;
  }

  /* Evidence is of one network and one fold: if the choice is of a mean, say so and offer what there is. */
  function missingPlace(state) {
    const choices = [];
    if (state.network >= store.mean) {
      choices.push(["network", store.study.networks.map((network, n) => [network.name, { network: n }])]);
    }
    if (state.fold === 0) {
      choices.push(["fold", store.study.folds.map((fold, f) => [`fold ${fold}`, { fold: f + 1 }])]);
    }
    if (!choices.length) return false;
    parts.about.textContent =
      "A heatmap that is a mean of cells has no explanations of its own. " +
      `Choose a ${choices.map(([name]) => name).join(" and a ")} to see the explained images.`;
    for (const [name, entries] of choices) {
      const buttons = entries.map(([text, wanted]) => {
        const button = dom.el("button", { type: "button" }, text);
        button.addEventListener("click", () => {
          change(wanted);
          parts.title.focus();
        });
        return button;
      });
      parts.places.append(dom.el("div", { role: "group", "aria-label": `Choose a ${name}` }, ...buttons));
    }
    return true;
  }

  function change(wanted) {
    state.set(wanted, { push: true });
  }

  function whyNone(now) {
    if (store.study.networks[now.network].beside) return "its heatmap was not made here";
    const { word, why } = store.cellState(now.explainer, now.network, now.fold, now.expression);
    return why ? `${word}, ${why}` : word;
  }

  function showCell(now) {
    const expression = store.study.expressions[now.expression];
    const { cell, rows } = current;
    if (!cell || !rows.length) {
      parts.about.textContent = cell
        ? `The network saw ${expression} in no test image of this fold, so there is nothing to explain.`
        : `There are no explanations of this cell: ${whyNone(now)}.`;
      return;
    }
    const right = rows.filter((row) => row.right).length;
    const images = rows.length === 1 ? "1 image was" : `${rows.length} images were`;
    const truly = `${right} ${right === 1 ? "shows" : "show"} it in truth`;
    parts.about.textContent =
      `${images} seen as ${expression} and explained; ${truly}. The heatmap of the cell is the mean of ` +
      "what speaks for the expression in each, moved onto the standard face.";
    showOrder();
    showCards(now);
    showTable(now);
  }

  function showCards(now) {
    dom.clear(parts.cards);
    const { cell, rows } = current;
    const pictured = explanations.ordered(
      rows.filter((row) => row.pictured),
      order,
    );
    const reason = explanations.absence(rows);
    if (reason) parts.cards.append(dom.el("p", { class: "evidence-note" }, reason));
    if (!pictured.length) return;
    const shown = all ? pictured : pictured.slice(0, FIRST);
    const grid = dom.el(
      "div",
      { class: "evidence-cards" },
      ...shown.map((row) => {
        const [name, loaded] = [explanations.shortName(row), explained.load(cell, row.row)];
        const card = explanations.card(row, name, "Show this face through all networks.", loaded);
        card.addEventListener("click", () => choose(row.image));
        return card;
      }),
    );
    dom.clear(parts.legend, explained.legend(Boolean(cell.regions)));
    parts.cards.append(grid);
    if (shown.length < pictured.length) {
      const more = dom.el("button", { type: "button" }, `Show all ${pictured.length} pictures`);
      more.addEventListener("click", () => {
        all = true;
        showCards(state.get());
        parts.cards.querySelectorAll(".evidence-card")[shown.length].focus();
      });
      parts.cards.append(more);
    }
    markChosen(now.image);
    explanations.rove(grid);
  }

  function showTable(now) {
    dom.clear(parts.table);
    parts.table.hidden = false;
    const expression = store.study.expressions[now.expression];
    const caption = `All ${current.rows.length} explanations of the cell; + speaks for ${expression}.`;
    parts.table.append(explanations.table(current.rows, order, caption, now.image, turn, choose));
  }

  function showOrder() {
    const options = explanations.COLUMNS.map(({ key, text }) => ({ value: key, text }));
    dom.clear(
      parts.order,
      dom.el("h3", {}, "The explanations"),
      dom.select("Order by", options, order.by, reorder),
    );
  }

  /* Order cards and table by a column: numbers fall at first, names rise; asked for again, it turns round. */
  function reorder(by) {
    const column = explanations.COLUMNS.find(({ key }) => key === by);
    const falling = order.by === by ? !order.falling : Boolean(column.numeric);
    order = { by, falling };
    parts.order.querySelector("select").value = by;
    showCards(state.get());
    showTable(state.get());
    dom.say(`Ordered by ${column.text}, ${falling ? "descending" : "ascending"}`);
  }

  function turn(by) {
    reorder(by);
    parts.table.querySelector("[aria-sort]:not([aria-sort=none]) button").focus();
  }

  function choose(image) {
    arriving = true;
    change({ image });
  }

  /* The part on the chosen face. A reader who chose it just now is taken there; Back leads to its card. */
  async function showFace(now) {
    const { images, rows } = current;
    if (now.image === null || now.image === undefined || !images || !images.id[now.image]) {
      const one = rows.some((row) => row.pictured)
        ? "a picture, or an image in the table,"
        : "an image in the table";
      const hint = `Choose ${one} to see how all networks saw that face.`;
      through = [];
      dom.clear(parts.face);
      if (rows.length) parts.face.append(dom.el("p", { class: "evidence-note" }, hint));
      return;
    }
    if (!parts.face.querySelector("h3")) dom.clear(parts.face, dom.el("p", {}, "Looking for this face …"));
    const request = ++asked;
    const found = await oneFace.find(now, images).catch((error) => {
      dom.clear(parts.face, dom.el("p", {}, error.message));
      throw error;
    });
    if (request !== asked) return;
    through = found;
    oneFace.show(parts.face, now, images, found, { open, close: () => back(now.image) });
    if (!arriving) return;
    arriving = false;
    parts.face.scrollIntoView({ block: "start" });
    parts.face.querySelector("h3").focus({ preventScroll: true });
  }

  function open(network, expression) {
    change({ network, expression });
    parts.title.focus();
  }

  function back(image) {
    change({ image: null });
    const card =
      parts.cards.querySelector(`[data-image="${image}"]`) ||
      parts.table.querySelector(`[data-image="${image}"]`);
    if (card) card.focus();
  }

  function markChosen(image) {
    for (const part of [parts.cards, parts.table]) {
      for (const button of part.querySelectorAll("[data-image]")) {
        button.setAttribute("aria-pressed", String(Number(button.dataset.image) === image));
      }
    }
  }

  /* For taking away: what is on display. The SVG has the chosen face first, then the cards of the cell. */
  function exports() {
    const now = state.get();
    const { cell, rows } = current ?? { rows: [] };
    const place = [
      ["explainer", store.study.explainers[now.explainer]],
      ["network", store.networkName(now.network)],
      ["fold", store.study.folds[now.fold - 1]],
      ["expression", store.study.expressions[now.expression]],
    ];
    return {
      name: ["evidence", ...place.map(([, value]) => value)].join("_"),
      svg: () => drawing(now, cell, rows),
      picture: null,
      table: () => (rows.length ? explanations.csv(rows, order, place) : null),
    };
  }

  async function drawing(now, cell, rows) {
    const pictured = explanations.ordered(
      rows.filter((row) => row.pictured),
      order,
    );
    if (!pictured.length) return null;
    const seen = store.study.expressions[now.expression];
    const cards = pictured
      .slice(0, all ? pictured.length : FIRST)
      .map((row) => ({ row, cell, first: explanations.shortName(row), seen }));
    return evidenceFile.draw([...oneFace.section(through), [cellTitle(now), cards]]);
  }

  return {
    name: "evidence",
    title: "Evidence",
    choices: ["explainer", "network", "fold", "expression"],
    build,
    show,
    exports,
  };
})();
