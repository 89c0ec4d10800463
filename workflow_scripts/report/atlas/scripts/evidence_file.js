"use strict";
/* Explanations as a drawing for a file: pictures are embedded. */
const evidenceFile = (() => {
  const [SIZE, GAP, ACROSS] = [140, 16, 6]; // px, and pictures in a row
  const [TITLE, LINE, LINES] = [34, 16, 5]; // px, and lines below a picture

  /* An SVG element. sections: [title, [{row, cell, first, seen}]], row as in explanations.rows. */
  async function draw(sections) {
    const width = ACROSS * SIZE + (ACROSS - 1) * GAP;
    const nodes = [];
    let top = 0;
    for (const [title, cards] of sections) {
      const heading = text(0, top + 20, title);
      Object.assign(heading.style, { fontSize: "18px", fontWeight: "bold" });
      nodes.push(heading);
      top += TITLE;
      for (const [at, one] of cards.entries()) {
        const x = (at % ACROSS) * (SIZE + GAP);
        const y = top + Math.floor(at / ACROSS) * (SIZE + LINES * LINE + GAP);
        nodes.push(await card(one, x, y));
      }
      top += Math.ceil(cards.length / ACROSS) * (SIZE + LINES * LINE + GAP) + GAP;
    }
    nodes.push(text(0, top, "Orange and + speak for the expression seen, blue and − against it."));
    const height = top + LINE;
    return dom.svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height }, ...nodes);
  }

  async function card({ row, cell, first, seen }, x, y) {
    const loaded = await explained.load(cell, row.row);
    const lines = [
      clipped(first),
      `seen as ${seen}`,
      `true: ${row.truth} (${row.right ? "right" : "wrong"})`,
      `probability ${dom.number(row.probability, 2)}`,
      ...(row.r2 === null ? [] : [`R² ${dom.number(row.r2, 2)}`]),
    ];
    const picture = loaded
      ? await explained.group(loaded, x, y, SIZE)
      : dom.svg("rect", { x, y, width: SIZE, height: SIZE, fill: "#eee" });
    return dom.svg("g", {}, picture, ...lines.map((line, at) => text(x, y + SIZE + (at + 1) * LINE, line)));
  }

  /* The end of a name too long for its place, since that is where image names differ. */
  function clipped(line) {
    return line.length > 20 ? `…${line.slice(-19)}` : line;
  }

  function text(x, y, content) {
    return dom.svg("text", { x, y }, content);
  }

  return { draw };
})();
