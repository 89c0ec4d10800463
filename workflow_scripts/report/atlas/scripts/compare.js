"use strict";
/* Two maps against each other: side by side, wiped, or subtracted; and one panel under all masks or explainers. */

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
  const listed = {}; // what the lists were made for

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
    parts.lists = dom.el("div", { class: "lists" });
    parts.intro = dom.el("p");
    parts.words = dom.el("p", { id: "compare-words", class: "words" });
    const left = dom.el("div", {}, parts.pictures, comparePair.slider(parts), parts.legends);
    parts.both = dom.el("div", { class: "both" }, left, dom.el("div", {}, parts.r, parts.scores, parts.lists));
    dom.clear(
      root,
      dom.el("h2", {}, "Compare"),
      parts.intro,
      ofB(),
      dom.el("div", { class: "ways controls", role: "group", "aria-label": "Way of comparing" }, [...parts.ways.values()]),
      dom.el("div", { class: "ways controls", role: "group", "aria-label": "Painting" }, parts.scale, parts.contour),
      parts.words,
      parts.both,
      guide(),
    );
    buildLists();
  }

  /* The lists that choose B, and the button that swaps. */
  function ofB() {
    const choice = (kind) => {
      const options = choices.options(kind);
      const label = { network: "Network", fold: "Fold", expression: "Expression", explainer: "Explainer" }[kind];
      const node = dom.select(`${label} of B`, options, 0, (value) => change({ [`b_${kind}`]: Number(value) }));
      const list = node.querySelector("select");
      list.id = `compare-b-${kind}`;
      node.hidden = options.length < 2;
      return [kind, list, node];
    };
    const made = OF_B.map(choice);
    parts.ofB = new Map(made.map(([kind, list]) => [kind, list]));
    const swap = dom.el("button", { type: "button", id: "compare-swap", on: { click: swapped } }, "Swap A and B");
    parts.choicesOfB = dom.el("div", { class: "of-b controls", role: "group", "aria-label": "Map B" }, made.map((one) => one[2]), swap);
    return parts.choicesOfB;
  }

  function swapped() {
    const now = state.get();
    change(Object.fromEntries(OF_B.flatMap((kind) => [[kind, now[`b_${kind}`]], [`b_${kind}`, now[kind]]])));
  }

  function guide() {
    const said = (term, ...text) => [dom.el("dt", {}, term), dom.el("dd", {}, text)];
    return dom.el(
      "details",
      {},
      dom.el("summary", {}, "How to read this"),
      dom.el(
        "dl",
        {},
        said("Scale", "Each map is painted up to its own highest value, so that colours show where it is important; on the common scale one colour means the same importance in A and B. A difference follows: shares of the highest values, or importance itself."),
        said("Difference", "Orange inside an unbroken line: A has more. Blue inside a broken line: B has more. The lines lie at a quarter of the largest difference."),
        said("r", "Pearson's correlation of the two maps over the places of the face; 1 where they agree up to scale, 0 where one says nothing about the other."),
        said("Scores", "Of a mean over folds there are two: the score of the mean map, which is what you see, and the mean of the scores of the folds' maps, which the report ranks by. They can differ."),
      ),
    );
  }

  function buildLists() {
    parts.networkPairs = dom.el("div", { id: "compare-networks" });
    parts.expressionPairs = dom.el("div", { id: "compare-expressions" });
    dom.clear(parts.lists, dom.el("section", {}, parts.networkPairs), dom.el("section", {}, parts.expressionPairs));
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
    if (way !== "wipe") parts.cutLine.hidden = true;
    parts.intro.textContent = one
      ? "One panel, chosen above, seen in several ways."
      : "Two heatmaps against each other. The lists above choose A, those below choose B.";
    showLists(now);
    await (one ? showPanel({ ...now, way }, now) : showPair({ ...now, way }, now));
  }

  async function showPair(now, asked) {
    const [background, ...both] = await Promise.all([store.background(), ...compareParts.sides(now).map(compareParts.loaded)]);
    const { r, from } = await compareParts.correlation(...both);
    if (state.get() !== asked) return;
    parts.words.textContent = "";
    const there = both.filter((one) => one.map);
    const drawn = there.length === 2 || now.way === "side" ? now.way : "side";
    if (drawn !== now.way) parts.words.textContent = "A map is missing, so there is nothing to lay over the other.";
    latest = { ...comparePair.draw(drawn, both, background, now, parts), name: `compare_${drawn}`, table: null };
    tellR(both, r, from);
    tellScores(both, now);
  }

  function tellR([a, b], r, from) {
    const source = { table: "from the table of similarities", page: "computed in this page from 8-bit maps" }[from];
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
    const header = ["", "A", "B", "A − B"];
    const rows = compareParts.scoreRows(both, now.masks, now.metric);
    const all = compareParts.allScoreRows(both, now.masks);
    const caption = `${metric.label} with masks ${study.maskSets[now.masks].name} (${metric.better} is better)`;
    const open = parts.scores.querySelector("details")?.open ?? false;
    dom.clear(
      parts.scores,
      dom.table(caption, header, rows),
      dom.el("p", { class: "note" }, compareParts.intervals(both, now.masks, now.metric)),
      dom.el("details", { open }, dom.el("summary", {}, "All scores"), dom.table("Scores of the maps shown", header, all)),
    );
    const named = both.map(comparePair.titleOf);
    latest.table = [["score", ...named, "A - B"], ...rows.map(([what, ...rest]) => [`${metric.label} ${what}`, ...rest]), ...all];
  }

  /* One panel with all masks, or all explainers. */
  async function showPanel(now, asked) {
    const [side] = compareParts.sides(now);
    const [background, face_, found] = await Promise.all([store.background(), store.face(), compareLists.variants(side, now)]);
    if (state.get() !== asked) return;
    const masks = now.way === "masks";
    latest = { faces: [], legends: () => [], notes: [compareParts.nameOf(side)], name: `compare_${now.way}` };
    const few = masks ? "The study has no masks." : `There is one explainer, ${study.explainers[0]}, so nothing to compare it with.`;
    const enough = masks ? found.length > 0 : found.length > 1;
    parts.words.textContent = enough ? `${compareParts.nameOf(side)}: one ${masks ? "map with each set of masks" : "panel with each explainer"}.` : few;
    const nodes = found.map((one) => {
      const { node, picture } = comparePair.figure(null, one.title, one.map ? "" : compareParts.absence(one));
      if (picture) {
        const drawn = { lines: [one.title], rgba: paint.heatmap(one.bytes, one.map, background, now), contour: one.contour, landmarks: now.landmarks };
        face.show(picture, drawn.rgba, { ...drawn, label: `${compareParts.nameOf(one)}, ${one.title}` });
        latest.faces.push(drawn);
        if (masks && !one.contour) node.append(dom.el("p", { class: "note" }, "These masks have none for this expression."));
      }
      return node;
    });
    const { caption, header, rows } = compareLists.scoreTable(side, found, now);
    const tables = masks || now.masks >= 0 ? [dom.table(caption, header, rows)] : [];
    if (!masks && enough) {
      const between = compareLists.explainerTable(found, face_);
      tables.push(dom.table(between.caption, between.header, between.rows));
    }
    dom.clear(parts.pictures, nodes);
    dom.clear(parts.legends);
    dom.clear(parts.scores, tables);
    latest.table = [header, ...rows];
  }

  /* The lists of pairs; made again only for another expression, explainer or network. */
  function showLists(now) {
    const { explainer: e, expression: x, network: n, fold: p } = now;
    if (listed.networks !== `${e},${x}`) {
      listed.networks = `${e},${x}`;
      const pairs = compareLists.networkPairs(e, x);
      const open = ({ a, b }) => opened({ network: a, fold: 0, b_network: b, b_fold: 0, b_expression: x, b_explainer: e });
      const title = `Networks that differ most: ${study.expressions[x]}`;
      const none = dom.el("p", { class: "note" }, "There are no two networks with heatmaps to compare.");
      const why = dom.el("p", { class: "note" }, "1 − r of the mean heatmaps, the largest first. A click opens the pair.");
      dom.clear(parts.networkPairs, dom.el("h3", {}, title), pairs.length ? [why, ...compareLists.list(title, pairs, compareParts.networkOf, open)] : none);
    }
    const place = n === store.mean ? 0 : p;
    if (listed.expressions !== `${e},${n},${place}`) {
      listed.expressions = `${e},${n},${place}`;
      const title = `Expressions that differ most: ${compareParts.networkOf(n)}, ${store.placeName(place)}`;
      const ask = dom.el("button", { type: "button", id: "compare-expressions-ask" }, "Compute all pairs of expressions");
      ask.addEventListener("click", () => fillExpressions(title, e, n, place));
      dom.clear(parts.expressionPairs, dom.el("h3", {}, title), ask);
    }
  }

  async function fillExpressions(title, e, n, p) {
    const asked = listed.expressions;
    const { pairs, missing } = await compareLists.expressionPairs(e, n, p);
    if (listed.expressions !== asked) return;
    const same = { b_network: n, b_fold: p, b_explainer: e };
    const open = ({ a, b }) => opened({ ...same, expression: a, b_expression: b });
    const name = (x) => study.expressions[x];
    const words = missing ? [dom.el("p", { class: "note" }, `Without a heatmap: ${missing} of ${study.expressions.length} expressions.`)] : [];
    const heading = dom.el("h3", { tabindex: "-1" }, title);
    const found = pairs.length ? compareLists.list(title, pairs, name, open) : dom.el("p", {}, "There are no two heatmaps to compare.");
    dom.clear(parts.expressionPairs, heading, words, found);
    heading.focus();
  }

  function opened(changes) {
    change(changes);
    parts.words.scrollIntoView({ block: "nearest" });
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

  return { name: "compare", title: "Compare", choices: ["explainer", "masks", "metric", "network", "fold", "expression"], build, show, exports };
})();
