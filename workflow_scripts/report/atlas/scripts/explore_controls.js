"use strict";
/* What stands around the face of Explore: the threshold, what is drawn, the way to neighbours. */

const exploreControls = (() => {
  const { study } = store;
  const THUMB = 24; // px, of the sliders, as in explore.css
  const KEPT_AFTER = 150; // ms: the address follows a slider when it rests

  /* Calls `later` once, some time after the last call; drop: not at all. */
  function rested(later) {
    let timer = 0;
    return {
      call: (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => later(...values), KEPT_AFTER);
      },
      drop: () => clearTimeout(timer),
    };
  }

  /* The threshold's slider with Otsu's marked. moved(level): on each move; chosen(level or null): at rest. */
  function threshold(moved, chosen) {
    const keep = rested(chosen);
    const input = dom.el("input", { type: "range", id: "threshold", min: 0, max: 255, step: 1 });
    const value = dom.el("output", { id: "threshold-value", for: "threshold" });
    const amount = dom.el("span", { class: "amount" });
    const tick = dom.el("span", { class: "tick", "aria-hidden": "true" }, "Otsu");
    const otsu = dom.el("button", { type: "button", id: "otsu" }, "Otsu");
    otsu.setAttribute("aria-label", "Otsu's threshold");
    input.addEventListener("input", () => {
      moved(Number(input.value));
      keep.call(Number(input.value));
    });
    otsu.addEventListener("click", () => {
      keep.drop();
      chosen(null);
    });
    const live = dom.el("dl", { class: "live", "aria-label": "Scores at this threshold" });
    const numbers = new Map();
    for (const metric of scores.names) {
      numbers.set(metric, dom.el("dd", { id: `score-${metric}` }));
      live.append(
        dom.el("div", {}, dom.el("dt", {}, store.metric(metric)?.label ?? metric), numbers.get(metric)),
      );
    }
    const head = dom.el(
      "div",
      { class: "threshold-head" },
      dom.el("label", { for: "threshold" }, "Threshold"),
      value,
      amount,
      otsu,
    );
    const node = dom.el("div", { class: "cut" }, head, dom.el("div", { class: "slide" }, input, tick), live);

    /* level: of the slider; of: what explore.js holds of the map. */
    function show(level, of) {
      if (Number(input.value) !== level) input.value = level;
      const atOtsu = level === of.map.otsu;
      const importance = of.map.low + (level / 255) * (of.map.high - of.map.low);
      value.textContent = `${level}${atOtsu ? " (Otsu)" : ""}`;
      amount.textContent = `importance above ${dom.number(importance)}`;
      for (const [metric, one] of numbers)
        one.textContent = dom.number(of.curves ? scores.at(of.curves, level, metric) : null);
      const iou = of.curves ? `: IoU ${dom.number(scores.at(of.curves, level, "iou"))}` : "";
      input.setAttribute("aria-valuetext", `${level}${atOtsu ? ", Otsu's threshold" : ""}${iou}`);
    }

    /* The mark of Otsu's threshold below the place of the slider's thumb. */
    function mark(level) {
      tick.style.left = `calc(${THUMB / 2}px + ${level / 255} * (100% - ${THUMB}px))`;
    }

    return { node, show, mark, live, drop: keep.drop };
  }

  /* What is drawn over the face, and how. */
  function looks() {
    const TOGGLES = { contour: "Mask contour", region: "Outline above threshold", landmarks: "Landmarks" };
    const buttons = new Map();
    for (const [key, label] of Object.entries(TOGGLES)) {
      buttons.set(
        key,
        dom.toggle(label, false, (on) => state.set({ [key]: on })),
      );
      buttons.get(key).id = `show-${key}`;
    }
    const keep = rested((opacity) => state.set({ opacity }));
    const opacity = dom.el("input", { type: "range", id: "opacity", min: 0, max: 1, step: 0.05 });
    opacity.addEventListener("input", () => keep.call(Number(opacity.value)));
    const scales = [
      { value: "own", text: "own: brightest here" },
      { value: "common", text: "common: brightest of all maps" },
    ];
    const scale = dom.select("Colour scale", scales, "own", (text) => state.set({ scale: text }));
    scale.querySelector("select").id = "scale";
    const faded = dom.el("label", { class: "choice" }, dom.el("span", {}, "Opacity of the heatmap"), opacity);
    const toggles = dom.el("div", { class: "toggles", role: "group", "aria-label": "Drawn on the face" }, [
      ...buttons.values(),
    ]);
    const node = dom.el("div", { class: "looks controls" }, toggles, faded, scale);

    function show(now) {
      for (const [key, button] of buttons) button.setAttribute("aria-pressed", String(now[key]));
      buttons.get("contour").disabled = now.masks < 0;
      if (document.activeElement !== opacity) opacity.value = now.opacity;
      opacity.setAttribute("aria-valuetext", `${Math.round(100 * now.opacity)} %`);
      scale.querySelector("select").value = now.scale;
    }

    return { node, show };
  }

  /* Buttons to the neighbours in the lists of networks and expressions, round and round. */
  function steps() {
    const networks = study.networks.length + 1; // with their mean
    const step = (key, count, by) => () =>
      state.set({ [key]: (state.get()[key] + by + count) % count }, { push: true });
    const button = (id, label, text, go) =>
      dom.el("button", { type: "button", id, "aria-label": label, on: { click: go } }, text);
    const pair = (key, word, count) =>
      dom.el(
        "div",
        { class: "pair" },
        button(`previous-${key}`, `Previous ${word}`, "‹", step(key, count, -1)),
        dom.el("span", {}, word),
        button(`next-${key}`, `Next ${word}`, "›", step(key, count, 1)),
      );
    return dom.el(
      "div",
      { class: "steps controls", role: "group", "aria-label": "Neighbours" },
      pair("network", "network", networks),
      pair("expression", "expression", study.expressions.length),
    );
  }

  /* The colours of importances, from 0 to what the brightest stands for. */
  function colours() {
    const bar = dom.el("canvas", { class: "bar", role: "img" });
    const most = dom.el("span", {});
    paint.draw(bar, paint.small(Uint8Array.from({ length: 256 }, (_, level) => level)), 256, 1);
    const node = dom.el("div", { class: "colours" }, dom.el("span", {}, "0"), bar, most);
    return {
      node,
      show: (value, common) => {
        most.textContent = `${dom.number(value)} ${common ? "highest of all" : "highest here"}`;
        bar.setAttribute("aria-label", `Colours of importance, from 0 to ${dom.number(value)}`);
      },
    };
  }

  /* What the view shows, and how to read it. */
  function about() {
    const first =
      "How important each place of the standard face is for a network, and how much the important places " +
      "agree with the masks. Move the threshold to choose which places count.";
    const how =
      "Bright places made the network surer of the expression. Places above the threshold are outlined " +
      "(solid); the mask has a dashed contour. Otsu’s threshold divides the levels of a heatmap into two " +
      "groups by itself: the study’s scores of masks are at this threshold. IoU is the share of places " +
      "in both among places in either. Scores that need no threshold use the whole heatmap.";
    return dom.el(
      "div",
      {},
      dom.el("p", {}, first),
      dom.el("details", {}, dom.el("summary", {}, "How to read this"), dom.el("p", {}, how)),
    );
  }

  return { about, threshold, looks, steps, colours };
})();
