"use strict";
/* Files that a reader takes away: their names, their text, and how they are handed over. */

const files = (() => {
  const FORMULA = /^[=+\-@\t\r]/; // what spreadsheets would compute
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const LONGEST = 80; // letters of a name, without its ending
  const KEPT = 10_000; // ms until a browser has read what it saves

  /* A name that any system can store, made from any text. */
  function safeName(text, ending) {
    const stem = String(text)
      .replace(/[^\p{L}\p{N}_-]+/gu, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, LONGEST);
    return `${stem || "atlas"}.${ending}`;
  }

  /* Hand over a file; content: text or bytes. */
  function save(content, type, name) {
    const address = URL.createObjectURL(new Blob([content], { type }));
    const link = dom.el("a", { href: address, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), KEPT);
  }

  /* A table (rows of texts, numbers or null) as CSV: RFC 4180, and no text that a spreadsheet would compute. */
  function csv(rows) {
    return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
  }

  function field(value) {
    if (value === null || value === undefined || Number.isNaN(value)) return "";
    let text = String(value);
    // as the page writes numbers: a dash where there is none, and a minus that programs do not read
    if (text === "–") return "";
    if (NUMBER.test(text.replace("−", "-"))) return text.replace("−", "-");
    if (typeof value !== "number" && FORMULA.test(text)) text = `'${text}`;
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  return { safeName, save, csv };
})();
