"use strict";
/* One heatmap on the standard face: where it is strong, and what follows from where it is cut. */

const exploreView = (() => {
  const { study } = store;
  const LADDER =
    "Ring: a score of this heatmap. Dots: folds. Line: a 95 % interval, with an arrow where it goes on. " +
    "Hollow marks: what it is compared with. Grey: 95 % of the scores of masks laid elsewhere.";
  const parts = {}; // the elements, built once
  let shown = null; // what is held of the map that is shown, or {key, map: null}
  let level = 0; // of the slider, which the address follows
  let queued = false;

  const placeOf = (now) => (now.network === store.mean ? 0 : now.fold);
  const keyOf = (now) => [now.explainer, now.network, placeOf(now), now.expression, now.masks].join();
  const titleOf = (now) => {
    const place = now.network === store.mean ? "" : `, ${store.placeName(placeOf(now))}`;
    return `${store.networkName(now.network)}: ${study.expressions[now.expression]}${place}`;
  };

  function build(root) {
    const { threshold, looks, steps, colours } = exploreControls;
    parts.title = dom.el("h3", { id: "explore-title" });
    parts.note = dom.el(
      "p",
      { class: "note", id: "explore-note" },
      "The mean of networks has no folds: this is the mean over all.",
    );
    parts.missing = dom.el("p", { id: "explore-missing", role: "note" });
    parts.picture = face.picture("Heatmap");
    parts.colours = colours();
    parts.threshold = threshold(move, (chosen) => state.set({ threshold: chosen }));
    parts.looks = looks();
    parts.chart = dom.el("div", { id: "cut-chart" });
    parts.key = dom.el("p", { class: "note", id: "chart-key" });
    parts.scores = dom.el("div", { id: "explore-scores" });
    parts.ladder = dom.el("div", { id: "ladder" });
    parts.ladderTitle = dom.el("h3", {});
    parts.why = dom.el("p", { class: "note", id: "two-numbers" });
    parts.basis = dom.el("dl", { class: "basis", id: "basis" });
    const pane = dom.el("div", { class: "pane" }, parts.picture.node, parts.colours.node);
    parts.stage = dom.el("div", { class: "stage" }, pane, parts.threshold.node);
    const side = dom.el("div", { class: "side" }, parts.chart, parts.key, parts.looks.node);
    parts.layout = dom.el("div", { class: "layout" }, parts.stage, side);
    parts.numbers = dom.el(
      "div",
      { class: "numbers" },
      parts.ladderTitle,
      dom.el("p", { class: "note" }, LADDER),
      parts.ladder,
      dom.el("h3", {}, "All scores"),
      parts.scores,
      parts.why,
    );
    const rests = dom.el("div", {}, dom.el("h3", {}, "What it rests on"), parts.basis);
    parts.drawChart = charts.fitted(parts.chart, drawChart);
    parts.drawLadder = charts.fitted(parts.ladder, drawLadder);
    dom.clear(
      root,
      dom.el("h2", {}, "Explore one heatmap"),
      exploreControls.about(),
      dom.el("div", { class: "titled" }, parts.title, steps()),
      parts.note,
      exploreTrust.line(),
      parts.missing,
      parts.layout,
      parts.numbers,
      exploreTrust.build(),
      rests,
    );
  }

  const show = (now, before) => Promise.all([showMap(now, before), exploreTrust.show(now)]);

  async function showMap(now, before) {
    const key = keyOf(now);
    if (shown?.key !== key) {
      parts.threshold.drop();
      const found = await load(now, key);
      if (keyOf(state.get()) !== key) return; // something newer is on its way
      shown = found;
      present(state.get());
    } else if (before?.metric !== now.metric || before?.view !== now.view) presentNumbers(now);
    const latest = state.get();
    parts.note.hidden = latest.network !== store.mean || latest.fold === 0;
    parts.looks.show(latest);
    if (!shown.map) return;
    level = latest.threshold ?? shown.map.otsu;
    paintBase(latest);
    frame();
  }

  /* All that a slider needs, so that its moves read no more than this. */
  async function load(now, key) {
    const map = store.map(now.explainer, now.network, placeOf(now), now.expression);
    if (!map) return { key, map: null };
    const mask = now.masks < 0 ? null : store.mask(now.masks, now.expression);
    const [bytes, places, background] = await Promise.all([store.bytes(map), mask, store.background()]);
    const counts = scores.histogram(bytes, places);
    const curves = places ? scores.curves(counts) : null;
    const iou = curves ? Float64Array.from(counts.all, (_, at) => scores.at(curves, at, "iou")) : null;
    return { key, map, bytes, mask: places, background, ...counts, curves, iou };
  }

  /* A map that was not shown before. */
  function present(now) {
    const missing = !shown.map;
    dom.clear(parts.title, titleOf(now));
    parts.layout.hidden = missing;
    parts.missing.hidden = !missing;
    parts.missing.textContent = missing ? absent(now) : "";
    if (!missing) {
      parts.threshold.mark(shown.map.otsu);
      parts.drawChart();
      parts.key.textContent = shown.mask
        ? "Hatched: places in the mask. Ring: the highest IoU. Dashed line: Otsu’s threshold."
        : "No masks are chosen, so there is nothing to score.";
      parts.threshold.live.hidden = !shown.mask;
    }
    presentNumbers(now);
    dom.say(missing ? `${titleOf(now)}: ${absent(now)}` : titleOf(now) + atOtsu());
  }

  const atOtsu = () =>
    shown.curves
      ? `: IoU ${dom.number(scores.at(shown.curves, shown.map.otsu, "iou"))} at Otsu's threshold`
      : "";

  function absent(now) {
    const place = placeOf(now);
    if (place) {
      const { word, why } = store.cellState(now.explainer, now.network, place, now.expression);
      return `There is no heatmap here: ${word}${why ? `, ${why}` : ""}.`;
    }
    const why =
      now.network === store.mean
        ? "no network that learned has one"
        : store.panelState(now.explainer, now.network, now.expression).text;
    return `There is no heatmap here: ${why}.`;
  }

  function presentNumbers(now) {
    const place = placeOf(now);
    const scored = now.masks >= 0 && exploreScores.known(now, place);
    parts.numbers.hidden = !scored;
    if (scored) {
      const { label, takes } = store.metric(now.metric);
      const only =
        takes === "mask" && !scores.names.includes(now.metric)
          ? " at Otsu’s threshold only"
          : takes === "mask"
            ? " at Otsu’s threshold"
            : "";
      parts.ladderTitle.textContent = `${label}${only}, and what it is compared with`;
      dom.clear(parts.scores, exploreScores.table(now, place));
      parts.why.textContent = place ? "" : exploreScores.why(now);
      parts.drawLadder();
    }
    dom.clear(
      parts.basis,
      exploreScores
        .basis(now, place)
        .map(([name, text]) => dom.el("div", {}, dom.el("dt", {}, name), dom.el("dd", {}, text))),
    );
  }

  function drawChart(width) {
    if (!shown?.map) return;
    const { all, inside, iou } = shown;
    parts.cut = charts.cut({ values: iou, all, inside, otsu: shown.map.otsu, width, name: "IoU" });
    dom.clear(parts.chart, parts.cut.node);
    parts.cut.move(level);
  }

  function drawLadder(width) {
    const now = state.get();
    const rows = exploreScores.ladder(now, placeOf(now));
    const label = `${store.metric(now.metric).label} and what it is compared with`;
    dom.clear(parts.ladder, rows.length ? strips.draw({ rows, width, label }) : dom.el("p", {}, "No score."));
    dom.roving(parts.ladder, ".strip");
  }

  /* The heatmap without what the slider moves; lines are drawn here too, since they stay. */
  function paintBase(now) {
    const most = now.scale === "common" ? highest(now.explainer, placeOf(now)) : shown.map.high;
    const looks = [now.opacity, most, now.contour, now.landmarks].join();
    if (shown.looks !== looks) {
      shown.looks = looks;
      shown.base = paint.heatmap(shown.bytes, shown.map, shown.background, { opacity: now.opacity, most });
      const mask =
        now.contour && now.masks >= 0 ? `, with the mask of ${study.maskSets[now.masks].name}` : "";
      const label = `Heatmap of ${titleOf(now)}${mask}`;
      face.show(parts.picture, shown.base, { ...linesOf(now), label });
      parts.colours.show(most, now.scale === "common");
    }
  }

  const linesOf = (now) => ({
    contour: now.contour ? store.contour(now.masks, now.expression) : null,
    landmarks: now.landmarks,
  });

  /* The highest value of all maps of an explainer: of means, or of folds. */
  function highest(e, place) {
    const maps = study.maps[e].flatMap((places) =>
      (places ?? []).filter((_, p) => Boolean(p) === Boolean(place)).flat(),
    );
    return Math.max(...maps.filter((map) => map).map((map) => map.high));
  }

  function move(to) {
    level = to;
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      if (shown?.map) frame();
    });
  }

  /* What the slider moves: numbers from what was counted, and the outline. */
  function frame() {
    parts.threshold.show(level, shown);
    parts.cut?.move(level);
    paint.draw(parts.picture.canvas, pixels(state.get()));
  }

  function pixels(now) {
    if (!now.region) return shown.base;
    return paint.outline(shown.base.slice(), (i) => shown.bytes[i] > level, [255, 255, 255]);
  }

  async function svg() {
    if (!shown?.map) return null;
    const now = state.get();
    const picture = await face.asSvg(pixels(now), { ...linesOf(now), y: 24, times: 2 });
    const found = shown.curves ? `, IoU ${dom.number(scores.at(shown.curves, level, "iou"))}` : "";
    const told = `Threshold ${level}${level === shown.map.otsu ? " (Otsu)" : ""}${found}`;
    const [width, height] = [2 * study.width, 2 * study.height + 48];
    const size = { viewBox: `0 0 ${width} ${height}`, width, height };
    return dom.svg("svg", size, charts.text(0, 16, titleOf(now)), picture, charts.text(0, height - 6, told));
  }

  /* The heatmap over the face, without lines. */
  async function picture() {
    return shown?.map ? { rgba: shown.base, width: study.width, height: study.height } : null;
  }

  function table() {
    const now = state.get();
    const live = shown?.curves
      ? scores.names.map((name) => [name, scores.at(shown.curves, level, name)])
      : [];
    const own =
      now.masks < 0 ? [] : exploreScores.file(now, placeOf(now), [level, Object.fromEntries(live)]);
    const rows = [...own, ...exploreTrust.file(now)];
    return now.masks < 0 && !rows.length ? null : [exploreScores.HEADER, ...rows];
  }

  const fileName = (now) =>
    [
      "explore",
      store.networkName(now.network),
      study.expressions[now.expression],
      store.placeName(placeOf(now)),
    ]
      .join("_")
      .replace(/[^\p{L}\p{N}_-]+/gu, "-");

  return {
    name: "explore",
    title: "Explore",
    choices: ["explainer", "masks", "metric", "network", "fold", "expression"],
    build,
    show,
    exports: () => ({ name: fileName(state.get()), svg, picture, table }),
  };
})();
