"use strict";
/* Below the grid: scores and accuracies as strips, what is confused with what, how training went. */

const overviewCharts = (() => {
  const { study } = store;
  const SHAPES = { face: "diamond", chance_face: "square", centre: "triangle" };
  const known = (value) => value !== null && value !== undefined;

  /* The score of a fold; over all expressions (x -1) their mean, if none is missing. */
  function ofFold(now, n, f, x, metric) {
    const one = (expression) => store.cell(now.explainer, now.masks, n, f + 1, expression)?.[metric] ?? null;
    if (x >= 0) return one(x);
    const all = study.expressions.map((_, expression) => one(expression));
    return all.every(known) ? all.reduce((a, b) => a + b, 0) / all.length : null;
  }

  /* Rows of the strips of scores, of the mean of networks and of networks in an order. */
  function scoreRows(now, order) {
    const [x, metric] = [now.strips - 1, now.metric];
    return [store.mean, ...order].map((n) => {
      const entry = store.entry(now.explainer, now.masks, n, x, metric);
      const dots =
        n === store.mean
          ? []
          : study.folds
              .map((fold, f) => ({ value: ofFold(now, n, f, x, metric), label: `fold ${fold}` }))
              .filter((dot) => known(dot.value))
              .map((dot) => ({ ...dot, label: `${dot.label}: ${dom.number(dot.value)}` }));
      const found = store.baselines(now.explainer, now.masks, n, x, metric);
      const marks = found
        .filter((one) => one.name in SHAPES)
        .map((one) => ({
          value: one.value,
          shape: SHAPES[one.name],
          label: `${one.label}: ${dom.number(one.value)}`,
        }));
      const nulls = found.find((one) => one.name === "surrogates" && known(one.low));
      const label = study.networks[n] ? choices.marked(study.networks[n]) : "mean of networks";
      const row = {
        label,
        dots,
        marks,
        mean: entry?.estimate ?? null,
        low: entry?.low ?? null,
        high: entry?.high ?? null,
        over: entry?.claim,
        band: nulls ? [nulls.low, nulls.high] : null,
      };
      const { q } = store.test(now.explainer, now.masks, n, x, metric);
      return { ...row, about: said(row, entry, nulls, q), current: n === now.network, network: n };
    });
  }

  function said(row, entry, nulls, q) {
    if (!entry || !known(entry.estimate)) return `${row.label}: no score`;
    const reach = known(entry.low)
      ? `, 95 % ${dom.number(entry.low)} to ${dom.number(entry.high)} over ${entry.claim}`
      : "";
    const tested = known(q) ? `, q ${dom.number(q)}` : "";
    const nulled = nulls
      ? [`masks laid elsewhere: ${dom.number(nulls.low)} to ${dom.number(nulls.high)}`]
      : [];
    return [
      `${row.label}: mean ${dom.number(entry.estimate)}${reach}${tested}`,
      ...row.dots.map((dot) => dot.label),
      ...row.marks.map((one) => one.label),
      ...nulled,
    ].join("; ");
  }

  const MARKS = [
    { shape: "diamond", name: "baseline", label: "the whole face" },
    { shape: "square", name: "baseline", label: "places drawn at random" },
    { shape: "triangle", name: "baseline", label: "a blurred spot at the centre" },
  ];

  /* What the marks of some rows of scores mean. */
  function legend(rows) {
    const over = [...new Set(rows.filter((row) => known(row.low)).map((row) => row.over))];
    const interval = over.length
      ? `, with its 95 % interval over ${over.join(" or ")} (an arrow where it goes on)`
      : "";
    const some = (shape) => rows.some((row) => row.marks.some((one) => one.shape === shape));
    return [
      { shape: "ring", name: "mean", label: `mean${interval}` },
      { shape: "dot", name: "fold", label: "a fold" },
      ...MARKS.filter(({ shape }) => some(shape)),
      ...(rows.some((row) => row.band)
        ? [{ shape: "band", name: "null", label: "95 % of masks laid elsewhere" }]
        : []),
    ];
  }

  function accuracyRows(now, order) {
    return order
      .filter((n) => known(study.networks[n].accuracy.estimate))
      .map((n) => {
        const { estimate, sd, folds, chance } = study.networks[n].accuracy;
        const dots = Object.entries(folds)
          .filter(([, value]) => known(value))
          .map(([fold, value]) => ({ value, label: `fold ${fold}: ${dom.number(value)}` }));
        const marks = known(chance)
          ? [{ value: chance, shape: "square", label: `guessing: ${dom.number(chance)}` }]
          : [];
        const label = choices.marked(study.networks[n]);
        const about = [
          `${label}: mean ${dom.number(estimate)}, deviation ${dom.number(sd)}`,
          ...dots.map((dot) => dot.label),
          ...marks.map((one) => one.label),
        ].join("; ");
        return { label, dots, marks, mean: estimate, about, current: n === now.network, network: n };
      });
  }

  const ACCURACY_LEGEND = [
    { shape: "ring", name: "mean", label: "mean" },
    { shape: "dot", name: "fold", label: "a fold" },
    { shape: "square", name: "baseline", label: "guessing" },
  ];

  /* The table that says the same as strips, within details; make: of the rows, once they are asked for. */
  function stripTable(caption, make) {
    const body = () =>
      make().map((row) => [
        row.label,
        dom.number(row.mean),
        known(row.low) ? `${dom.number(row.low)} to ${dom.number(row.high)} over ${row.over}` : "–",
        row.dots.map((dot) => dot.label).join("; ") || "–",
        row.marks.map((one) => one.label).join("; ") || "–",
        row.band ? `${dom.number(row.band[0])} to ${dom.number(row.band[1])}` : "–",
      ]);
    const header = ["network", "mean", "95 % interval", "folds", "compared with", "masks laid elsewhere"];
    return later("As a table", () => dom.table(caption, header, body()));
  }

  /* Details that are filled when they are opened. */
  function later(title, make) {
    const node = dom.el("details", {}, dom.el("summary", {}, title));
    node.addEventListener("toggle", () => {
      if (node.open && node.children.length === 1) node.append(make());
    });
    return node;
  }

  /* True expressions as rows, what the network took them for as columns. */
  function confusion(n) {
    const counts = study.networks[n]?.confusion;
    if (!counts || !counts.flat().some((count) => count))
      return dom.el("p", {}, "Its confusions are not known.");
    const rows = counts.map((row, true_) => {
      const sum = row.reduce((a, b) => a + b, 0);
      return [
        study.expressions[true_],
        ...row.map((count) => (sum ? `${Math.round((100 * count) / sum)} %` : "–")),
        String(sum),
      ];
    });
    const { name } = study.networks[n];
    const caption = `What ${name} took images for, in all folds: rows what they show, columns what it said`;
    const made = dom.table(caption, ["shown", ...study.expressions, "images"], rows);
    made.classList.add("confusion");
    made.querySelectorAll("tbody tr").forEach((line, true_) => {
      const sum = counts[true_].reduce((a, b) => a + b, 0);
      counts[true_].forEach((count, said_) => {
        const cell = line.children[said_ + 1];
        const shade = sum ? Math.round((40 * count) / sum) : 0; // light enough to read on
        cell.style.backgroundColor = `color-mix(in srgb, var(--hue) ${shade}%, var(--paper))`;
        cell.title = `${count} of ${sum}`;
        if (said_ === true_) cell.classList.add("right");
      });
    });
    return made;
  }

  /* Loss and accuracy by epoch, a line for each fold. */
  function training(n, width) {
    const { histories, accuracy, name } = study.networks[n];
    const series = (key) =>
      histories.map((history, f) => ({ name: `fold ${study.folds[f]}`, values: history[key] }));
    const wide = width >= 640 ? Math.floor((width - 24) / 2) : width;
    const guessing = known(accuracy.chance) ? { value: accuracy.chance, label: "guessing" } : null;
    return [
      charts.lines({
        series: series("loss"),
        width: wide,
        label: `Loss of ${name} in training, by epoch`,
        title: "loss",
      }),
      charts.lines({
        series: series("accuracy"),
        width: wide,
        label: `Accuracy of ${name} in training, by epoch`,
        title: "accuracy",
        rule: guessing,
      }),
    ];
  }

  function trainingTable(n) {
    const { histories, name } = study.networks[n];
    const most = Math.max(...histories.map((one) => one.loss.length));
    const header = [
      "epoch",
      ...study.folds.slice(0, histories.length).flatMap((fold) => [`fold ${fold}: loss`, "accuracy"]),
    ];
    const body = Array.from({ length: most }, (_, epoch) => [
      String(epoch + 1),
      ...histories.flatMap((one) => [dom.number(one.loss[epoch]), dom.number(one.accuracy[epoch])]),
    ]);
    return dom.table(`Training of ${name}`, header, body);
  }

  return {
    legend,
    ACCURACY_LEGEND,
    scoreRows,
    accuracyRows,
    stripTable,
    later,
    confusion,
    training,
    trainingTable,
  };
})();
