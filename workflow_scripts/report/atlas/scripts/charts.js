"use strict";
/*
 * Small charts as SVG. They are drawn for the width that there is, in real pixels, so that text keeps its
 * size: `fitted` draws again when the width changes.
 */

const charts = (() => {
  const TEXT = 12; // px, the smallest
  const LETTER = 6.9; // px, about the width of one
  const AREA = { left: 44, right: 14 }; // of the charts over thresholds, which a slider is laid along
  const BIN = 4; // levels in one bar
  const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 4"]; // of folds, so that colour is not needed

  const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);
  const px = (value) => Math.round(value * 10) / 10;

  /* Call draw(width) now and whenever the width of a node changes; returns what draws again. */
  function fitted(node, draw) {
    let width = 0;
    const again = () => {
      width = Math.floor(node.clientWidth);
      if (width > 0) draw(width);
    };
    new ResizeObserver(() => {
      if (Math.floor(node.clientWidth) !== width) again();
    }).observe(node);
    return again;
  }

  /* About `count` round numbers between two, and the digits that they need. */
  function ticks(low, high, count) {
    const rough = (high - low || 1) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * 0.999);
    const values = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) values.push(i * step);
    return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }

  function text(x, y, content, anchor = "start", name = null) {
    return dom.svg("text", { x: px(x), y: px(y), "text-anchor": anchor, class: name }, content);
  }

  function line(x1, y1, x2, y2, name) {
    return dom.svg("line", { x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2), class: name });
  }

  function chart(width, height, label, ...children) {
    const size = { width, height, viewBox: `0 0 ${width} ${height}` };
    return dom.svg("svg", { ...size, class: "chart", role: "group", "aria-label": label }, ...children);
  }

  /* Lines across at round values, with their numbers at the left. */
  function levels(y, low, high, left, right, count = 3) {
    const { values, digits } = ticks(low, high, count);
    return values.flatMap((value) => [
      line(left, y(value), right, y(value), "rule"),
      text(left - 6, y(value) + 4, dom.number(value, digits), "end", "tick"),
    ]);
  }

  /* Numbers below an axis, with their lines upwards to `top`. */
  function columns(x, low, high, top, bottom, count) {
    const { values, digits } = ticks(low, high, count);
    return values.flatMap((value) => [
      line(x(value), top, x(value), bottom, "rule"),
      text(x(value), bottom + TEXT + 3, dom.number(value, digits), "middle", "tick"),
    ]);
  }

  /* A mark of a shape around a place: those of baselines are hollow. */
  function mark(shape, x, y, name) {
    const [a, b] = [px(x), px(y)];
    const shapes = {
      diamond: `M${a} ${b - 6}l6 6l-6 6l-6 -6Z`,
      square: `M${a - 4.5} ${b - 4.5}h9v9h-9Z`,
      triangle: `M${a} ${b - 6}l6 10.5h-12Z`,
      down: `M${a} ${b + 6}l6 -10.5h-12Z`,
      cross: `M${a - 5} ${b - 5}l10 10m0 -10l-10 10`,
    };
    if (!shapes[shape])
      return dom.svg("circle", { cx: a, cy: b, r: shape === "dot" ? 3.5 : 5.5, class: name });
    return dom.svg("path", { d: shapes[shape], class: name });
  }

  /*
   * The scores over all thresholds above the histogram of levels. values: by threshold, or null; all, inside:
   * numbers of places by level. Returns the chart and move(threshold).
   */
  function cut({ values, all, inside, otsu, width, name }) {
    const [left, right] = [AREA.left, width - AREA.right];
    const x = scale(0, 255, left, right);
    const [upper, lower] = values
      ? [
          { top: 24, bottom: 112 },
          { top: 142, bottom: 206 },
        ]
      : [null, { top: 24, bottom: 112 }];
    const parts = [];
    const highest = values ? Math.max(...values) : 0;
    const y = upper && scale(0, highest || 1, upper.bottom, upper.top);
    const above = dom.svg("rect", {
      y: (upper ?? lower).top,
      height: lower.bottom - (upper ?? lower).top,
      class: "above",
    });
    parts.push(above);
    if (upper) {
      const best = values.indexOf(highest);
      const told = `${name} by threshold: highest ${dom.number(highest)} at ${best}`;
      parts.push(levels(y, 0, highest || 1, left, right, 4), text(left, 12, told, "start", "axis"));
      parts.push(
        dom.svg("path", { d: path(values, x, y), class: "curve" }),
        mark("ring", x(best), y(highest), "peak"),
      );
    }
    parts.push(bars(all, inside, x, lower));
    parts.push(
      columns(x, 0, 255, lower.bottom, lower.bottom, width < 480 ? 4 : 6),
      line(left, lower.bottom, right, lower.bottom, "ground"),
    );
    const top = (upper ?? lower).top - 6;
    parts.push(line(x(otsu), top, x(otsu), lower.bottom, "otsu"));
    const now = line(0, top, 0, lower.bottom, "now");
    const point = upper ? mark("dot", 0, 0, "point") : null;
    const node = chart(
      width,
      lower.bottom + 20,
      `${name} over thresholds and histogram of levels`,
      hatching(),
      parts.flat(),
      now,
      point,
    );
    node.setAttribute("role", "img");
    return {
      node,
      move: (threshold) => {
        const at = px(x(threshold));
        now.setAttribute("transform", `translate(${at} 0)`);
        point?.setAttribute("transform", `translate(${at} ${px(y(values[threshold]))})`);
        above.setAttribute("x", at);
        above.setAttribute("width", Math.max(right - at, 0));
      },
    };
  }

  function path(values, x, y) {
    return Array.from(values, (value, place) => `${place ? "L" : "M"}${px(x(place))} ${px(y(value))}`).join(
      "",
    );
  }

  /* Bars of all places, and before them those in the mask; that of the lowest levels may be cut off. */
  function bars(all, inside, x, { top, bottom }) {
    const sums = (counts) =>
      Array.from({ length: 256 / BIN }, (_, bin) =>
        counts.subarray(bin * BIN, bin * BIN + BIN).reduce((a, b) => a + b, 0),
      );
    const [whole, within] = [sums(all), sums(inside)];
    const most = Math.max(...whole.slice(1), 1);
    const y = scale(0, most, bottom, top);
    const steps = (counts) =>
      counts
        .map((count, bin) => {
          const [from, to] = [px(x(bin * BIN - 0.5)), px(x(bin * BIN + BIN - 0.5))];
          return `M${from} ${bottom}V${px(y(Math.min(count, most)))}H${to}V${bottom}`;
        })
        .join("");
    const beyond = whole[0] > most ? ` (${whole[0].toLocaleString("en")} in the first bar)` : "";
    return [
      dom.svg("path", { d: steps(whole), class: "all" }),
      dom.svg("path", { d: steps(within), class: "within" }),
      text(AREA.left, top - 6, `places by level${beyond}`, "start", "axis"),
      text(AREA.left - 6, top + 4, most >= 1000 ? `${(most / 1000).toFixed(1)}k` : most, "end", "tick"),
      text(AREA.left - 6, bottom + 1, "0", "end", "tick"),
    ];
  }

  function hatching() {
    const lines = dom.svg("path", { d: "M0 5L5 0", class: "hatch" });
    return dom.svg(
      "defs",
      {},
      dom.svg("pattern", { id: "hatching", width: 5, height: 5, patternUnits: "userSpaceOnUse" }, lines),
    );
  }

  /* Lines by epoch, each with its name at its end. series: [{name, values}]. */
  function lines({ series, width, label, title, height = 190, rule = null }) {
    const most = Math.max(...series.map((one) => one.values.length), 2);
    const named = Math.max(...series.map((one) => one.name.length)) * LETTER + 10;
    const [left, right, top, bottom] = [AREA.left, width - named, 24, height - 36];
    const values = series.flatMap((one) => one.values).concat(rule ? [rule.value] : []);
    const [low, high] = [Math.min(0, ...values), Math.max(...values)];
    const [x, y] = [scale(1, most, left, right), scale(low, high, bottom, top)];
    const ends = apart(
      series.map((one) => y(one.values[one.values.length - 1])),
      13,
    );
    const drawn = series.map((one, place) => {
      const shape = {
        d: path(one.values, (epoch) => x(epoch + 1), y),
        class: "curve",
        "stroke-dasharray": DASHES[place % DASHES.length],
      };
      const [first, last] = [one.values[0], one.values[one.values.length - 1]];
      const { length } = one.values;
      const about = `${one.name}: ${dom.number(first)} at first, ${dom.number(last)} after ${length} epochs`;
      return dom.svg(
        "g",
        { class: "series", role: "img", tabindex: -1, "aria-label": about },
        dom.svg("title", {}, about),
        dom.svg("path", shape),
        text(right + 6, ends[place] + 4, one.name),
      );
    });
    const ruled = rule
      ? [
          line(left, y(rule.value), right, y(rule.value), "otsu"),
          text(right, y(rule.value) + 14, rule.label, "end", "haloed"),
        ]
      : [];
    const frame = [
      levels(y, low, high, left, right, 4),
      columns(x, 1, most, bottom, bottom, 5),
      text(0, 12, title, "start", "axis"),
      text(right, height - 4, "epoch", "end", "axis"),
    ];
    return chart(width, height, label, frame.flat(), ruled, drawn);
  }

  /* Places moved as little as needed to be this far from each other. */
  function apart(places, least) {
    const order = places.map((_, place) => place).sort((a, b) => places[a] - places[b]);
    const moved = [...places];
    order.forEach((one, rank) => {
      if (rank) moved[one] = Math.max(moved[one], moved[order[rank - 1]] + least);
    });
    return moved;
  }

  return { LETTER, fitted, scale, px, text, line, chart, columns, mark, cut, lines };
})();
