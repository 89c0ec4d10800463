"use strict";
/* What two maps have in common and what not: their pictures, difference, r, scores and legends. */

const compareParts = (() => {
  const { study, width, height } = store;
  const LINE_AT = 0.25; // of the largest difference: where a line goes around
  const DASH = 4; // pixels
  const GROUND = 70; // a middling grey of the face, below the colours of legends
  const LINE = [255, 255, 255];

  /* A and B as the state has them; a mean of networks has no folds. */
  function sides(now) {
    const side = (letter, e, n, p, x) => ({ letter, e, n, p: n === store.mean ? 0 : p, x });
    return [
      side("A", now.explainer, now.network, now.fold, now.expression),
      side("B", now.b_explainer, now.b_network, now.b_fold, now.b_expression),
    ];
  }

  /* What a map is of, in words; network, place and expression, and the explainer if there are several. */
  function nameOf({ e, n, p, x }) {
    const explainer = study.explainers.length > 1 ? [study.explainers[e]] : [];
    return [panelOf({ n, p, x }), ...explainer].join(", ");
  }

  /* The same without the explainer. */
  const panelOf = ({ n, p, x }) => [networkOf(n), store.placeName(p), study.expressions[x]].join(", ");

  const networkOf = (n) => (study.networks[n] ? choices.marked(study.networks[n]) : store.networkName(n));

  const same = (a, b) => a.e === b.e && a.n === b.n && a.p === b.p && a.x === b.x;

  /* A side with its map and bytes; both null if there is none. */
  async function loaded(side) {
    const map = store.map(side.e, side.n, side.p, side.x);
    return { ...side, map, bytes: map ? await store.bytes(map) : null };
  }

  /* Why there is no map. */
  function absence({ e, n, p, x }) {
    if (n === store.mean) return "no heatmap: no network that learned has one";
    if (!p) return `no heatmap; its folds: ${store.panelState(e, n, x).text}`;
    const { word, why } = store.cellState(e, n, p, x);
    return why ? `${word} (${why})` : word;
  }

  /* What the brightest colour of a side stands for. */
  function most(side, others, scale) {
    return scale === "common"
      ? Math.max(...others.filter((one) => one.map).map((one) => one.map.high))
      : side.map.high;
  }

  /* Pixels of one side. */
  function pixels(side, others, background, { scale, opacity }) {
    return paint.heatmap(side.bytes, side.map, background, { opacity, most: most(side, others, scale) });
  }

  /* A picture of A left of a column and of B right of it, with a line between. */
  function wiped(a, b, column) {
    const rgba = b.slice();
    for (let y = 0; y < height; y += 1) {
      const row = 4 * width * y;
      rgba.set(a.subarray(row, row + 4 * column), row);
      if (column > 0 && column < width) rgba.set([...LINE, 255], row + 4 * column);
    }
    return rgba;
  }

  /* A minus B; own scale: each in shares of its highest. most: the largest difference; level: of lines. */
  function difference(a, b, scale) {
    const [ofA, ofB] = [a, b].map((one) => paint.values(one.bytes, one.map, scale === "own"));
    const values = ofA.map((value, place) => value - ofB[place]);
    const largest = values.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
    return { values, most: largest, level: LINE_AT * largest };
  }

  /* Pixels of a difference, with a line around what A has more of and a broken one around what B has. */
  function signedPixels({ values, most: largest, level }, background, opacity) {
    const rgba = paint.signed(values, background, { opacity, most: largest });
    if (!(largest > 0)) return rgba;
    paint.outline(rgba, (i) => values[i] > level, LINE);
    const line = paint.outline(new Uint8ClampedArray(rgba.length), (i) => values[i] < -level, LINE);
    for (let i = 0; i < values.length; i += 1) {
      const drawn = Math.floor(((i % width) + Math.floor(i / width)) / DASH) % 2 === 0;
      if (line[4 * i] && drawn) rgba.set(LINE, 4 * i);
    }
    return rgba;
  }

  /* The r of two networks in the table of similarities; null if it has none. */
  function tabled(e, x, a, b) {
    const names = [store.networkName(a), store.networkName(b)];
    const row = (study.trees[e]?.[x]?.r ?? []).find(
      (one) => names.includes(one[0]) && names.includes(one[1]),
    );
    return row?.[2] ?? null;
  }

  /* r of two sides within the face: {r, from}; from the table where it has the pair. */
  async function correlation(a, b) {
    if (!a.map || !b.map) return { r: null, from: "" };
    const tableHasIt = a.e === b.e && a.x === b.x && !a.p && !b.p && a.n !== b.n;
    const known = tableHasIt ? tabled(a.e, a.x, a.n, b.n) : null;
    if (known !== null) return { r: known, from: "table" };
    return { r: scores.correlation(a.bytes, b.bytes, await store.face()), from: "page" };
  }

  /* A score of the map that a side shows: of the mean heatmap, or of its fold. */
  function scoreOf({ e, n, p, x }, s, metric) {
    if (s < 0) return null;
    return (p ? store.cell(e, s, n, p, x) : store.meanMap(e, s, n, x))?.[metric] ?? null;
  }

  /* A difference with the digits that the tables have. */
  const minus = (a, b) => (a === null || b === null ? null : Number((a - b).toPrecision(9)));

  /* The means over folds of a score, as summary.csv has them. */
  const entriesOf = (both, s, metric) =>
    both.map(({ e, n, x }) => (s < 0 ? null : store.entry(e, s, n, x, metric)));

  /* Rows of the chosen metric: [what, A, B, A - B]; null where there is no number. */
  function scoreRows(both, s, metric) {
    const shown = both.map((side) => scoreOf(side, s, metric));
    const means = entriesOf(both, s, metric).map((one) => one?.estimate ?? null);
    return [
      ["map shown", ...shown, minus(...shown)],
      ["mean of folds", ...means, minus(...means)],
    ];
  }

  /* Rows as texts, for a table that is shown. */
  const texts = (rows, places = 3) =>
    rows.map(([name, ...values]) => [name, ...values.map((one) => dom.number(one, places))]);

  /* The intervals of the means, in words. */
  function intervals(both, s, metric) {
    const told = entriesOf(both, s, metric).map((one, i) => {
      const known = one && one.low !== null && one.low !== undefined;
      const ends = known ? `${dom.number(one.low)} to ${dom.number(one.high)} (over ${one.claim})` : "none";
      return `${both[i].letter} ${ends}`;
    });
    const but = "They are not intervals of the difference.";
    return `95 % intervals of the means of folds: ${told.join(", ")}. ${but}`;
  }

  /* Every metric of the maps shown: [label, A, B, A - B]. */
  function allScoreRows([a, b], s) {
    return study.metrics.map(({ name, label }) => {
      const both = [a, b].map((side) => scoreOf(side, s, name));
      return [label, ...both, minus(...both)];
    });
  }

  /* Digits after the point that tell a quarter of `most` from another. */
  const digits = (largest) => Math.min(Math.max(2, 1 - Math.floor(Math.log10(largest || 1))), 8);

  /* A bar of colours, SVG. color: RGB by share; ticks: [share, text, row]; lines: [share, dashed]. */
  function bar(label, color, wide, ticks, lines = []) {
    const [steps, side] = [55, 20];
    const parts = Array.from({ length: steps }, (_, i) =>
      dom.svg("rect", {
        x: side + (i * wide) / steps,
        y: 2,
        width: wide / steps + 0.5,
        height: 12,
        "shape-rendering": "crispEdges", // no seams
        fill: `rgb(${color(i / (steps - 1)).map(Math.round)})`,
      }),
    );
    for (const [share, dashed] of lines) {
      const x = side + share * wide;
      const line = { x1: x, x2: x, y1: 0, y2: 16, "stroke-dasharray": dashed ? "3 2" : null };
      parts.push(dom.svg("line", { ...line, class: "mark" }));
    }
    for (const [share, text, row = 0] of ticks) {
      parts.push(
        dom.svg("text", { x: side + share * wide, y: 30 + 16 * row, "text-anchor": "middle" }, text),
      );
    }
    const size = { width: wide + 2 * side, height: 52, viewBox: `0 0 ${wide + 2 * side} 52` };
    return dom.svg(
      "svg",
      { ...size, class: "legend", role: "img", "aria-label": label },
      dom.svg("title", {}, label),
      parts,
    );
  }

  const mixed = (color, share) => color.map((value) => share * value + (1 - share) * GROUND);

  /* The legend of a map: 0 to `largest`; letters: of the sides it is for. */
  function mapLegend(letters, largest, opacity) {
    const color = (share) => {
      const level = 3 * Math.round(255 * share);
      return mixed([...paint.PALETTE.slice(level, level + 3)], study.opacity * opacity * share);
    };
    const ticks = [0, 0.5, 1].map((share) => [share, dom.number(share * largest, digits(largest))]);
    const label = `${letters}: importance from 0 to ${ticks[2][1]}`;
    return bar(label, color, 130, [...ticks, [0.5, `importance, ${letters}`, 1]]);
  }

  /* The legend of a difference. */
  function signedLegend({ most: largest, level }, scale, opacity) {
    const color = (share) => {
      const value = 2 * share - 1;
      return mixed(value > 0 ? paint.FOR : paint.AGAINST, study.opacity * opacity * Math.abs(value));
    };
    const text = (value) => dom.number(value, digits(largest));
    const ticks = [0, 0.5, 1].map((share) => [share, text((2 * share - 1) * largest)]);
    const unit = scale === "own" ? "shares of the highest value" : "importance";
    const words = [
      [0.5 - LINE_AT, "B more", 1],
      [0.5, "A − B", 1],
      [0.5 + LINE_AT, "A more", 1],
    ];
    const lines =
      largest > 0
        ? [
            [(1 - LINE_AT) / 2, true],
            [(1 + LINE_AT) / 2, false],
          ]
        : [];
    const ends = `from ${text(-largest)} to ${text(largest)}; lines at ${text(-level)} and ${text(level)}`;
    const label = `A minus B in ${unit}, ${ends}`;
    return bar(label, color, 230, [...ticks, ...words], lines);
  }

  return {
    ...{
      sides,
      nameOf,
      panelOf,
      networkOf,
      same,
      loaded,
      absence,
      most,
      pixels,
      wiped,
      difference,
      signedPixels,
      tabled,
    },
    ...{ correlation, scoreOf, scoreRows, intervals, allScoreRows, texts, digits, mapLegend, signedLegend },
  };
})();
