"use strict";
/* What a reader takes away from a view: a drawing, a picture, a table, a link, notes; and what went wrong. */

const takeaway = (() => {
  const { study } = store;
  let current = null; // returns the view that is shown
  let problems = null;
  const parts = {}; // the elements that change
  const KINDS = {
    svg: { label: "SVG", about: "the drawing, with labels", none: "this view has no drawing", save: saveSvg },
    picture: {
      label: "PNG",
      about: "the picture alone, without labels and lines",
      none: "this view has no picture",
      save: savePng,
    },
    table: { label: "CSV", about: "the numbers of this view", none: "this view has no table", save: saveCsv },
  };
  const WORDS = {
    explainer: (now) => (study.explainers.length > 1 ? `explainer ${study.explainers[now.explainer]}` : null),
    network: (now) => store.networkName(now.network),
    fold: (now) => store.placeName(now.fold),
    expression: (now) => study.expressions[now.expression],
    masks: (now) => (now.masks < 0 ? "no masks" : `masks ${study.maskSets[now.masks].name}`),
    metric: (now) => store.metric(now.metric)?.label ?? null,
  };

  /* What is shown, in words: the view, and what its lists are set to. */
  function words() {
    const view = current();
    const now = state.get();
    const said = Object.keys(WORDS)
      .filter((name) => (view.choices ?? []).includes(name))
      .map((name) => WORDS[name](now));
    if (view.name === "explore" && now.threshold !== null) said.push(`threshold ${now.threshold} of 255`);
    if (view.name === "compare") said.push(`with ${compared(now)}`);
    const rest = said.filter((one) => one).join(", ");
    return rest ? `${view.title}: ${rest}` : view.title;
  }

  function compared(now) {
    const explainer = study.explainers.length > 1 ? [study.explainers[now.b_explainer]] : [];
    return [
      store.networkName(now.b_network),
      store.placeName(now.b_fold),
      study.expressions[now.b_expression],
      ...explainer,
    ].join(" ");
  }

  async function saveSvg(of) {
    const drawing = await of.svg();
    if (!drawing) return null;
    const made = `lookalike ${study.version}, written ${study.day} (UTC).`;
    const name = files.safeName(of.name, "svg");
    files.save(standalone.text(drawing, study.title, [`${words()}.`, made]), "image/svg+xml", name);
    return name;
  }

  async function savePng(of) {
    const picture = await of.picture();
    if (!picture) return null;
    const name = files.safeName(of.name, "png");
    files.save(await paint.png(picture.rgba, picture.width, picture.height), "image/png", name);
    return name;
  }

  async function saveCsv(of) {
    const rows = await of.table();
    if (!rows) return null;
    const name = files.safeName(of.name, "csv");
    files.save(files.csv(rows), "text/csv", name);
    return name;
  }

  async function take(name) {
    const kind = KINDS[name];
    try {
      const saved = await kind.save(current().exports());
      tell(
        saved
          ? `${saved} is saved.`
          : `There is nothing to save: what this view shows now has no ${name === "table" ? "table" : "picture"}.`,
      );
    } catch (error) {
      problem(`The ${kind.label} file could not be made: ${error.message}`);
    }
  }

  async function copyLink() {
    const link = state.link();
    parts.field.value = link;
    try {
      await navigator.clipboard.writeText(link);
      parts.address.hidden = true;
      tell("The link is copied. It works where this file is.");
    } catch {
      parts.address.hidden = false; // files may not use the clipboard in every browser
      parts.field.focus();
      parts.field.select();
      tell("Copy the selected link.");
    }
  }

  function tell(text) {
    parts.said.textContent = text;
    dom.say(text);
  }

  /* Say what went wrong, above the view, until the reader closes it. */
  function problem(text) {
    const message = dom.el("p", {}, text);
    if ([...problems.querySelectorAll("p")].some((one) => one.textContent === text)) return;
    const close = () => {
      box.remove();
      document.getElementById("main").focus();
    };
    const box = dom.el(
      "div",
      { class: "problem", role: "alert" },
      message,
      dom.el("button", { type: "button", on: { click: close } }, "Close"),
    );
    problems.append(box);
  }

  /* Show which files the view offers now; what it does not offer says why. Called when the view is shown. */
  function refresh() {
    const offered = current().exports();
    for (const [name, kind] of Object.entries(KINDS)) {
      parts[name].button.disabled = !offered[name];
      parts[name].about.textContent = offered[name] ? kind.about : kind.none;
    }
    parts.said.textContent = "";
    parts.address.hidden = true;
  }

  function offer(name, label, about, take) {
    const button = dom.el(
      "button",
      { type: "button", id: `take-${name}`, "aria-describedby": `take-${name}-about`, on: { click: take } },
      label,
    );
    parts[name] = { button, about: dom.el("span", { class: "note", id: `take-${name}-about` }, about) };
    return dom.el("li", {}, button, parts[name].about);
  }

  function build(footer, currentView) {
    current = currentView;
    problems = dom.el("div", { id: "problems" });
    document.getElementById("main").before(problems);
    parts.field = dom.el("input", { type: "text", readonly: true, id: "take-address" });
    parts.address = dom.el(
      "p",
      { hidden: true },
      dom.el("label", { for: "take-address" }, "Link to this view"),
      parts.field,
    );
    parts.said = dom.el("p", { class: "note", id: "take-said" });
    const copies = offer(
      "link",
      "Copy link",
      "opens this view again, where this file is; in a copy of the file elsewhere, use the part from # on",
      copyLink,
    );
    footer.append(
      dom.el("h2", {}, "Take away"),
      dom.el(
        "ul",
        { class: "takeaway" },
        Object.entries(KINDS).map(([name, kind]) => offer(name, kind.label, kind.about, () => take(name))),
        copies,
      ),
      parts.address,
      parts.said,
    );
    notes.build(footer);
  }

  return { build, refresh, problem, words };
})();
