"use strict";
/* What is shown, in the address: a link to the page opens the same view again. */

const state = (() => {
  const { study } = store;
  const listeners = [];
  const index = (names, name) => Math.max(names.indexOf(name), 0);
  const networkNames = [...study.networks.map((one) => one.name), "mean of networks"];
  const placeNames = ["mean", ...study.folds.map(String)];
  const sets = study.maskSets.map((one) => one.name);
  const metrics = study.metrics.map((one) => one.name);
  const flag = { read: (text) => text === "yes", write: (on) => (on ? "yes" : "no") };
  const word = { read: (text) => text, write: (text) => text };
  const named = (names) => ({ read: (text) => index(names, text), write: (place) => names[place] });
  const shares = {
    read: (text) => Math.min(Math.max(Number(text) || 0, 0), 1),
    write: (value) => String(value),
  };
  const whole = (most) => ({
    read: (text) => (/^\d+$/.test(text) ? Math.min(Number(text), most) : null),
    write: (value) => String(value),
  });
  const masked = { read: (text) => sets.indexOf(text), write: (place) => sets[place] ?? "none" };
  const FORMS = {
    view: word,
    explainer: named(study.explainers),
    masks: masked,
    metric: { read: (text) => (metrics.includes(text) ? text : metrics[0]), write: (text) => text },
    network: named(networkNames),
    fold: named(placeNames),
    expression: named(study.expressions),
    threshold: whole(255),
    opacity: shares,
    contour: flag,
    region: flag,
    landmarks: flag,
    scale: { read: (text) => (text === "common" ? "common" : "own"), write: (text) => text },
    b_network: named(networkNames),
    b_fold: named(placeNames),
    b_expression: named(study.expressions),
    b_explainer: named(study.explainers),
    way: word,
    cut: shares, // of the picture's width, where A ends and B begins
    image: whole(Number.MAX_SAFE_INTEGER),
    sort: word,
    strips: named(["average", ...study.expressions]),
  };
  const BEGIN = {
    view: "overview",
    explainer: 0,
    masks: sets.length ? 0 : -1,
    metric: metrics.includes("auc") ? "auc" : metrics[0],
    network: Math.max(
      study.networks.findIndex((one) => one.learned),
      0,
    ),
    fold: 0,
    expression: 0,
    threshold: null, // Otsu's
    opacity: 1,
    contour: true,
    region: true,
    landmarks: false,
    scale: "own",
    b_network: study.networks.length > 1 ? 1 : 0,
    b_fold: 0,
    b_expression: 0,
    b_explainer: 0,
    way: "side",
    cut: 0.5,
    image: null,
    sort: "study",
    strips: 0, // the average
  };
  let now = read();

  function read() {
    const found = { ...BEGIN };
    for (const [key, text] of new URLSearchParams(location.hash.slice(1))) {
      if (key in FORMS) found[key] = FORMS[key].read(text);
    }
    return found;
  }

  function fragment() {
    const parts = new URLSearchParams();
    for (const [key, form] of Object.entries(FORMS)) {
      if (now[key] !== BEGIN[key] || key === "view") parts.set(key, form.write(now[key]));
    }
    return `#${parts}`;
  }

  /* Change what is shown; `push` keeps what was shown before for the browser's back button. */
  function set(changes, { push = false } = {}) {
    const before = now;
    now = { ...now, ...changes };
    if (
      !("threshold" in changes) &&
      ["network", "fold", "expression", "explainer"].some((key) => now[key] !== before[key])
    ) {
      now.threshold = null;
    }
    if (push) history.pushState(null, "", fragment());
    else history.replaceState(null, "", fragment());
    tell(before);
  }

  function tell(before) {
    for (const listener of listeners) listener(now, before);
  }

  function again() {
    const before = now;
    now = read();
    tell(before);
  }

  addEventListener("popstate", again);
  addEventListener("hashchange", again);

  return {
    get: () => now,
    set,
    listen: (listener) => listeners.push(listener),
    link: (changes = {}) => {
      const kept = now;
      now = { ...now, ...changes };
      const made = location.href.split("#")[0] + fragment();
      now = kept;
      return made;
    },
  };
})();
