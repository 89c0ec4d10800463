"use strict";
/* The explanations of one cell in numbers: rows that can be ordered, as cards, as a table, as CSV. */
const explanations = (() => {
  const LARGEST = 3; // weights that the table names
  const MANY = 5; // and the CSV
  const COLUMNS = [
    { key: "id", text: "Image" },
    { key: "truth", text: "True expression" },
    { key: "right", text: "Prediction" },
    { key: "probability", text: "Probability", numeric: true },
    { key: "r2", text: "R²", numeric: true },
    { key: "samples", text: "Passes", numeric: true },
    { key: "scale", text: "Largest weights", numeric: true },
  ];

  /* An object for each explanation of a cell. images: of store.explained(); expression: the one predicted. */
  function rows(cell, images, expression) {
    return cell.image.map((image, row) => ({
      row,
      image,
      id: images.id[image],
      truth: images.true[image] < 0 ? "another" : store.study.expressions[images.true[image]],
      right: images.true[image] === expression,
      probability: cell.probability[row],
      r2: cell.r2 ? cell.r2[row] : null,
      samples: cell.samples[row],
      scale: cell.scale[row],
      weights: cell.weights ? strongest(cell.weights[row], cell.scale[row]) : null,
      pictured: store.picture(image) !== null,
      mayBeShown: Boolean(images.shown[image]),
    }));
  }

  /* The largest weights of either sign, the largest first. */
  function strongest(weights, scale) {
    const sorted = weights.map((weight) => (weight * scale) / 127).sort((a, b) => Math.abs(b) - Math.abs(a));
    return sorted.slice(0, MANY);
  }

  /* Rows in order: those without the number come last either way, equal ones in the order of images. */
  function ordered(all, { by, falling }) {
    const compare = (a, b) => {
      if (a[by] === null || b[by] === null) return (a[by] === null) - (b[by] === null);
      const sign = typeof a[by] === "string" ? a[by].localeCompare(b[by]) : a[by] - b[by];
      return falling ? -sign : sign;
    };
    return [...all].sort(compare);
  }

  function judged(row) {
    return row.right ? "right" : "wrong";
  }

  function signed(value) {
    return `${value < 0 ? "−" : "+"}${dom.number(Math.abs(value))}`;
  }

  function weightsText(row) {
    if (row.weights === null) return `${dom.number(row.scale)} at a pixel`;
    return row.weights.slice(0, LARGEST).map(signed).join(", ");
  }

  /* The part of an image's name behind its folders, where there is little room. */
  function shortName(row) {
    return row.id.split("/").at(-1);
  }

  /* The numbers on a card. */
  function facts(row, first, action) {
    const mark = dom.el("span", { "aria-hidden": "true" }, row.right ? "✓ " : "✗ ");
    const passes = `${row.samples.toLocaleString("en")} passes`;
    return dom.el(
      "span",
      { class: "facts" },
      dom.el("strong", {}, first),
      dom.el(
        "span",
        {},
        `true: ${row.truth}, `,
        dom.el("span", { class: `verdict ${judged(row)}` }, mark, judged(row)),
      ),
      dom.el("span", {}, `probability ${dom.number(row.probability, 2)}`),
      dom.el("span", {}, row.r2 === null ? passes : `R² ${dom.number(row.r2, 2)}, ${passes}`),
      dom.el("span", { class: "unseen" }, action),
    );
  }

  /* A button with a picture, or a word in its place, and numbers. loaded: a promise of explained.load. */
  function card(row, first, action, loaded) {
    const place = dom.el("span", { class: "explained", "aria-hidden": "true" });
    // the first of a grid becomes a stop of the Tab key, see rove
    const attributes = { type: "button", class: "evidence-card", tabindex: "-1", title: row.id };
    const say = (text) => {
      place.classList.add("absent");
      dom.clear(place, text);
    };
    loaded.then(
      (found) => {
        if (found) place.replaceWith(explained.node(found));
        else say(row.mayBeShown ? "not pictured" : "may not be shown");
      },
      (error) => say(error.message),
    );
    return dom.el("button", { ...attributes, "data-image": row.image }, place, facts(row, first, action));
  }

  /* Arrow keys move among the cards of a grid, up and down by as many as are in a row now. */
  function rove(grid) {
    const measure = () => {
      const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
      dom.roving(grid, ".evidence-card", columns);
    };
    measure();
    new ResizeObserver(measure).observe(grid);
  }

  /* A table of all explanations. order: {by, falling}; reorder(by) and choose(image) are called on clicks. */
  function table(all, order, caption, chosen, reorder, choose) {
    const columns = COLUMNS.filter(({ key }) => key !== "r2" || all.some((row) => row.r2 !== null));
    const heads = columns.map(({ key, text, numeric }) => {
      const sorted = order.by === key ? (order.falling ? "descending" : "ascending") : "none";
      const arrow = { none: " ↕", ascending: " ▲", descending: " ▼" }[sorted];
      const button = dom.el(
        "button",
        { type: "button", class: "sorts" },
        text,
        dom.el("span", { "aria-hidden": "true" }, arrow),
      );
      button.addEventListener("click", () => reorder(key));
      return dom.el("th", { scope: "col", "aria-sort": sorted, class: numeric ? "number" : "" }, button);
    });
    const body = dom.el("tbody", {}, ...ordered(all, order).map((row) => line(row, columns, chosen, choose)));
    return dom.el(
      "table",
      { class: "evidence-table" },
      dom.el("caption", {}, caption),
      dom.el("thead", {}, dom.el("tr", {}, ...heads)),
      body,
    );
  }

  function line(row, columns, chosen, choose) {
    const button = dom.el("button", { type: "button", class: "names", "data-image": row.image }, row.id);
    button.setAttribute("aria-pressed", String(row.image === chosen));
    button.addEventListener("click", () => choose(row.image));
    const cells = {
      truth: row.truth,
      right: `${row.right ? "✓" : "✗"} ${judged(row)}`,
      probability: dom.number(row.probability),
      r2: dom.number(row.r2),
      samples: row.samples.toLocaleString("en"),
      scale: weightsText(row),
    };
    return dom.el(
      "tr",
      {},
      dom.el("th", { scope: "row" }, button),
      ...columns
        .slice(1)
        .map(({ key, numeric }) => dom.el("td", { class: numeric ? "number" : "" }, cells[key])),
    );
  }

  /* The same as rows of CSV, with more weights. place: what identifies the cell, [name, value] pairs. */
  function csv(all, order, place) {
    const many = Array.from({ length: MANY }, (_, at) => at);
    const header = [
      ...place.map(([name]) => name),
      ...["image_id", "true", "right", "probability", "r2", "samples", "largest_magnitude"],
      ...many.map((at) => `weight_${at + 1}`),
    ];
    const values = (row) => [
      ...place.map(([, value]) => value),
      ...[row.id, row.truth, row.right, row.probability, row.r2, row.samples, row.scale],
      ...many.map((at) => (row.weights?.[at] === undefined ? null : Number(row.weights[at].toPrecision(3)))),
    ];
    return [header, ...ordered(all, order).map(values)];
  }

  /* Why images have no picture, in sentences; empty if all have one. */
  function absence(all) {
    const closed = all.filter((row) => !row.mayBeShown).length;
    const open = all.length - closed;
    const pictured = all.filter((row) => row.pictured).length;
    const reasons = [];
    if (closed && !open)
      reasons.push(
        "Pictures of these images may not be shown: the study does not mark their data sets as shareable.",
      );
    else if (closed) reasons.push(`Pictures of ${closed} of ${all.length} images may not be shown.`);
    if (pictured < open) {
      const them = closed ? "the others" : "the images";
      reasons.push(`Of ${them}, ${pictured} of ${open} are pictured: the page has room for a sample.`);
    }
    if (reasons.length) reasons.push("The table has the numbers of all.");
    return reasons.join(" ");
  }

  return { COLUMNS, rows, ordered, absence, shortName, card, rove, table, csv };
})();
