"use strict";
/* A reviewer's notes: one for each link, kept by the browser where it can, and taken away as files. */

const notes = (() => {
  const FORMAT = "lookalike atlas notes";
  const MOST = 5_000_000; // bytes of a file of notes
  const { study } = store;
  const KEY = `${FORMAT}: ${study.title}, ${study.day}`;
  let kept = []; // {fragment, about, text, changed}, in the order of their views' first notes
  let stored = true; // whether the browser keeps them
  let shown = {}; // the elements that change

  const fragmentNow = () => state.link().split("#")[1] ?? "";

  function read() {
    try {
      kept = valid(JSON.parse(localStorage.getItem(KEY) ?? "null")?.notes ?? []);
    } catch {
      stored = false;
    }
  }

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(content()));
    } catch {
      stored = false;
    }
    shown.where.textContent = where();
  }

  function where() {
    return stored
      ? "This browser keeps them for the atlas written on this day; one written anew has none. Download them."
      : "This browser keeps nothing for this page: they are lost when it is closed. Download them before.";
  }

  const content = () => ({
    format: FORMAT,
    study: study.title,
    day: study.day,
    version: study.version,
    notes: kept,
  });

  /* Those notes of a list that are notes: texts stay texts, whatever they hold. */
  function valid(list) {
    const texts = ["fragment", "about", "text", "changed"];
    return (Array.isArray(list) ? list : [])
      .filter(
        (one) => one && typeof one.fragment === "string" && typeof one.text === "string" && one.text.trim(),
      )
      .map((one) =>
        Object.fromEntries(texts.map((name) => [name, typeof one[name] === "string" ? one[name] : ""])),
      );
  }

  /* Note something on the view of a link; an empty text deletes its note. */
  function write(fragment, about, text) {
    const place = kept.findIndex((one) => one.fragment === fragment);
    const note = { fragment, about, text, changed: new Date().toISOString() };
    if (!text.trim()) kept = kept.filter((one) => one.fragment !== fragment);
    else if (place < 0) kept = [...kept, note];
    else kept = kept.map((one, at) => (at === place ? note : one));
    keep();
    list();
  }

  /* Add notes of a file to those that are there; where both have one on a view, both texts stay. */
  function merge(others) {
    for (const one of others) {
      const own = kept.find((other) => other.fragment === one.fragment);
      if (!own) kept = [...kept, one];
      else if (!own.text.includes(one.text)) own.text = `${own.text}\n\n${one.text}`;
    }
    keep();
    list();
    show();
  }

  function load(input) {
    const [file] = input.files;
    if (!file) return;
    input.value = "";
    const fail = (why) => takeaway.problem(`${file.name} was not loaded: ${why}`);
    if (file.size > MOST) {
      fail("it is too large for a file of notes.");
      return;
    }
    const reader = new FileReader();
    reader.addEventListener("error", () => fail("it could not be read."));
    reader.addEventListener("load", () => {
      let found = null;
      try {
        found = JSON.parse(reader.result);
      } catch {
        fail("it is no JSON file.");
        return;
      }
      if (found?.format !== FORMAT) {
        fail("it has no notes of an atlas. Take a file that this page's button “Download as JSON” made.");
        return;
      }
      const others = valid(found.notes);
      merge(others);
      const elsewhere = found.study === study.title ? "" : ` They are on another study: ${found.study}.`;
      tell(`${others.length} ${others.length === 1 ? "note" : "notes"} loaded.${elsewhere}`);
    });
    reader.readAsText(file);
  }

  function tell(text) {
    shown.said.textContent = text;
    dom.say(text);
  }

  function markdown() {
    const line = (text) => text.replace(/\s+/g, " ");
    const parts = kept.map(
      (one) => `## ${line(one.about)}\n\n${one.text.trim()}\n\nView: \`#${one.fragment}\`\n`,
    );
    return [
      `# Notes on ${line(study.title)}\n\nAtlas of ${study.day}, lookalike ${study.version}.\n`,
      ...parts,
    ].join("\n");
  }

  function list() {
    const item = (one) => {
      const button = (label, about, click) =>
        dom.el("button", { type: "button", "aria-label": `${about}: ${one.about}`, on: { click } }, label);
      const open = () => {
        location.hash = one.fragment;
        document.getElementById("main").focus();
      };
      const remove = () => {
        write(one.fragment, one.about, "");
        show();
        shown.field.focus();
        tell("Note deleted.");
      };
      return dom.el(
        "li",
        {},
        dom.el("p", {}, dom.el("b", {}, one.about), dom.el("span", { class: "text" }, one.text)),
        dom.el(
          "div",
          { class: "row" },
          button("Open", "Open", open),
          button("Delete", "Delete the note on", remove),
        ),
      );
    };
    dom.clear(shown.list, kept.map(item));
    for (const one of shown.saves) one.disabled = !kept.length;
    shown.none.hidden = kept.length > 0;
    shown.count.textContent = kept.length ? ` (${kept.length})` : "";
  }

  /* The note on what is shown now. */
  function show() {
    const text = kept.find((one) => one.fragment === fragmentNow())?.text ?? "";
    if (shown.field.value !== text) shown.field.value = text;
    shown.about.textContent = `On: ${takeaway.words()}`;
  }

  function build(root) {
    read();
    const note = () => write(fragmentNow(), takeaway.words(), shown.field.value);
    const save = (label, make) => dom.el("button", { type: "button", on: { click: make } }, label);
    const name = (ending) => files.safeName(`notes on ${study.title}`, ending);
    const asText = () => files.save(markdown(), "text/markdown", name("md"));
    const asJson = () =>
      files.save(`${JSON.stringify(content(), null, 1)}\n`, "application/json", name("json"));
    const input = dom.el("input", {
      type: "file",
      accept: ".json,application/json",
      id: "notes-file",
      on: { change: () => load(input) },
    });
    shown = {
      field: dom.el("textarea", {
        rows: 3,
        id: "note",
        "aria-describedby": "note-about",
        on: { input: note },
      }),
      about: dom.el("p", { class: "note", id: "note-about" }),
      list: dom.el("ul", { class: "notes", id: "notes-list" }),
      none: dom.el("p", { class: "note" }, "No notes yet."),
      count: dom.el("span", {}),
      where: dom.el("p", { class: "note" }, where()),
      said: dom.el("p", { class: "note" }),
      saves: [save("Download as Markdown", asText), save("Download as JSON", asJson)],
    };
    root.append(
      dom.el(
        "details",
        { id: "notes" },
        dom.el("summary", {}, "Notes", shown.count),
        dom.el("label", { for: "note" }, "Your note on this view"),
        shown.about,
        shown.field,
        shown.none,
        shown.list,
        dom.el(
          "div",
          { class: "row" },
          shown.saves,
          dom.el("label", { for: "notes-file" }, "Load a JSON file of notes"),
          input,
        ),
        shown.said,
        shown.where,
      ),
    );
    list();
    show();
    state.listen(show);
  }

  return { build };
})();
