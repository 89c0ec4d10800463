"use strict";
/* The scores of the heatmap in Explore as the tables have them, and what they are compared with. */

const exploreScores = (() => {
  const { study } = store;
  const CLAIMS = { trainings: "trainings", faces: "faces", places: "places" };
  // in a fold, the tables have these beside each score
  const OF_FOLD = { face: "face_", chance_face: "chance_face_" };
  const SHAPES = { face: "diamond", chance_face: "square", centre: "triangle", surrogates: "cross" };
  const known = (value) => value !== null && value !== undefined;
  const between = ({ low, high }) =>
    known(low) && known(high) ? `${dom.number(low)} to ${dom.number(high)}` : "–";

  /* The intervals of a mean of fold scores, each with what it is over. */
  function intervals(now, metric) {
    const found = store.entries(now.explainer, now.masks, now.network, now.expression, metric);
    const told = found.filter((row) => known(row.low));
    return told.map((row) => `${between(row)} over ${CLAIMS[row.claim] ?? row.claim}`);
  }

  /* What a metric's score of this heatmap is compared with: [{name, label, value, low, high}]. */
  function comparisons(now, place, metric) {
    const all = store.baselines(now.explainer, now.masks, now.network, now.expression, metric);
    if (!place) return all.filter((one) => one.name !== "mean_of_folds"); // that is the mean map itself
    const row = store.cell(now.explainer, now.masks, now.network, place, now.expression);
    const of = (one) =>
      one.name in OF_FOLD
        ? { ...one, low: null, high: null, value: row?.[OF_FOLD[one.name] + metric] ?? null }
        : one;
    const kept = all
      .filter((one) => one.name in SHAPES)
      .map(of)
      .filter((one) => known(one.value));
    return kept.map((one) =>
      one.name === "surrogates" ? { ...one, label: `${one.label}, of the mean over folds` } : one,
    );
  }

  /* The numbers of one metric: {own, mean} - of this heatmap, and the mean of fold scores (means only). */
  function numbers(now, place, metric) {
    const { explainer: e, masks: s, network: n, expression: x } = now;
    if (place) return { own: store.cell(e, s, n, place, x)?.[metric] ?? null, entry: null };
    return { own: store.meanMap(e, s, n, x)?.[metric] ?? null, entry: store.entry(e, s, n, x, metric) };
  }

  const USES = { mask: "above Otsu’s", map: "whole map" };

  /* A table of all scores: its header and rows of texts; intervals are lists of texts. */
  function rows(now, place) {
    const names = ["surrogates", "face", "chance_face", "centre"];
    const labels = {
      surrogates: "masks laid elsewhere, 95\u00a0%",
      face: "whole face",
      chance_face: "random places",
      centre: "centre spot",
    };
    const own = place
      ? [`fold ${study.folds[place - 1]}`]
      : ["score of the mean map", "mean of fold scores", "its 95 % interval", "p", "q"];
    const body = study.metrics.map((metric) => {
      const { own: score, entry } = numbers(now, place, metric.name);
      const found = comparisons(now, place, metric.name);
      const cells = names.map((name) => {
        const one = found.find((other) => other.name === name);
        return one ? (name === "surrogates" ? between(one) : dom.number(one.value)) : "–";
      });
      const { p, q } = store.test(now.explainer, now.masks, now.network, now.expression, metric.name);
      const tests = intervals(now, metric.name);
      const middle = place ? [] : [dom.number(entry?.estimate), tests, dom.number(p), dom.number(q)];
      return [metric.label, USES[metric.takes] ?? metric.takes, dom.number(score), ...middle, ...cells];
    });
    return { header: ["score", "uses", ...own, ...names.map((name) => labels[name])], body };
  }

  function table(now, place) {
    const { header, body } = rows(now, place);
    const lines = (texts) => (texts.length ? texts.map((one) => dom.el("div", {}, one)) : "–");
    const cells = body.map((row) => row.map((one) => (Array.isArray(one) ? lines(one) : one)));
    const made = dom.table(
      "Scores as in the tables, at Otsu’s threshold where they need one",
      header,
      cells,
      2,
    );
    made.id = "scores";
    study.metrics.forEach((metric, row) => {
      const line = made.querySelectorAll("tbody tr")[row];
      line.dataset.metric = metric.name;
      if (metric.name === now.metric) line.setAttribute("aria-current", "true");
    });
    return made;
  }

  /* The chosen metric among all that it is compared with, as rows of a chart. */
  function ladder(now, place) {
    const { own, entry } = numbers(now, place, now.metric);
    const label = store.metric(now.metric).label;
    const told = (name, value, more = "") => `${name}: ${label} ${dom.number(value)}${more}`;
    const found = [];
    if (place)
      found.push({ label: store.placeName(place), mean: own, about: told(store.placeName(place), own) });
    else {
      const dots = study.folds
        .map((fold, f) => ({
          value: store.cell(now.explainer, now.masks, now.network, f + 1, now.expression)?.[now.metric],
          label: `fold ${fold}`,
        }))
        .filter((dot) => known(dot.value));
      const reach =
        entry && known(entry.low) ? `, ${between(entry)} over ${CLAIMS[entry.claim] ?? entry.claim}` : "";
      const { estimate = null, low = null, high = null } = entry ?? {};
      found.push({ label: "score of the mean map", mean: own, about: told("score of the mean map", own) });
      found.push({
        label: "mean of fold scores",
        mean: estimate,
        low,
        high,
        dots,
        about: told("mean of fold scores", estimate, reach),
      });
    }
    for (const one of comparisons(now, place, now.metric)) {
      const band = one.name === "surrogates" && known(one.low) ? [one.low, one.high] : null;
      const more = band ? `, 95 % from ${dom.number(one.low)} to ${dom.number(one.high)}` : "";
      const marks = [
        { value: one.value, shape: SHAPES[one.name] ?? "ring", label: told(one.label, one.value) },
      ];
      found.push({ label: one.label, band, marks, about: told(one.label, one.value, more) });
    }
    return found.filter((row) => known(row.mean) || row.marks);
  }

  /* What the heatmap rests on: pairs of a name and words. */
  function basis(now, place) {
    const { explainer: e, network: n, expression: x, masks } = now;
    if (n === store.mean) {
      const learned = study.networks.filter((one) => one.learned && !one.beside).map((one) => one.name);
      return [["Networks", `the mean over those that learned (${learned.join(", ")})`]];
    }
    const images = (p) => store.images(n, p, x);
    if (!place) {
      const counts = study.folds.map((_, f) => images(f + 1)).filter(known);
      const sum = counts.reduce((a, b) => a + b, 0);
      return [
        ["State", store.panelState(e, n, x).text],
        ["Images explained", `${sum} in ${counts.length} folds`],
      ];
    }
    const { symbol, word, why, noisy } = store.cellState(e, n, place, x);
    const sets = [masks, ...study.maskSets.keys()].filter((s) => s >= 0);
    const row = sets.map((s) => store.cell(e, s, n, place, x)).find((one) => one) ?? {};
    const share = (value) => (known(value) ? `${Math.round(100 * value)} %` : "–");
    return [
      ["State", `${symbol} ${word}${why ? `: ${why}` : ""}${noisy ? "; ≈ noisy" : ""}`],
      ["Images explained", String(images(place) ?? "–")],
      ["Recognised rightly", share(row.share_correct)],
      ["Passes for each image", known(row.samples) ? row.samples.toLocaleString("en") : "–"],
      ["Noise (variance by draws, over that between images)", dom.number(row.noise)],
      ["R² of the explanations (median)", dom.number(row.median_r2)],
    ];
  }

  const HEADER = ["score", "what", "value", "low", "high", "interval over", "p", "q"];

  /* All scores with all digits, a row of HEADER for each, for a file. live: [threshold, {metric: score}]. */
  function file(now, place, [threshold, live]) {
    const row = (metric, what, value, { low, high, claim, p, q } = {}) =>
      [metric, what, value, low, high, claim, p, q].map((one) => one ?? "");
    const body = Object.entries(live).map(([metric, value]) =>
      row(metric, `at threshold ${threshold}`, value),
    );
    for (const { name } of study.metrics) {
      const { own } = numbers(now, place, name);
      body.push(row(name, place ? store.placeName(place) : "score of the mean map", own));
      const { explainer: e, masks: s, network: n, expression: x } = now;
      const means = place ? [] : store.entries(e, s, n, x, name);
      for (const one of means) body.push(row(name, "mean of fold scores", one.estimate, one));
      for (const one of comparisons(now, place, name)) body.push(row(name, one.label, one.value, one));
    }
    return body;
  }

  /* Whether there is any score of this heatmap. */
  const some = (now, place) =>
    study.metrics.some(({ name }) => {
      const { own, entry } = numbers(now, place, name);
      return known(own) || known(entry?.estimate);
    });

  /* Why a mean has two numbers. */
  function why(now) {
    const what = now.network === store.mean ? "networks" : "folds";
    return (
      `Two numbers, since a score of a mean is not the mean of scores. The mean map of the ${what} is ` +
      "smoother than each of them and is cut at its own threshold: its score says how well this picture " +
      "agrees with the mask. The mean of fold scores says how well a single training does: the study’s " +
      "tables, tests and rankings use it."
    );
  }

  return { HEADER, why, file, known: some, table, rows, ladder, basis, numbers };
})();
