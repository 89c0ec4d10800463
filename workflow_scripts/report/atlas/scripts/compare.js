"use strict";
/* Two maps against each other; and one panel under all masks or explainers. */

const compareView = (() => {
  const { study } = store;
  const WAYS = [
    ["side", "Side by side"],
    ["wipe", "Wipe"],
    ["difference", "Difference"],
    ["masks", "All masks"],
    ["explainers", "All explainers"],
  ];
  const OF_B = ["network", "fold", "expression", "explainer"];
  const parts = {}; // what `show` fills
  let latest = null; // what is shown, for files: {faces, legends, notes, table}

  const wayOf = (now) => (WAYS.some(([way]) => way === now.way) ? now.way : "side");
  const change = (changes) => state.set(changes, { push: true });

  function build(root) {
    const toggles = WAYS.map(([way, label]) => {
      const node = dom.toggle(label, false, () => change({ way }));
      node.id = `compare-way-${way}`;
      return [way, node];
    });
    parts.ways = new Map(toggles);
    parts.scale = dom.toggle("Common scale", false, (on) => change({ scale: on ? "common" : "own" }));
    parts.contour = dom.toggle("Mask outlines", true, (on) => change({ contour: on }));
    parts.scale.id = "compare-scale";
    parts.contour.id = "compare-contour";
    parts.pictures = dom.el("div", { id: "compare-pictures", class: "pictures" });
    parts.legends = dom.el("div", { id: "compare-legends", class: "legends" });
    parts.scores = dom.el("div", { id: "compare-scores" });
    parts.r = dom.el("p", { id: "compare-r" });
    parts.findings = dom.el("div", { id: "compare-findings" });
    parts.lists = compareLists.build();
    parts.intro = dom.el("p");
    parts.words = dom.el("p", { id: "compare-words", class: "words" });
    const left = dom.el("div", {}, comparePair.slider(parts), parts.pictures, parts.legends);
    parts.both = dom.el(
      "div",
      { class: "both" },
      left,
      dom.el("div", {}, parts.r, parts.scores, parts.findings, parts.lists),
    );
    dom.clear(
      root,
      dom.el("h2", {}, "Compare"),
      parts.intro,
      ofB(),
      dom.el(
        "div",
        { class: "controls ways" },
        dom.el("div", { role: "group", "aria-label": "Way of comparing" }, [...parts.ways.values()]),
        dom.el("div", { role: "group", "aria-label": "Painting" }, parts.scale, parts.contour),
      ),
      parts.words,
      parts.both,
      guides.compare(),
    );
  }

  /* The lists that choose B, and the button that swaps. */
  function ofB() {
    const choice = (kind) => {
      const options = choices.options(kind);
      const label = { network: "Network", fold: "Fold", expression: "Expression", explainer: "Explainer" }[
        kind
      ];
      const node = dom.select(`${label} of B`, options, 0, (value) =>
        change({ [`b_${kind}`]: Number(value) }),
      );
      const list = node.querySelector("select");
      list.id = `compare-b-${kind}`;
      node.hidden = options.length < 2;
      return [kind, list, node];
    };
    const made = OF_B.map(choice);
    parts.ofB = new Map(made.map(([kind, list]) => [kind, list]));
    const swap = dom.el(
      "button",
      { type: "button", id: "compare-swap", on: { click: swapped } },
      "Swap A and B",
    );
    parts.choicesOfB = dom.el(
      "div",
      { class: "of-b controls", role: "group", "aria-label": "Map B" },
      made.map((one) => one[2]),
      swap,
    );
    return parts.choicesOfB;
  }

  function swapped() {
    const now = state.get();
    change(
      Object.fromEntries(
        OF_B.flatMap((kind) => [
          [kind, now[`b_${kind}`]],
          [`b_${kind}`, now[kind]],
        ]),
      ),
    );
  }

  async function show(now, before) {
    const way = wayOf(now);
    const one = way === "masks" || way === "explainers";
    for (const [name, node] of parts.ways) node.setAttribute("aria-pressed", String(name === way));
    for (const [kind, list] of parts.ofB) list.value = String(now[`b_${kind}`]);
    parts.scale.setAttribute("aria-pressed", String(now.scale === "common"));
    parts.contour.setAttribute("aria-pressed", String(now.contour));
    parts.scale.hidden = one;
    parts.contour.hidden = way === "masks" || way === "difference";
    parts.choicesOfB.hidden = parts.r.hidden = parts.lists.hidden = one;
    parts.both.classList.toggle("one", one);
    if (one) parts.cutLine.hidden = true;
    parts.intro.textContent = one
      ? "One panel, chosen above, seen in several ways."
      : "Two heatmaps against each other. The lists above choose A, those below choose B.";
    compareLists.show(now);
    const told = findings.known(panelsOf(way, now), now.metric);
    dom.clear(parts.findings, findings.list(told));
    if (!one) return showPair({ ...now, way }, now, told);
    const made = await comparePanel.show({ ...now, way }, now, parts);
    latest = made ?? latest;
    if (made?.table) for (const row of findings.rows(told, made.table[0].length)) made.table.push(row);
    return null;
  }

  /* The panels whose findings are told: of both sides, or of one under each set of masks. */
  function panelsOf(way, now) {
    const [a, b] = compareParts.sides(now).map((side) => ({ ...side, name: side.letter, s: now.masks }));
    if (way === "masks") return study.maskSets.map(({ name }, s) => ({ ...a, name, s }));
    if (way === "explainers") return [{ ...a, name: compareParts.panelOf({ ...a, p: 0 }) }];
    return a.n === b.n && a.x === b.x ? [{ ...a, name: "A and B" }] : [a, b];
  }

  async function showPair(now, asked, told) {
    const [background, ...both] = await Promise.all([
      store.background(),
      ...compareParts.sides(now).map(compareParts.loaded),
    ]);
    const { r, from } = await compareParts.correlation(...both);
    if (state.get() !== asked) return;
    parts.words.textContent = "";
    const there = both.filter((one) => one.map);
    const drawn = there.length === 2 || now.way === "side" ? now.way : "side";
    if (drawn !== now.way)
      parts.words.textContent = "A map is missing, so there is nothing to lay over the other.";
    parts.cutLine.hidden = drawn !== "wipe";
    latest = {
      ...comparePair.draw(drawn, both, background, now, parts),
      name: `compare_${drawn}`,
      table: null,
    };
    tellR(both, r, from);
    tellScores(both, now);
    if (latest.table) latest.table.push(...findings.rows(told, latest.table[0].length));
  }

  function tellR([a, b], r, from) {
    const source = { table: "from the table of similarities", page: "computed in this page from 8-bit maps" }[
      from
    ];
    const equal = compareParts.same(a, b) ? " A and B are the same map." : "";
    const missing = from ? "one of the maps is the same everywhere" : "a map is missing";
    const value = r === null ? `r: none, ${missing}.` : `r within the face = ${dom.number(r, 2)}`;
    dom.clear(parts.r, dom.el("strong", {}, value), r === null ? "" : ` (${source}).${equal}`);
    if (r !== null) dom.say(`${value}.`);
  }

  function tellScores(both, now) {
    const metric = store.metric(now.metric);
    if (now.masks < 0 || !metric) {
      latest.table = null;
      dom.clear(parts.scores, dom.el("p", {}, "Choose masks to see scores."));
      return;
    }
    const header = ["score", "A", "B", "A − B"];
    const rows = compareParts.scoreRows(both, now.masks, now.metric);
    const all = compareParts.allScoreRows(both, now.masks);
    const caption = [
      `${metric.label} with masks ${study.maskSets[now.masks].name}`,
      `(${metric.better} is better)`,
    ].join(" ");
    const open = parts.scores.querySelector("details")?.open ?? false;
    dom.clear(
      parts.scores,
      dom.table(caption, header, compareParts.texts(rows)),
      dom.el("p", { class: "note" }, compareParts.intervals(both, now.masks, now.metric)),
      dom.el(
        "details",
        { open },
        dom.el("summary", {}, "All scores"),
        dom.table("Scores of the maps shown", header, compareParts.texts(all)),
      ),
    );
    const named = both.map(comparePair.titleOf);
    latest.table = [
      ["score", ...named, "A - B"],
      ...rows.map(([what, ...rest]) => [`${metric.label} ${what}`, ...rest]),
      ...all,
    ];
  }

  function exports() {
    const faces = latest?.faces.length ? latest : null;
    return {
      name: latest?.name ?? "compare",
      svg: faces && (async () => compareFiles.svg(faces.faces, faces.legends(), faces.notes)),
      picture: faces && (async () => compareFiles.picture(faces.faces)),
      table: latest?.table ? () => latest.table : null,
    };
  }

  return {
    name: "compare",
    title: "Compare",
    choices: ["explainer", "masks", "metric", "network", "fold", "expression"],
    build,
    show,
    exports,
  };
})();
