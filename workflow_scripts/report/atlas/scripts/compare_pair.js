"use strict";
/* The pictures of two maps: side by side, one wiped over the other, or their difference. */

const comparePair = (() => {
  let wipe = null; // what the slider divides

  /*
   * Fill the places for pictures and legends, {pictures, legends, cut, cutLine}, with two loaded sides.
   * Returns what files are made of: faces, and functions that make legends and notes.
   */
  function draw(way, both, background, now, places) {
    return { side: drawSides, wipe: drawWiped, difference: drawDifference }[way](
      both,
      background,
      now,
      places,
    );
  }

  /* A figure: its title, the picture or why there is none. */
  function figure(id, title, reason) {
    const node = dom.el("figure", { id });
    const picture = reason ? null : face.picture(title);
    node.append(
      dom.el("figcaption", {}, title),
      picture ? picture.node : dom.el("p", { class: "absent" }, reason),
    );
    return { node, picture };
  }

  /* The mask of a side, if it is to be outlined. */
  const outlineOf = (side, now) => (now.contour && now.masks >= 0 ? store.contour(now.masks, side.x) : null);
  const titleOf = (side) => `${side.letter}: ${compareParts.nameOf(side)}`;

  /* A title in two lines, for files. */
  function linesOf(side) {
    const network = compareParts.networkOf(side.n);
    return [`${side.letter}: ${network}`, compareParts.nameOf(side).slice(network.length + 2)];
  }

  function legendsOf(both, now) {
    const there = both.filter((one) => one.map);
    if (now.scale !== "common" || !there.length)
      return there.map((one) => compareParts.mapLegend(one.letter, one.map.high, now.opacity));
    const letters = there.map((one) => one.letter).join(" and ");
    return [compareParts.mapLegend(letters, compareParts.most(there[0], there, "common"), now.opacity)];
  }

  function drawSides(both, background, now, places) {
    const faces = [];
    const nodes = both.map((side) => {
      const id = `compare-${side.letter.toLowerCase()}`;
      const { node, picture } = figure(id, titleOf(side), side.map ? "" : compareParts.absence(side));
      if (!picture) return node;
      const rgba = compareParts.pixels(side, both, background, now);
      const one = { lines: linesOf(side), rgba, contour: outlineOf(side, now), landmarks: now.landmarks };
      face.show(picture, rgba, one);
      faces.push(one);
      if (now.scale === "own") node.append(compareParts.mapLegend(side.letter, side.map.high, now.opacity));
      return node;
    });
    dom.clear(places.pictures, nodes);
    dom.clear(places.legends, now.scale === "common" ? legendsOf(both, now) : []);
    return { faces, legends: () => legendsOf(both, now), notes: [] };
  }

  function drawWiped(both, background, now, places) {
    const title = `Left ${titleOf(both[0])}. Right ${titleOf(both[1])}`;
    const { node, picture } = figure("compare-wipe", title, "");
    const [a, b] = both.map((side) => compareParts.pixels(side, both, background, now));
    const lines = both.map((side, i) => `${["left", "right"][i]} ${linesOf(side).join(", ")}`);
    const made = { faces: [], legends: () => legendsOf(both, now), notes: [] };
    wipe = {
      a,
      b,
      contours: both.map((side) => outlineOf(side, now)),
      picture,
      landmarks: now.landmarks,
      lines,
      places,
      made,
    };
    dom.clear(places.pictures, node);
    dom.clear(places.legends, legendsOf(both, now));
    moveTo(now.cut);
    letDrag(picture.node);
    return made;
  }

  /* The slider of the wipe, into `places`. */
  function slider(places) {
    const range = { type: "range", min: 0, max: 100, step: 1, id: "compare-cut" };
    places.cut = dom.el("input", { ...range, "aria-label": "Where A ends and B begins" });
    places.cut.addEventListener("input", () => moveTo(Number(places.cut.value) / 100));
    places.cut.addEventListener("change", () => state.set({ cut: Number(places.cut.value) / 100 }));
    places.cutLine = dom.el(
      "div",
      { class: "cut" },
      dom.el("strong", {}, "A"),
      places.cut,
      dom.el("strong", {}, "B"),
    );
    return places.cutLine;
  }

  /* Divide the picture at a share of its width. */
  function moveTo(share) {
    const { a, b, contours, picture, landmarks, lines, places, made } = wipe;
    const column = Math.round(share * store.width);
    const rgba = compareParts.wiped(a, b, column);
    places.cut.value = String(Math.round(100 * share));
    places.cut.setAttribute("aria-valuetext", `A on the left ${places.cut.value} %, B on the right of it`);
    face.show(picture, rgba, { landmarks });
    picture.lines.prepend(
      ...clipped(contours[0], 0, column),
      ...clipped(contours[1], column, store.width - column),
    );
    made.faces = [{ lines, rgba, contour: contours[0] === contours[1] ? contours[0] : null, landmarks }];
  }

  /* The lines of a contour between two columns. */
  function clipped(contour, x, wide) {
    if (!contour || wide <= 0) return [];
    const box = {
      x,
      y: 0,
      width: wide,
      height: store.height,
      viewBox: `${x} 0 ${wide} ${store.height}`,
      class: "clip",
    };
    return [dom.svg("svg", box, face.lines(contour, false))];
  }

  /* The picture itself can be dragged. */
  function letDrag(node) {
    const move = (event) => {
      if (!event.buttons) return;
      const box = node.getBoundingClientRect();
      moveTo(Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1));
    };
    node.addEventListener("pointerdown", (event) => {
      node.setPointerCapture(event.pointerId);
      move(event);
    });
    node.addEventListener("pointermove", move);
    node.addEventListener("pointerup", () => state.set({ cut: Number(wipe.places.cut.value) / 100 }));
  }

  function drawDifference(both, background, now, places) {
    const found = compareParts.difference(...both, now.scale);
    const { node, picture } = figure("compare-difference", `A minus B. ${both.map(titleOf).join(". ")}`, "");
    const rgba = compareParts.signedPixels(found, background, now.opacity);
    const one = { lines: both.map((side) => linesOf(side).join(", ")), rgba, landmarks: now.landmarks };
    face.show(picture, rgba, one);
    const legend = () => compareParts.signedLegend(found, now.scale, now.opacity);
    const unit =
      now.scale === "own"
        ? "Each map in shares of its own highest value."
        : "In the maps' own units of importance.";
    const lines =
      found.most > 0
        ? "Unbroken line, orange: A has more. Broken line, blue: B has more."
        : "The two maps are the same everywhere.";
    dom.clear(places.pictures, node);
    dom.clear(places.legends, legend(), dom.el("p", { class: "note" }, `${unit} ${lines}`));
    return { faces: [one], legends: () => [legend()], notes: [unit, lines] };
  }

  return { draw, figure, slider, titleOf };
})();
