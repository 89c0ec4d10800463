"use strict";
/* The lists that say what is shown; each view names those that it heeds. */

const choices = (() => {
  const { study } = store;
  const made = new Map(); // name -> {node, select}
  const numbered = (names) => names.map((text, value) => ({ value, text }));
  const networks = () => {
    const group = (one) =>
      study.networks.some((other) => other.group) ? one.group.replaceAll("_", " ") : "";
    const found = study.networks.map((one, value) => ({ value, text: marked(one), group: group(one) }));
    return [{ value: store.mean, text: "mean of networks" }, ...found];
  };
  const places = () => numbered(["mean over folds", ...study.folds.map((fold) => `fold ${fold}`)]);
  const masks = () => [...numbered(study.maskSets.map((one) => one.name)), { value: -1, text: "no masks" }];
  const KINDS = {
    explainer: { label: "Explainer", options: () => numbered(study.explainers) },
    masks: { label: "Masks", options: masks },
    metric: {
      label: "Score",
      options: () => study.metrics.map((one) => ({ value: one.name, text: one.label })),
    },
    network: { label: "Network", options: networks },
    fold: { label: "Fold", options: places },
    expression: { label: "Expression", options: () => numbered(study.expressions) },
  };

  function marked(network) {
    return network.learned === false ? `${network.name} †` : network.name;
  }

  function build(root) {
    for (const [name, kind] of Object.entries(KINDS)) {
      const options = kind.options();
      const change = (value) =>
        state.set({ [name]: name === "metric" ? value : Number(value) }, { push: true });
      const node = dom.select(kind.label, options, state.get()[name], change);
      made.set(name, { node, select: node.querySelector("select"), several: options.length > 1 });
      root.append(node);
    }
  }

  /* Show the lists that a view heeds, if there is a choice. */
  function show(view, now) {
    for (const [name, { node, select, several }] of made) {
      node.hidden = !several || !(view.choices ?? []).includes(name);
      select.value = String(now[name]);
    }
  }

  /* What can be chosen in one of the lists, as for `dom.select`. */
  const options = (name) => KINDS[name].options();

  return { build, show, marked, options };
})();
