"use strict";
/* Which networks look alike: the tree, the distances it is made of, and the maps of any two. */

const similarityView = (() => {
  const { study } = store;
  const NARROW = 640; // pixels of a window in which the matrix is below the tree
  const parts = {};
  let drawn = []; // marks and names, {node, dataset}
  let made = null; // "e,x" of what is drawn
  let chosen = null; // [a, b] as places of leaves
  let painted = "";

  const treeOf = (now) =>
    study.trees[now.explainer]?.[now.expression] ?? {
      names: [],
      nodes: [],
      distances: [],
      left_out: [],
      r: [],
    };
  const placeOf = (name) => study.networks.findIndex((one) => one.name === name);
  const marked = (name) => compareParts.networkOf(placeOf(name));

  function build(root) {
    parts.words = dom.el("p", { id: "similarity-words" });
    parts.tree = dom.el("div", { id: "similarity-tree", class: "scroll-x" });
    parts.matrix = dom.el("div", { id: "similarity-matrix", class: "scroll-x" });
    parts.drawn = dom.el("div", { class: "drawn" }, parts.tree, parts.matrix);
    const inOrder = { click: () => openOverview() };
    parts.grid = dom.el(
      "button",
      { type: "button", id: "similarity-grid", on: inOrder },
      "All heatmaps in the order of this tree",
    );
    parts.pair = dom.el("div", { id: "similarity-pair", class: "pair-of-maps" });
    parts.small = dom.el("div", {
      id: "similarity-small",
      class: "small-trees",
      role: "group",
      "aria-label": "Trees of all expressions",
    });
    parts.others = dom.el("section", {}, dom.el("h3", {}, "Trees of all expressions"), parts.small);
    dom.clear(
      root,
      dom.el("h2", {}, "Similarity"),
      dom.el(
        "p",
        {},
        "How alike the networks' mean heatmaps are: the further right two networks join, the more alike, " +
          "and the stronger the shade of their cell. Point at a name, a node or a cell to see two maps; a " +
          "click opens both in Compare.",
      ),
      parts.words,
      parts.drawn,
      parts.pair,
      parts.grid,
      parts.others,
      guides.similarity(),
    );
    for (const box of [parts.tree, parts.matrix]) listen(box);
  }

  function listen(box) {
    let first = false; // a finger's first touch only shows the pair
    const markOf = (event) => event.target.closest?.(".mark");
    const look = (event) => {
      const mark = markOf(event);
      if (mark) select(mark);
    };
    const open = (event) => {
      const mark = markOf(event);
      if (mark && !first) openPair(similarityLinks.meaning(mark, treeOf(state.get())).pair);
      first = false;
    };
    box.addEventListener("pointerdown", (event) => {
      const mark = markOf(event);
      first = Boolean(mark) && event.pointerType === "touch" && !mark.classList.contains("selected");
    });
    box.addEventListener("mouseover", look);
    box.addEventListener("focusin", look);
    box.addEventListener("click", open);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      first = false;
      open(event);
    });
  }

  function openOverview() {
    state.set(
      { view: "overview", sort: `tree ${study.expressions[state.get().expression]}` },
      { push: true },
    );
    document.getElementById("main").focus();
  }

  function openPair([a, b]) {
    const { explainer: e, expression: x } = state.get();
    const { names } = treeOf(state.get());
    const changes = {
      network: placeOf(names[a]),
      fold: 0,
      b_network: placeOf(names[b]),
      b_fold: 0,
      b_expression: x,
      b_explainer: e,
    };
    state.set({ view: "compare", ...changes }, { push: true });
    document.getElementById("main").focus();
  }

  /* Highlight a mark and all that belongs to it, and show its two maps. */
  function select(mark) {
    const now = state.get();
    const meant = similarityLinks.meaning(mark, treeOf(now));
    const linked = similarityLinks.belonging(meant);
    for (const one of drawn) {
      one.node.classList.toggle("linked", linked(one));
      one.node.classList.toggle("selected", one.node === mark);
    }
    chosen = meant.pair;
    showPair(now, mark.getAttribute("aria-label"));
  }

  async function show(now) {
    const key = `${now.explainer},${now.expression}`;
    if (made !== key) {
      made = key;
      chosen = null;
      drawAll(now);
    }
    if (!chosen && treeOf(now).nodes.length) {
      const lowest = parts.tree.querySelector('[data-node="0"]');
      select(lowest);
      const [box, mark] = [parts.drawn, lowest].map((one) => one.getBoundingClientRect());
      parts.drawn.scrollTop = Math.max(mark.bottom - box.top - parts.drawn.clientHeight / 2, 0);
    }
    showSmall(now);
  }

  function drawAll(now) {
    const tree = treeOf(now);
    const title = study.expressions[now.expression];
    const left = tree.left_out.length
      ? ` Left out, for want of a heatmap: ${tree.left_out.map(marked).join(", ")}.`
      : "";
    const kept =
      tree.cophenetic_r === null || tree.cophenetic_r === undefined
        ? ""
        : ` Cophenetic r ${dom.number(tree.cophenetic_r, 2)}.`;
    const odd = tree.names.filter((name) => study.networks[placeOf(name)]?.learned === false);
    const unlearned = odd.length ? " † did not learn." : "";
    const enough = tree.names.length > 1;
    const one = tree.names.length ? `one, ${marked(tree.names[0])}` : "none";
    parts.words.textContent = enough
      ? `${title}: ${tree.names.length} networks.${kept}${unlearned}${left}`
      : `${title}: a tree needs two networks with heatmaps; there is ${one}.${left}`;
    parts.drawn.hidden = parts.pair.hidden = !enough;
    dom.clear(parts.tree);
    dom.clear(parts.matrix);
    if (!enough) return;
    const r = new Map(
      tree.r.flatMap(([a, b, value]) => [
        [`${a}\n${b}`, value],
        [`${b}\n${a}`, value],
      ]),
    );
    parts.tree.append(trees.draw(tree, `Tree of networks, ${title}`, marked, innerWidth < NARROW));
    parts.matrix.append(
      trees.matrix(
        tree,
        `Distances between networks, ${title}`,
        marked,
        (a, b) => r.get(`${a}\n${b}`) ?? null,
      ),
    );
    const all = parts.drawn.querySelectorAll(".mark, [data-row], [data-column]");
    drawn = [...all].map((node) => ({ node, dataset: { ...node.dataset } })); // read once: there can be thousands
    dom.roving(parts.tree, ".mark");
    dom.roving(parts.matrix, ".mark", tree.names.length);
  }

  /* The two maps of the pair that is pointed at. */
  async function showPair(now, label) {
    const key = `${made},${chosen},${now.opacity},${label}`;
    if (painted === key) return;
    painted = key;
    const tree = treeOf(now);
    const sides = chosen.map((leaf, i) => ({
      letter: "AB"[i],
      e: now.explainer,
      n: placeOf(tree.names[leaf]),
      p: 0,
      x: now.expression,
    }));
    const [background, ...both] = await Promise.all([store.background(), ...sides.map(compareParts.loaded)]);
    if (painted !== key) return; // another pair is pointed at by now
    const figures = both.map((side) => {
      const name = compareParts.networkOf(side.n);
      const node = dom.el("figure", {}, dom.el("figcaption", {}, name));
      if (!side.map) node.append(dom.el("p", { class: "absent" }, compareParts.absence(side)));
      else {
        const picture = face.picture(compareParts.nameOf(side));
        face.show(
          picture,
          compareParts.pixels(side, both, background, { scale: "own", opacity: now.opacity }),
        );
        node.append(picture.node);
      }
      return node;
    });
    const r = compareParts.tabled(now.explainer, now.expression, sides[0].n, sides[1].n);
    const names = sides.map(({ n }) => compareParts.networkOf(n));
    const distance = tree.distances[chosen[0]][chosen[1]];
    const said = `${names.join(" and ")}: distance ${dom.number(distance, 2)}, r ${dom.number(r, 2)}`;
    const pair = chosen;
    const open = dom.el(
      "button",
      { type: "button", id: "similarity-open", on: { click: () => openPair(pair) } },
      "Open in Compare",
    );
    const of = said === label ? [] : [dom.el("p", {}, `${label}.`)];
    dom.clear(
      parts.pair,
      figures,
      dom.el("div", { class: "told" }, of, dom.el("p", {}, dom.el("strong", {}, said)), open),
    );
  }

  /* The trees of all expressions, to choose one. */
  function showSmall(now) {
    const e = now.explainer;
    parts.others.hidden = study.expressions.length < 2;
    if (parts.small.dataset.of !== String(e)) {
      parts.small.dataset.of = String(e);
      const item = (name, x) => {
        const tree = study.trees[e][x];
        const kept = tree.cophenetic_r === null ? "" : `cophenetic r ${dom.number(tree.cophenetic_r, 2)}`;
        const drawn = tree.nodes.length ? trees.small(tree) : dom.el("span", { class: "note" }, "no tree");
        const choose = () => state.set({ expression: x }, { push: true });
        return dom.el(
          "button",
          { type: "button", on: { click: choose } },
          dom.el("span", {}, name),
          drawn,
          dom.el("span", { class: "note" }, kept),
        );
      };
      dom.clear(parts.small, study.expressions.map(item));
    }
    [...parts.small.children].forEach((node, x) => {
      if (x === now.expression) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    });
  }

  function exports() {
    const now = state.get();
    const tree = treeOf(now);
    const enough = tree.nodes.length > 0;
    return {
      name: `similarity_${study.expressions[now.expression]}`,
      svg: enough ? async () => both() : null,
      picture: null,
      table: enough
        ? () => [["network", ...tree.names], ...tree.distances.map((row, a) => [tree.names[a], ...row])]
        : null,
    };
  }

  /* The tree and the matrix as one picture. */
  function both() {
    const drawings = [parts.tree, parts.matrix].map((box) => box.querySelector("svg"));
    const [tree, cells] = drawings.map((svg) => ({
      wide: Number(svg.getAttribute("width")),
      high: Number(svg.getAttribute("height")),
    }));
    const size = { width: tree.wide + cells.wide, height: Math.max(tree.high, cells.high) };
    const holder = dom.svg("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}` });
    drawings.forEach((svg, i) => {
      const copy = svg.cloneNode(true);
      copy.setAttribute("x", i * tree.wide);
      for (const one of copy.querySelectorAll(".linked, .selected"))
        one.classList.remove("linked", "selected");
      holder.append(copy);
    });
    return holder;
  }

  return {
    name: "similarity",
    title: "Similarity",
    choices: ["explainer", "expression"],
    build,
    show,
    exports,
  };
})();
