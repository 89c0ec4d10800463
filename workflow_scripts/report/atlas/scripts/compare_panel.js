"use strict";
/* One panel with all masks, or with all explainers. */

const comparePanel = (() => {
  const { study } = store;

  /* The panels that differ from a side in masks or in explainer: [{...side, title, contour}], loaded. */
  async function variants(side, now) {
    if (now.way === "masks") {
      const one = await compareParts.loaded(side);
      return study.maskSets.map(({ name }, s) => ({
        ...one,
        s,
        title: name,
        contour: store.contour(s, side.x),
      }));
    }
    const contour = now.contour && now.masks >= 0 ? store.contour(now.masks, side.x) : null;
    const made = study.explainers.map((title, e) =>
      compareParts.loaded({ ...side, e }).then((one) => ({ ...one, s: now.masks, title, contour })),
    );
    return Promise.all(made);
  }

  /* A table of scores, a row for each variant. */
  function scoreTable(side, found, now) {
    const of = side.p ? "Scores of this fold's map" : "Scores of the mean map";
    const header = [now.way === "masks" ? "masks" : "explainer", ...study.metrics.map((one) => one.label)];
    const rows = found.map((one) => [
      one.title,
      ...study.metrics.map(({ name }) => compareParts.scoreOf(one, one.s, name)),
    ]);
    const masks =
      now.way === "explainers" && now.masks >= 0 ? `, masks ${study.maskSets[now.masks].name}` : "";
    return { caption: `${of}: ${compareParts.panelOf(side)}${masks}`, header, rows };
  }

  /* r between all explainers. */
  function explainerTable(found, face) {
    const r = (a, b) => (a.map && b.map ? scores.correlation(a.bytes, b.bytes, face) : null);
    return {
      caption: "r within the face",
      header: ["explainer", ...found.map((one) => one.title)],
      rows: found.map((a) => [a.title, ...found.map((b) => r(a, b))]),
    };
  }

  /*
   * Fill the places for pictures, legends, words and scores, `parts`. Returns what files are made of; null if
   * something else is asked for by now.
   */
  async function show(now, asked, parts) {
    const [side] = compareParts.sides(now);
    const [background, face_, found] = await Promise.all([
      store.background(),
      store.face(),
      variants(side, now),
    ]);
    if (state.get() !== asked) return null;
    const masks = now.way === "masks";
    const made = {
      faces: [],
      legends: () => [],
      notes: [compareParts.panelOf(side)],
      name: `compare_${now.way}`,
    };
    const few = masks
      ? "The study has no masks."
      : `There is one explainer, ${study.explainers[0]}, so nothing to compare it with.`;
    const enough = masks ? found.length > 0 : found.length > 1;
    const each = masks ? "map with each set of masks" : "panel with each explainer";
    parts.words.textContent = enough ? `${compareParts.panelOf(side)}: one ${each}.` : few;
    const nodes = found.map((one) => {
      const { node, picture } = comparePair.figure(null, one.title, one.map ? "" : compareParts.absence(one));
      if (picture) {
        const drawn = {
          lines: [one.title],
          rgba: paint.heatmap(one.bytes, one.map, background, now),
          contour: one.contour,
          landmarks: now.landmarks,
        };
        face.show(picture, drawn.rgba, { ...drawn, label: `${compareParts.nameOf(one)}, ${one.title}` });
        made.faces.push(drawn);
        if (masks && !one.contour)
          node.append(dom.el("p", { class: "note" }, "These masks have none for this expression."));
      }
      return node;
    });
    const { caption, header, rows } = scoreTable(side, found, now);
    const tables = masks || now.masks >= 0 ? [dom.table(caption, header, compareParts.texts(rows))] : [];
    if (!masks && enough) {
      const between = explainerTable(found, face_);
      tables.push(dom.table(between.caption, between.header, compareParts.texts(between.rows, 2)));
    }
    dom.clear(parts.pictures, nodes);
    dom.clear(parts.legends);
    dom.clear(parts.scores, tables);
    return { ...made, table: [header, ...rows] };
  }

  return { show };
})();
