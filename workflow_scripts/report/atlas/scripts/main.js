"use strict";
/* The page: its head, the views and what they have in common. */

(() => {
  const { study } = store;
  const views = [overviewView, exploreView, compareView, evidenceView, similarityView, aboutView];
  const main = document.getElementById("main");
  const built = new Map();
  const links = new Map();

  function head() {
    const made = `Written ${study.day} (UTC) by lookalike ${study.version}.`;
    document
      .getElementById("header")
      .append(
        dom.el("h1", {}, study.title),
        dom.el(
          "p",
          { class: "made" },
          `Atlas. ${made} `,
          dom.el("a", { href: "index.html" }, "The report"),
          " has the answer in words.",
        ),
      );
    const list = views.map((view) => {
      const open = (event) => {
        event.preventDefault();
        state.set({ view: view.name }, { push: true });
      };
      links.set(view.name, dom.el("a", { href: `#view=${view.name}`, on: { click: open } }, view.title));
      return dom.el("li", {}, links.get(view.name));
    });
    document.getElementById("views").append(dom.el("ul", {}, list));
  }

  function current() {
    return views.find((view) => view.name === state.get().view) ?? views[0];
  }

  async function show(now, before) {
    const view = current();
    for (const [name, link] of links) {
      if (name === view.name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (!built.has(view.name)) {
      const root = dom.el("section", { class: view.name, "aria-label": view.title });
      built.set(view.name, root);
      view.build(root);
    }
    if (main.firstElementChild !== built.get(view.name)) {
      dom.clear(main, built.get(view.name));
      document.title = `${view.title}: ${study.title}`;
      if (before && before.view !== now.view) scrollTo(0, 0);
    }
    choices.show(view, now);
    try {
      await view.show(now, before);
      if (view === current()) takeaway.refresh();
    } catch (error) {
      dom.say(error.message);
      takeaway.problem(error.message);
    }
  }

  head();
  choices.build(document.getElementById("choices"));
  takeaway.build(document.getElementById("footer"), current);
  state.listen(show);
  show(state.get(), null);
})();
