"use strict";
/* Scores as dots on strips: folds, means with their intervals, and what they are compared with. */

const strips = (() => {
  const { LETTER, scale, px, text, line, chart, columns, mark } = charts;

  /* What marks mean, as a list of pairs of a mark and words: [{shape, name, label}]. */
  function legend(entries) {
    const items = entries.map(({ shape, name, label }) => {
      const drawn =
        shape === "band"
          ? dom.svg("rect", { x: 1, y: 2, width: 16, height: 12, class: name })
          : mark(shape, 9, 8, name);
      const picture = dom.svg(
        "svg",
        { width: 18, height: 16, viewBox: "0 0 18 16", "aria-hidden": "true" },
        drawn,
      );
      return dom.el("li", {}, picture, label);
    });
    return dom.el("ul", { class: "legend" }, items);
  }

  /*
   * A strip for each row: {label, about (all of it in words), dots: [{value, label}], mean, low, high,
   * band: [low, high] or null, marks: [{value, shape, label}], shape: of the mean, a ring if there is none,
   * current, pick: called on a click, if there is something to pick}. Intervals that leave the frame end in
   * an arrow. The number at the right is the mean. within: the ends of the axis, if they are not to follow
   * the values; zero: whether 0, which is within them, has a line.
   */
  function draw({ rows, width, label, digits = 3, within = null, zero = false }) {
    const narrow = width < 540;
    const longest = Math.max(...rows.map((row) => row.label.length), 1) * LETTER + 14;
    const left = narrow ? 8 : Math.min(longest, width * 0.42);
    const [right, tall] = [width - 56, narrow ? 44 : 30];
    const [low, high] = within ?? reach(rows);
    const x = scale(low, high, left, right);
    const bottom = rows.length * tall + 6;
    const drawn = rows.map((row, place) =>
      strip(row, place * tall, { narrow, left, right, x, tall, digits, zero }),
    );
    return chart(width, bottom + 20, label, columns(x, low, high, 2, bottom, narrow ? 4 : 6), drawn);
  }

  /* From the lowest to the highest value of all rows, and a little more. */
  function reach(rows) {
    const values = rows.flatMap((row) => [
      row.mean,
      ...(row.dots ?? []).map((dot) => dot.value),
      ...(row.band ?? []),
      ...(row.marks ?? []).map((one) => one.value),
    ]);
    const known = values.filter((value) => value !== null && value !== undefined);
    if (!known.length) return [0, 1];
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const more = (high - low || Math.abs(high) || 1) * 0.06;
    return [low >= 0 && low - more < 0 ? 0 : low - more, high + more];
  }

  function strip(row, top, { narrow, left, right, x, tall, digits, zero }) {
    const y = top + (narrow ? 31 : tall / 2 + 2);
    const inside = (value) => Math.min(Math.max(x(value), left), right);
    const known = (value) => value !== null && value !== undefined;
    const letters = Math.floor((narrow ? right : left - 10) / LETTER);
    const name = row.label.length > letters ? `${row.label.slice(0, letters - 1)}…` : row.label;
    const parts = [
      dom.svg("title", {}, row.about),
      dom.svg("rect", { x: 0, y: top + 1, width: right + 56, height: tall - 1, class: "ground-of-strip" }),
    ];
    if (zero) parts.push(line(x(0), top + 1, x(0), top + tall, "otsu"));
    if (row.band)
      parts.push(
        dom.svg("rect", {
          x: inside(row.band[0]),
          y: y - 8,
          width: Math.max(inside(row.band[1]) - inside(row.band[0]), 1),
          height: 16,
          class: "null",
        }),
      );
    parts.push(line(left, y, right, y, "rule"));
    if (known(row.low) && known(row.high)) parts.push(interval(row, x, left, right, y));
    for (const one of row.marks ?? [])
      parts.push(titled(mark(one.shape, inside(one.value), y, "baseline"), one.label));
    for (const dot of row.dots ?? [])
      parts.push(titled(mark("dot", inside(dot.value), y, "fold"), dot.label));
    if (known(row.mean)) parts.push(mark(row.shape ?? "ring", inside(row.mean), y, "mean"));
    const above = zero ? "haloed" : null; // the line of 0 may cross a name that is above its strip
    parts.push(
      narrow ? text(left, top + 15, name, "start", above) : text(left - 8, y + 4, name, "end"),
    );
    parts.push(text(right + 52, y + 4, dom.number(row.mean ?? row.marks?.[0]?.value, digits), "end", "tick"));
    const keydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      row.pick();
    };
    const on = row.pick ? { click: row.pick, keydown } : {};
    const role = row.pick ? "button" : "img";
    return dom.svg(
      "g",
      {
        class: "strip",
        role,
        tabindex: -1,
        "aria-label": row.about,
        "aria-current": row.current ? "true" : null,
        on,
      },
      parts,
    );
  }

  function titled(node, label) {
    node.append(dom.svg("title", {}, label));
    return node;
  }

  function interval({ low, high }, x, left, right, y) {
    const [from, to] = [Math.max(x(low), left), Math.min(x(high), right)];
    const end = (at, beyond, way) =>
      beyond
        ? dom.svg("path", { d: `M${px(at)} ${y}l${-way * 6} -4v8Z`, class: "beyond" })
        : line(at, y - 5, at, y + 5, "interval");
    return dom.svg(
      "g",
      {},
      line(from, y, to, y, "interval"),
      end(from, x(low) < left, -1),
      end(to, x(high) > right, 1),
    );
  }

  return { draw, legend };
})();
