"use strict";
/* What the atlas is, how it is read and operated, and what may be done with it. */

const aboutView = (() => {
  const { study } = store;
  const { texts } = study;
  const paragraphs = (list) => list.map((text) => dom.el("p", {}, text));

  function build(root) {
    const parts = [
      part("reading", "How to read this atlas", reading()),
      part("terms", "Words and scores", terms()),
      part("keys", "Keys", keys()),
      part("methods", "Methods", methods()),
      part("citation", "How to cite", citation()),
      part("licences", "Licences", [...paragraphs(texts.licences), ...datasets()]),
      part("absent", "What is not in this file", absent()),
    ];
    const links = parts.map(({ name, title, node }) =>
      dom.el(
        "li",
        {},
        jump(title, () => node.querySelector("h3"), name),
      ),
    );
    dom.clear(
      root,
      dom.el("h2", {}, "About"),
      dom.el(
        "p",
        {},
        "What the maps and numbers of this atlas mean, how to move in it without a mouse, and how to cite it.",
      ),
      dom.el("ul", { class: "contents", "aria-label": "Contents of this view" }, links),
      parts.map(({ node }) => node),
    );
  }

  function part(name, title, children) {
    const heading = dom.el("h3", { id: `about-${name}`, tabindex: "-1" }, title);
    return {
      name,
      title,
      node: dom.el("section", { class: `of-${name}`, "aria-labelledby": `about-${name}` }, heading, children),
    };
  }

  /* A button and not a link: the part of the address after # says what is shown. */
  function jump(title, target) {
    const go = () => {
      target().scrollIntoView();
      target().focus({ preventScroll: true });
    };
    return dom.el("button", { type: "button", class: "jump", on: { click: go } }, title);
  }

  function reading() {
    return texts.read.flatMap(({ title, text }) => [dom.el("h4", {}, title), ...paragraphs(text)]);
  }

  function terms() {
    return [
      dom.el(
        "dl",
        {},
        texts.terms.flatMap(({ name, text }) => [dom.el("dt", {}, name), dom.el("dd", {}, text.join(" "))]),
      ),
    ];
  }

  function keys() {
    const row = ([key, what]) =>
      dom.el("tr", {}, dom.el("th", { scope: "row" }, key), dom.el("td", {}, what));
    const group = ({ where, keys: all }) =>
      dom.el(
        "tbody",
        {},
        dom.el("tr", {}, dom.el("th", { scope: "rowgroup", colspan: 2, class: "where" }, where)),
        all.map(row),
      );
    return [
      dom.el("p", {}, "Everything can be reached with the keyboard. A ring shows where you are."),
      dom.el(
        "div",
        { class: "scroll", tabindex: "0", role: "group", "aria-label": "Keys" },
        dom.el(
          "table",
          {},
          dom.el("caption", { class: "unseen" }, "Keys, by view"),
          dom.el(
            "thead",
            {},
            dom.el(
              "tr",
              {},
              dom.el("th", { scope: "col" }, "Key"),
              dom.el("th", { scope: "col" }, "What it does"),
            ),
          ),
          texts.keys.map(group),
        ),
      ),
    ];
  }

  function methods() {
    const text = study.methods.trim();
    return [
      dom.el(
        "p",
        { class: "note" },
        "Text for a paper on this study, made from its settings: check it, shorten it, use it.",
      ),
      dom.el("div", { class: "quoted", id: "methods-text" }, paragraphs(text.split(/\n\s*\n/))),
      copying("Copy the methods", text, "The methods are"),
    ];
  }

  function citation() {
    const bibtex = texts.cited.map((one) => one.bibtex).join("\n\n");
    return [
      dom.el(
        "ul",
        {},
        texts.cited.map((one) => dom.el("li", {}, one.text)),
      ),
      dom.el(
        "details",
        {},
        dom.el("summary", {}, "BibTeX"),
        dom.el("pre", { class: "scroll", tabindex: "0" }, bibtex),
        copying("Copy the BibTeX", bibtex, "The BibTeX is"),
      ),
    ];
  }

  /* A button that copies a text; where a browser does not let files do so, the text is shown selected. */
  function copying(label, text, what) {
    const field = dom.el("textarea", {
      readonly: true,
      rows: 6,
      hidden: true,
      "aria-label": `${what} here to copy`,
    });
    field.value = text;
    const said = dom.el("span", { class: "note" });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(text);
        said.textContent = `${what} copied.`;
      } catch {
        field.hidden = false;
        field.focus();
        field.select();
        said.textContent = `${what} selected: copy with Ctrl + C (on a Mac, Command + C).`;
      }
      dom.say(said.textContent);
    };
    return dom.el(
      "div",
      { class: "copying" },
      dom.el("button", { type: "button", on: { click: copy } }, label),
      said,
      field,
    );
  }

  function datasets() {
    const shown = (one) => (one.shareable ? "its images may be shown" : "its images are not shown");
    const item = (one) =>
      dom.el(
        "li",
        {},
        dom.el("b", {}, one.name),
        `: ${shown(one)}.`,
        one.note ? ` ${one.note.replace(/\.?$/, ".")}` : "",
      );
    return [dom.el("p", {}, "Data sets of this study:"), dom.el("ul", {}, study.datasets.map(item))];
  }

  function absent() {
    const holds = { always: true, no_pictures: !study.pictured, beside: Object.keys(study.files).length > 0 };
    return [
      dom.el(
        "ul",
        {},
        texts.absent.filter((one) => holds[one.when]).map((one) => dom.el("li", {}, one.text.join(" "))),
      ),
    ];
  }

  function table() {
    return [
      ["view", "key", "what it does"],
      ...texts.keys.flatMap((one) => one.keys.map((row) => [one.where, ...row])),
    ];
  }

  return {
    name: "about",
    title: "About",
    choices: [],
    build,
    async show() {},
    exports: () => ({ name: "atlas_keys", svg: null, picture: null, table }),
  };
})();
