"use strict";
/* Down to the evidence: the explanations under the heatmap of a cell, and one face through all networks. */
const evidenceView = (() => {
  const FIRST = 24; // cards before a reader asks for more
  const HINT = "Choose a picture, or an image in the table, to see that face through all networks.";
  const parts = {};
  let current = null; // {key, cell, rows}: what is on display
  let order = { by: "id", falling: false };
  let arriving = false; // whether the reader has just chosen a face
  let all = false; // whether all cards are shown
  let through = []; // of the chosen face: {network, expression, row, cell} for each network that explained it
  let asked = 0; // grows with each request, so that late answers to earlier ones are dropped

  function build(root) {
    parts.title = dom.el("h2", {});
    parts.about = dom.el("p", { class: "evidence-about" });
    parts.places = dom.el("div", { class: "evidence-places" });
    parts.face = dom.el("section", { class: "evidence-face", "aria-label": "One face through all networks" });
    parts.cards = dom.el("section", { "aria-label": "Pictured explanations" });
    parts.table = dom.el("section", {
      class: "scroll",
      tabindex: "0",
      "aria-label": "All explanations of the cell",
    });
    root.append(parts.title, parts.about, parts.places, parts.face, parts.cards, parts.table);
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
    all = false;
    for (const part of Object.values(parts)) dom.clear(part);
    parts.title.textContent = cellTitle(state);
    parts.table.hidden = true;
    if (missingPlace(state)) return;
    const [images, cell] = await Promise.all([
      store.explained(),
      store.evidence(state.explainer, state.network, state.fold, state.expression),
    ]);
    if (request !== asked) return;
    current = { key, cell, rows: cell ? explanations.rows(cell, images, state.expression) : [], images };
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
        button.addEventListener("click", () => change(wanted));
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
        ? `${store.networkName(now.network)} saw ${expression} in no image of ${store.placeName(now.fold)}, so there is nothing to explain.`
        : `There are no explanations of this cell: ${whyNone(now)}.`;
      return;
    }
    const right = rows.filter((row) => row.right).length;
    parts.about.textContent =
      `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "image was" : "images were"} seen as ${expression} and explained; ` +
      `${right} ${right === 1 ? "shows" : "show"} it in truth. The heatmap of the cell is the mean of what speaks for it in each.`;
    showCards(now);
    showTable(now);
  }

  /* Why images have no picture, in a sentence; empty if all have one. */
  function absence(rows) {
    const closed = rows.filter((row) => !row.mayBeShown).length;
    const left = rows.filter((row) => row.mayBeShown && !row.pictured).length;
    const pictured = rows.length - closed - left;
    const reasons = [];
    if (closed) {
      reasons.push(
        closed === rows.length
          ? "Pictures of these images may not be shown: their data sets are not marked as shareable."
          : `${closed} of ${rows.length} images are of data sets whose pictures may not be shown.`,
      );
    }
    if (left)
      reasons.push(
        `Pictured ${pictured === 1 ? "is" : "are"} ${pictured} of ${rows.length - closed}: the page holds pictures of a sample.`,
      );
    if (reasons.length) reasons.push("The table below has the numbers of all.");
    return reasons.join(" ");
  }

  function showCards(now) {
    dom.clear(parts.cards);
    const { cell, rows } = current;
    const expression = store.study.expressions[now.expression];
    const pictured = explanations.ordered(
      rows.filter((row) => row.pictured),
      order,
    );
    const reason = absence(rows);
    parts.cards.append(dom.el("h3", {}, "Pictured explanations"));
    if (reason) parts.cards.append(dom.el("p", { class: "evidence-note" }, reason));
    if (!pictured.length) return;
    const shown = all ? pictured : pictured.slice(0, FIRST);
    const grid = dom.el(
      "div",
      { class: "evidence-cards" },
      ...shown.map((row) => {
        const label = `${explanations.sentence(row, expression)}. Show this face through all networks.`;
        const card = explanations.card(row, row.id, label, explained.load(cell, row.row));
        card.addEventListener("click", () => choose(row.image));
        return card;
      }),
    );
    parts.cards.append(explained.legend(expression, Boolean(cell.regions)), grid);
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
    const caption = `All ${current.rows.length} explanations of this cell. Weights are signed: + speaks for ${store.study.expressions[now.expression]}.`;
    parts.table.append(explanations.table(current.rows, order, caption, now.image, reorder, choose));
  }

  function reorder(by) {
    const column = explanations.COLUMNS.find(({ key }) => key === by);
    const falling = order.by === by ? !order.falling : Boolean(column.numeric);
    order = { by, falling };
    showCards(state.get());
    showTable(state.get());
    parts.table.querySelector(`[aria-sort="${falling ? "descending" : "ascending"}"] button`).focus();
    dom.say(`Ordered by ${column.text}, ${falling ? "largest" : "smallest"} first`);
  }

  function choose(image) {
    arriving = true;
    change({ image });
  }

  /* The part on the chosen face. A reader who chose it just now is taken there; Back leads to its card again. */
  async function showFace(now) {
    const { images, rows } = current;
    if (now.image === null || now.image === undefined || !images || !images.id[now.image]) {
      through = [];
      dom.clear(parts.face);
      if (rows.length) parts.face.append(dom.el("p", { class: "evidence-note" }, HINT));
      return;
    }
    const request = ++asked;
    const found = await oneFace.find(now, images);
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
    document.getElementById("main").focus();
  }

  function back(image) {
    change({ image: null });
    const card =
      parts.cards.querySelector(`[data-image="${image}"]`) ||
      parts.table.querySelector(`[data-image="${image}"]`);
    if (card) card.focus();
  }

  function markChosen(image) {
    for (const button of document.querySelectorAll(".evidence-card[data-image], .names[data-image]")) {
      if (!parts.face.contains(button))
        button.setAttribute("aria-pressed", String(Number(button.dataset.image) === image));
    }
  }

  /* For taking away: what is on display. The SVG has the chosen face first, then the cards of the cell. */
  function exports() {
    const now = state.get(),
      { cell, rows } = current;
    const place = [
      ["explainer", store.study.explainers[now.explainer]],
      ["network", store.networkName(now.network)],
      ["fold", store.study.folds[now.fold - 1]],
      ["expression", store.study.expressions[now.expression]],
    ];
    return {
      name: ["evidence", ...place.map(([, value]) => value)].join("_"),
      svg: () => file(now, cell, rows),
      picture: null,
      table: () => explanations.csv(rows, order, place),
    };
  }

  async function file(now, cell, rows) {
    const pictured = explanations.ordered(
      rows.filter((row) => row.pictured),
      order,
    );
    const seen = store.study.expressions[now.expression];
    const sections = [
      [
        cellTitle(now),
        pictured.slice(0, all ? pictured.length : FIRST).map((row) => ({ row, cell, first: row.id, seen })),
      ],
    ];
    if (through.length) {
      const cards = through.map(({ network, expression, cell: of, row }) => ({
        row,
        cell: of,
        first: store.networkName(network),
        seen: store.study.expressions[expression],
      }));
      sections.unshift([`One face through all networks: ${through[0].row.id}`, cards]);
    }
    return evidenceFile.draw(sections);
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
