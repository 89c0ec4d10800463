"use strict";
/* Explanations as an SVG file that stands alone: pictures are embedded, colours are those of paper. */
const evidenceFile = (() => {
  const [SIZE, GAP, ACROSS, MARGIN] = [140, 16, 6, 20]; // px, and pictures in a row
  const [TITLE, LINE, LINES] = [34, 16, 5]; // px, and lines below a picture
  const FONT = "system-ui, sans-serif";

  /* The text of a file. sections: [title, [{row, cell, first, seen}]], row as in explanations.rows. */
  async function draw(sections) {
    const width = 2 * MARGIN + ACROSS * SIZE + (ACROSS - 1) * GAP;
    const nodes = [];
    let top = MARGIN;
    for (const [title, cards] of sections) {
      nodes.push(text(MARGIN, top + 20, title, { "font-size": 18, "font-weight": "bold" }));
      top += TITLE;
      for (const [at, one] of cards.entries()) {
        const x = MARGIN + (at % ACROSS) * (SIZE + GAP);
        const y = top + Math.floor(at / ACROSS) * (SIZE + LINES * LINE + GAP);
        nodes.push(await card(one, x, y));
      }
      top += Math.ceil(cards.length / ACROSS) * (SIZE + LINES * LINE + GAP) + GAP;
    }
    nodes.push(text(MARGIN, top, "Orange and + speak for the expression seen, blue and − against it."));
    const height = top + MARGIN;
    const root = dom.svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT },
      dom.svg("rect", { width, height, fill: "#fff" }),
      ...nodes,
    );
    return new XMLSerializer().serializeToString(root);
  }

  async function card({ row, cell, first, seen }, x, y) {
    const loaded = await explained.load(cell, row.row);
    const lines = [
      first,
      `seen as ${seen}`,
      `true: ${row.truth} (${row.right ? "right" : "wrong"})`,
      `probability ${dom.number(row.probability, 2)}`,
      ...(row.r2 === null ? [] : [`R² ${dom.number(row.r2, 2)}`]),
    ];
    const picture = loaded
      ? await explained.group(loaded, x, y, SIZE)
      : dom.svg("rect", { x, y, width: SIZE, height: SIZE, fill: "#eee" });
    return dom.svg(
      "g",
      {},
      picture,
      ...lines.map((line, at) => text(x, y + SIZE + (at + 1) * LINE, clipped(line))),
    );
  }

  /* The end of a name too long for its place, since that is where image names differ. */
  function clipped(line) {
    return line.length > 20 ? `…${line.slice(-19)}` : line;
  }

  function text(x, y, content, more = {}) {
    return dom.svg("text", { x, y, "font-size": 12, fill: "#1f2328", ...more }, content);
  }

  return { draw };
})();
