"use strict";
/* The tree of networks and the matrix of their distances, with equal rows so that they lie side by side. */

const trees = (() => {
  const ROW = 26; // pixels; not less than 24, so that a finger finds a mark
  const MANY = 20; // networks; beyond, cells are too small for their numbers
  const LETTER = 7.2; // width of a letter, roughly
  const LONGEST = 20; // letters of a name
  const DARKEST = 0.5; // opacity; the numbers stay readable above it
  const LOW = 44; // height of the axis
  const TURN = -60; // degrees; names above the columns of the matrix

  /*
   * The nodes of a tree of `study.trees` with what is below them: places `first` to `last` of the leaves on
   * both sides, `split` being the first leaf of the second side. Leaves below a node are neighbours.
   */
  function nodesOf(tree) {
    const open = []; // clusters that no node has joined yet
    return tree.nodes.map(([heightA, placeA, height, placeB, heightB, support]) => {
      const [a, b] = [
        [heightA, placeA],
        [heightB, placeB],
      ].map(([itsHeight, itsPlace]) => {
        const found = open.findIndex((one) => one.height === itsHeight && one.place === itsPlace);
        return found < 0 ? { first: itsPlace, last: itsPlace } : open.splice(found, 1)[0];
      });
      const node = {
        first: a.first,
        split: b.first,
        last: b.last,
        height,
        place: (placeA + placeB) / 2,
        support,
      };
      open.push(node);
      return {
        ...node,
        ends: [
          [heightA, placeA],
          [heightB, placeB],
        ],
      };
    });
  }

  /* The closest two leaves of which one is on each side of a node, as places. */
  function closestOf(tree, { first, split, last }) {
    let best = [first, split];
    for (let a = first; a < split; a += 1) {
      for (let b = split; b <= last; b += 1) {
        if (tree.distances[a][b] < tree.distances[best[0]][best[1]]) best = [a, b];
      }
    }
    return best;
  }

  /* The leaf closest to one. */
  function nearestOf(tree, leaf) {
    let best = leaf ? 0 : 1;
    tree.distances[leaf].forEach((distance, other) => {
      if (other !== leaf && distance < tree.distances[leaf][best]) best = other;
    });
    return best;
  }

  const percent = (support) => `${Math.round(100 * support)} %`;

  function listed(names) {
    if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
    return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  }

  /* What a node says, for screen readers and as its title. */
  function told(tree, { first, split, last, height, support }, mark) {
    const names = tree.names.map(mark);
    const sides = `${listed(names.slice(first, split))} with ${listed(names.slice(split, last + 1))}`;
    const rest = support === null ? "" : `, in ${percent(support)} of the redrawn trees`;
    return `Joins ${sides} at distance ${dom.number(height, 2)}${rest}`;
  }

  /* What a leaf says. */
  function closest(tree, names, leaf) {
    const near = nearestOf(tree, leaf);
    return `${names[leaf]}: closest to ${names[near]}, distance ${dom.number(tree.distances[leaf][near], 2)}`;
  }

  /* Names that fit; the whole name is in the label of a mark. */
  const short = (names) =>
    names.map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name));
  const longest = (names) => Math.max(...names.map((name) => name.length), 4) * LETTER + 10;
  /* Height of what is above the first row: names of columns, turned. */
  const above = (names) => Math.max(Math.ceil(longest(names) * Math.sin((-TURN * Math.PI) / 180)) + 12, LOW);

  /* A mark that can be focused. data: how the view finds it. */
  function focusable(label, data, ...children) {
    return dom.svg(
      "g",
      { class: "mark", role: "button", tabindex: "-1", "aria-label": label, ...data },
      dom.svg("title", {}, label),
      children,
    );
  }

  /*
   * The tree as SVG: distance from right to left, a row for each network. mark: what a name is written as;
   * narrow: there is no matrix beside it.
   */
  function draw(tree, label, mark, narrow) {
    const whole = tree.names.map(mark);
    const names = short(whole);
    const wide = narrow ? 170 : 260;
    const [left, top] = [14, narrow ? LOW : above(names)];
    const size = { width: left + wide + longest(names) + 14, height: top + ROW * names.length + 8 };
    const highest = Math.max(...tree.nodes.map((node) => node[2])) || 1;
    const x = (height) => left + wide * (1 - height / highest);
    const y = (place) => top + ROW * (place + 0.5);
    const leaves = names.map((name, leaf) => {
      const box = {
        x: left + wide + 3,
        y: y(leaf) - ROW / 2,
        width: longest(names) + 6,
        height: ROW,
        class: "box",
      };
      return focusable(
        closest(tree, whole, leaf),
        { "data-leaf": leaf },
        dom.svg("rect", box),
        dom.svg("text", { x: left + wide + 8, y: y(leaf) + 4 }, name),
      );
    });
    const nodes = nodesOf(tree).map((node, i) => joint(tree, node, i, x, y, mark));
    const view = {
      ...size,
      viewBox: `0 0 ${size.width} ${size.height}`,
      class: "tree",
      role: "group",
      "aria-label": label,
    };
    // the root first, so that numbers lie above the lines of nodes further up
    return dom.svg("svg", view, axis(x, highest, top - 8, top + ROW * names.length), leaves, nodes.reverse());
  }

  function joint(tree, node, i, x, y, mark) {
    const [[heightA, placeA], [heightB, placeB]] = node.ends;
    const line = `M${x(heightA)} ${y(placeA)}H${x(node.height)}V${y(placeB)}H${x(heightB)}`;
    const at = { x: x(node.height), y: y(node.place) };
    const number =
      node.support === null
        ? []
        : [
            dom.svg(
              "text",
              { x: at.x - 7, y: at.y - 5, "text-anchor": "end", class: "support" },
              percent(node.support),
            ),
          ];
    return focusable(
      told(tree, node, mark),
      { "data-node": i },
      dom.svg("path", { d: line, class: "branch" }),
      dom.svg("circle", { cx: at.x, cy: at.y, r: 12, class: "box" }),
      dom.svg("circle", { cx: at.x, cy: at.y, r: 4.5, class: "joint" }),
      ...number,
    );
  }

  function axis(x, highest, y, bottom) {
    const step = [0.1, 0.2, 0.25, 0.5, 1].find((one) => highest / one <= 4) ?? 1;
    const ticks = [];
    for (let value = 0; value <= highest + 1e-9; value += step) ticks.push(value);
    return dom.svg(
      "g",
      { class: "axis", "aria-hidden": "true" },
      dom.svg("text", { x: x(highest / 2), y: y - 22, "text-anchor": "middle" }, "distance, 1 − r"),
      ticks.map((value) =>
        dom.svg(
          "text",
          { x: x(value), y: y - 4, "text-anchor": "middle" },
          dom.number(value, step === 0.25 ? 2 : 1),
        ),
      ),
      ticks.map((value) => dom.svg("line", { x1: x(value), x2: x(value), y1: y, y2: bottom })),
    );
  }

  /* Only the lines of a tree, small. */
  function small(tree, wide = 120, high = 72) {
    const highest = Math.max(...tree.nodes.map((node) => node[2])) || 1;
    const x = (height) => 6 + (wide - 12) * (1 - height / highest);
    const y = (place) => 6 + ((high - 12) * place) / Math.max(tree.names.length - 1, 1);
    const paths = tree.nodes.map(([a, placeA, height, placeB, b]) =>
      dom.svg("path", { d: `M${x(a)} ${y(placeA)}H${x(height)}V${y(placeB)}H${x(b)}`, class: "branch" }),
    );
    return dom.svg(
      "svg",
      { width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, class: "tree", "aria-hidden": "true" },
      paths,
    );
  }

  /* The distances as SVG, in the order of the leaves. rOf: r of two names, or null. */
  function matrix(tree, label, mark, rOf) {
    const whole = tree.names.map(mark);
    const names = short(whole);
    const many = names.length > MANY;
    const side = many ? ROW : 40;
    const [left, top] = [longest(names) + 4, above(names)];
    const lean = longest(names) * Math.cos((-TURN * Math.PI) / 180);
    const size = { width: left + side * names.length + lean, height: top + ROW * names.length + 8 };
    const highest = Math.max(...tree.distances.flat()) || 1;
    const columns = names.map((name, b) => {
      const at = { x: left + side * (b + 0.5) + 4, y: top - 8 };
      return dom.svg("text", { ...at, transform: `rotate(${TURN} ${at.x} ${at.y})`, "data-column": b }, name);
    });
    const rows = names.map((name, a) =>
      dom.svg(
        "text",
        { x: left - 6, y: top + ROW * (a + 0.5) + 4, "text-anchor": "end", "data-row": a },
        name,
      ),
    );
    const cells = whole.flatMap((one, a) =>
      whole.map((other, b) => {
        const distance = tree.distances[a][b];
        const box = { x: left + side * b, y: top + ROW * a, width: side, height: ROW };
        // a network with itself stands for the network, as its leaf does
        if (a === b)
          return focusable(
            closest(tree, whole, a),
            { "data-leaf": a },
            dom.svg("rect", { ...box, class: "same" }),
            dom.svg("rect", { ...box, class: "box" }),
          );
        const r = rOf(tree.names[a], tree.names[b]);
        const said = `${one} and ${other}: distance ${dom.number(distance, 2)}, r ${dom.number(r, 2)}`;
        const shade = dom.svg("rect", {
          ...box,
          class: "shade",
          "fill-opacity": (DARKEST * (1 - distance / highest)).toFixed(3),
        });
        const number = many
          ? []
          : [
              dom.svg(
                "text",
                { x: box.x + side / 2, y: box.y + ROW / 2 + 4, "text-anchor": "middle" },
                dom.number(distance, 2),
              ),
            ];
        return focusable(
          said,
          { "data-a": a, "data-b": b },
          shade,
          ...number,
          dom.svg("rect", { ...box, class: "box" }),
        );
      }),
    );
    const view = {
      ...size,
      viewBox: `0 0 ${size.width} ${size.height}`,
      class: "matrix",
      role: "group",
      "aria-label": label,
    };
    return dom.svg("svg", view, dom.svg("g", { "aria-hidden": "true" }, columns, rows), cells);
  }

  return { draw, small, matrix, nodesOf, closestOf, nearestOf };
})();
