"use strict";
/* An SVG of the page as a file of its own: with the colours of light screens, on white, and what it shows. */

const standalone = (() => {
  const SMALLEST = 12; // px of text
  const MARGIN = 16;
  const LINE = 18;
  const LETTER = 7.4; // px of a letter of 12 px, generously
  const NARROWEST = 420;
  const XLINK = "http://www.w3.org/1999/xlink";
  const FONT = 'system-ui, "DejaVu Sans", sans-serif';
  const COLOURS = ["fill", "stroke"];
  // what children have from their parents; written where it differs
  const INHERITED = [
    ...["stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "fill-rule", "visibility"],
    ...[
      "font-family",
      "font-size",
      "font-weight",
      "font-style",
      "text-anchor",
      "dominant-baseline",
      "paint-order",
    ],
  ];
  const OPACITIES = ["fill-opacity", "stroke-opacity"];
  const OF_PAGE = ["class", "style", "tabindex", "aria-current", "aria-describedby", "aria-hidden"];

  /* The text of a file with a drawing; title and lines: what is written above and below it. */
  function text(drawing, title, lines) {
    const copy = drawing.cloneNode(true);
    const [left, top, wide, high] = box(drawing);
    copy.setAttribute("viewBox", `${left} ${top} ${wide} ${high}`);
    copy.setAttribute("width", wide);
    copy.setAttribute("height", high);
    Object.assign(copy.style, {
      colorScheme: "light",
      position: "absolute",
      width: `${wide}px`,
      height: `${high}px`,
    });
    beside(drawing, copy);
    try {
      inline(copy);
    } finally {
      copy.remove();
    }
    return written(framed(copy, wide, high, title, lines));
  }

  /* The drawing's own coordinates, which are its size in pixels in the file. */
  function box(drawing) {
    const own = (drawing.getAttribute("viewBox") ?? "")
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (own.length === 4 && own.every(Number.isFinite)) return own;
    const size = drawing.getBoundingClientRect();
    return [
      0,
      0,
      Number(drawing.getAttribute("width")) || size.width,
      Number(drawing.getAttribute("height")) || size.height,
    ];
  }

  /* Where the same rules of style hold for the copy: beside a drawing of the page, or in its view. */
  function beside(drawing, copy) {
    if (drawing.isConnected) drawing.after(copy);
    else document.querySelector("#main > section").append(copy);
  }

  /* Write what the page's styles say into the elements, and leave out what only the page needs. */
  function inline(root) {
    const all = [root, ...root.querySelectorAll("*")];
    const looks = all.map((one) => look(one, one === root));
    all.forEach((one, place) => {
      if (looks[place] === null) {
        one.remove();
        return;
      }
      for (const name of OF_PAGE) one.removeAttribute(name);
      for (const name of one.getAttributeNames()) if (name.startsWith("data-")) one.removeAttribute(name);
      for (const [name, value] of Object.entries(looks[place])) one.setAttribute(name, value);
      if (one.hasAttribute("href")) {
        one.setAttributeNS(XLINK, "xlink:href", one.getAttribute("href")); // known to all programs
        one.removeAttribute("href");
      }
    });
  }

  /* The attributes that give an element its look without the page; null if it is not shown. */
  function look(one, isRoot) {
    const style = getComputedStyle(one);
    const parent = isRoot ? null : getComputedStyle(one.parentNode);
    if (style.display === "none" && !["title", "desc", "defs", "clipPath"].includes(one.localName))
      return null;
    const found = {};
    for (const name of INHERITED) {
      if (!parent || style.getPropertyValue(name) !== parent.getPropertyValue(name))
        found[name] = style.getPropertyValue(name);
    }
    for (const name of COLOURS) {
      const [colour, share] = plain(style.getPropertyValue(name));
      if (!parent || style.getPropertyValue(name) !== parent.getPropertyValue(name)) found[name] = colour;
      const opacity = share * Number(style.getPropertyValue(`${name}-opacity`));
      if (opacity !== 1 || OPACITIES.some((other) => one.parentNode.hasAttribute?.(other)))
        found[`${name}-opacity`] = opacity;
    }
    if (style.opacity !== "1") found.opacity = style.opacity;
    if (["text", "tspan"].includes(one.localName)) {
      const { a = 1, b = 0 } = one.getCTM?.() ?? {};
      const scale = Math.hypot(a, b) || 1; // of turned texts too
      const size = parseFloat(style.fontSize);
      if (size * scale < SMALLEST) found["font-size"] = `${SMALLEST / scale}px`;
    }
    return found;
  }

  /* A colour as #rrggbb, which every program reads, and its opacity. */
  function plain(colour) {
    const numbers = (colour.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
    const whole = colour.startsWith("rgb")
      ? numbers.slice(0, 3)
      : numbers.slice(0, 3).map((one) => 255 * one);
    if (!/^(rgba?|color)\(/.test(colour) || whole.length < 3) return [colour, 1];
    const hex = whole.map((one) =>
      Math.min(Math.max(Math.round(one), 0), 255)
        .toString(16)
        .padStart(2, "0"),
    );
    return [`#${hex.join("")}`, numbers[3] ?? 1];
  }

  /* The drawing on white between its title and what it shows. */
  function framed(copy, wide, high, title, lines) {
    const across = Math.max(wide, NARROWEST);
    const letters = Math.floor(across / LETTER);
    const above = wrapped(title, Math.floor(letters * 0.8));
    const below = lines.flatMap((line) => wrapped(line, letters));
    const top = MARGIN + above.length * (LINE + 2) + 6;
    const end = top + high + 8;
    const size = { width: across + 2 * MARGIN, height: end + below.length * LINE + MARGIN };
    copy.setAttribute("x", MARGIN);
    copy.setAttribute("y", top);
    const written = (text, y, attributes) =>
      dom.svg(
        "text",
        { x: MARGIN, y, fill: "#222222", stroke: "none", "font-family": FONT, ...attributes },
        text,
      );
    return dom.svg(
      "svg",
      { ...size, viewBox: `0 0 ${size.width} ${size.height}` },
      dom.svg("title", {}, title),
      dom.svg("rect", { ...size, fill: "#ffffff" }),
      above.map((text, place) =>
        written(text, MARGIN + 14 + place * (LINE + 2), { "font-size": "15px", "font-weight": "600" }),
      ),
      copy,
      below.map((text, place) => written(text, end + 12 + place * LINE, { "font-size": "12px" })),
    );
  }

  /* A text in lines of at most so many letters. */
  function wrapped(text, letters) {
    const lines = [""];
    for (const word of String(text).split(/\s+/)) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length + 1 > letters) lines.push(word);
      else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    return lines;
  }

  function written(root) {
    const xml = new XMLSerializer().serializeToString(root);
    // characters that XML cannot hold
    return `<?xml version="1.0" encoding="UTF-8"?>\n${xml.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")}\n`;
  }

  return { text };
})();
