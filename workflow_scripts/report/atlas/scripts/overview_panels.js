"use strict";
/* The panels of the overview: their order, their scores, their states. */

const overviewPanels = (() => {
  const { study } = store;

  /* Ways to sort: what the address says, the words, and the value to sort by (none: another order). */
  function sorts(now) {
    const label = store.metric(now.metric).label;
    const byScore = (x) => (n) => store.entry(now.explainer, now.masks, n, x, now.metric)?.estimate ?? null;
    const scored =
      now.masks < 0
        ? []
        : [
            { value: "average", text: `${label}, average`, of: byScore(store.ALL) },
            ...study.expressions.map((name, x) => ({
              value: `score ${name}`,
              text: `${label}, ${name}`,
              of: byScore(x),
            })),
          ];
    return [
      { value: "study", text: "order of the study" },
      { value: "name", text: "name" },
      ...scored,
      { value: "accuracy", text: "accuracy", of: (n) => study.networks[n].accuracy.estimate },
      ...study.expressions.map((name, x) => ({
        value: `tree ${name}`,
        text: `tree of ${name}: alike side by side`,
        of: leaf(study.trees[now.explainer][x].names),
        ascending: true,
      })),
    ];
  }

  /* The place of a network among the leaves of a tree; none if it was left out. */
  function leaf(names) {
    const places = new Map(names.map((name, place) => [name, place]));
    return (n) => places.get(study.networks[n].name) ?? null;
  }

  /* The networks in the order that is asked for, best first; those without a value come last. */
  function order(now) {
    const places = [...study.networks.keys()];
    const by = sorts(now).find((one) => one.value === now.sort);
    if (by?.value === "name")
      return places.sort((a, b) =>
        study.networks[a].name.localeCompare(study.networks[b].name, "en", { numeric: true }),
      );
    if (!by?.of) return places;
    const lower = by.value !== "accuracy" && store.metric(now.metric).better === "lower";
    const way = by.ascending || lower ? 1 : -1;
    const value = new Map(places.map((n) => [n, by.of(n)]));
    const rank = (n) => (value.get(n) === null ? Infinity : way * value.get(n));
    return places.sort((a, b) => (rank(a) === rank(b) ? a - b : rank(a) - rank(b)));
  }

  /* Networks under the names of their groups, where the order is the study's and there are groups. */
  function grouped(now) {
    const found = [{ group: "", networks: [store.mean] }];
    const inOrder = !sorts(now).find((one) => one.value === now.sort)?.of && now.sort !== "name";
    for (const n of order(now)) {
      const group = inOrder ? study.networks[n].group.replaceAll("_", " ") : "";
      const known = found.find((one) => one.group === group && (group || one !== found[0]));
      if (known) known.networks.push(n);
      else found.push({ group, networks: [n] });
    }
    return found;
  }

  /* The mean of fold scores of a panel: as it is shown, and as it is said. */
  function scoreOf(now, n, x) {
    if (now.masks < 0) return { shown: "", said: "", entry: null };
    const entry = store.entry(now.explainer, now.masks, n, x, now.metric);
    if (!entry || entry.estimate === null) return { shown: "–", said: "no score", entry };
    const { q } = store.test(now.explainer, now.masks, n, x, now.metric);
    const sure = q !== null && q < 0.05;
    const number = dom.number(entry.estimate);
    const tested = q === null ? "" : `, q ${dom.number(q)}`;
    return {
      shown: sure ? `${number}*` : number,
      said: `${store.metric(now.metric).label} ${number}${tested}`,
      entry,
    };
  }

  /* The state of a panel in words and symbols. */
  function stateOf(e, n, x) {
    if (n === store.mean)
      return { text: store.map(e, n, 0, x) ? "" : "no network that learned has a heatmap", symbols: "" };
    const { text, symbols, noisy, learned } = store.panelState(e, n, x);
    return { text, symbols: `${symbols}${noisy ? "≈" : ""}${learned ? "" : "†"}` };
  }

  return { sorts, order, grouped, scoreOf, stateOf };
})();
