"use strict";
/* Elements built from parts: no text of the study is ever read as markup. */

const dom = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const SAID_AFTER = 250; // ms; a slider would otherwise flood a screen reader
  let saying = 0;

  /* An HTML element. Attributes that are null or false are left out; `on` holds listeners by event. */
  function el(tag, attributes = {}, ...children) {
    return filled(document.createElement(tag), attributes, children);
  }

  /* Likewise an SVG element. */
  function svg(tag, attributes = {}, ...children) {
    return filled(document.createElementNS(SVG, tag), attributes, children);
  }

  function filled(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") {
        for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
      } else if (value !== null && value !== undefined && value !== false) {
        node.setAttribute(name, value === true ? "" : value);
      }
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }

  function clear(node, ...children) {
    node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }

  /* Tell screen readers, once what is told has settled. */
  function say(text) {
    clearTimeout(saying);
    saying = setTimeout(() => {
      document.getElementById("said").textContent = text;
    }, SAID_AFTER);
  }

  /* A number as in the tables, to some digits; a dash where it is missing. */
  function number(value, digits = 3) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    return Number(value).toFixed(digits).replace(/^-/, "−").replace("Infinity", "∞");
  }

  /* A choice from a list: options are {value, text, group, disabled}. */
  function select(label, options, value, change) {
    const node = el("select", { on: { change: () => change(node.value) } });
    const groups = new Map();
    for (const one of options) {
      const option = el("option", { value: one.value, disabled: one.disabled }, one.text);
      if (one.group) {
        if (!groups.has(one.group))
          groups.set(one.group, node.appendChild(el("optgroup", { label: one.group })));
        groups.get(one.group).append(option);
      } else {
        node.append(option);
      }
    }
    node.value = value;
    return el("label", { class: "choice" }, el("span", {}, label), node);
  }

  /* One button of several that are on or off. */
  function toggle(label, on, change) {
    const node = el("button", { type: "button", class: "toggle", "aria-pressed": String(on) }, label);
    node.addEventListener("click", () => change(node.getAttribute("aria-pressed") !== "true"));
    return node;
  }

  /*
   * One stop of the Tab key for many marks: arrow keys move among those that `selector` finds, Home and End to
   * the first and last. columns: how many are in a row, where up and down mean something else than left and right.
   */
  function roving(container, selector, columns = 1) {
    const marks = () => [...container.querySelectorAll(selector)];
    // buttons and links can be reached from the start, so that all of them would be stops
    const begun = () => marks().filter((one) => one.tabIndex === 0).length === 1;
    const begin = () => {
      const all = marks();
      const kept = all.find((one) => one.getAttribute("aria-current") === "true") ?? all[0];
      for (const one of all) one.tabIndex = one === kept ? 0 : -1;
    };
    const move = (place) => {
      const all = marks();
      const to = all[Math.min(Math.max(place, 0), all.length - 1)];
      if (!to) return;
      for (const one of all) one.tabIndex = one === to ? 0 : -1;
      to.focus();
    };
    if (!container.dataset.roving) {
      container.dataset.roving = "yes";
      container.addEventListener("keydown", (event) => {
        const all = marks();
        const at = all.indexOf(document.activeElement);
        const wide = Number(container.dataset.columns ?? columns);
        const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide };
        if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key in steps) {
          if (at + steps[event.key] in all) move(at + steps[event.key]);
        } else if (event.key === "Home") move(0);
        else if (event.key === "End") move(all.length - 1);
        else return;
        event.preventDefault();
      });
      container.addEventListener("focusin", (event) => {
        const all = marks();
        if (all.includes(event.target)) for (const one of all) one.tabIndex = one === event.target ? 0 : -1;
      });
    }
    container.dataset.columns = columns;
    if (!begun()) begin();
  }

  /* A table: the header's texts, rows of texts or nodes; the first column names the rows. */
  function table(caption, header, rows, numbersFrom = 1) {
    const kind = (place) => (place >= numbersFrom ? "number" : null);
    const head = header.map((text, place) => el("th", { scope: "col", class: kind(place) }, text));
    const body = rows.map((row) =>
      el(
        "tr",
        {},
        row.map((value, place) =>
          place ? el("td", { class: kind(place) }, value) : el("th", { scope: "row" }, value),
        ),
      ),
    );
    return el(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
      el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)),
    );
  }

  return { el, svg, clear, say, number, select, toggle, roving, table };
})();
