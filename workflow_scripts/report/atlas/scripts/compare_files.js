"use strict";
/* Pictures of a comparison as files: several faces in rows, with their titles. */

const compareFiles = (() => {
  const { width, height } = store;
  const LETTER = 6.8; // width of a letter, roughly
  const [GAP, TITLE, LINE, IN_ROW, LEGEND] = [12, 40, 16, 4, 60];

  /* Rows of faces and legends as one SVG. faces: [{lines: titles, rgba, contour, landmarks}]. */
  async function svg(faces, legends, notes = []) {
    const columns = Math.max(Math.min(faces.length, IN_ROW), 1);
    const rows = Math.ceil(faces.length / IN_ROW);
    const step = { x: Math.max(width, legends.length ? 270 : 0) + GAP, y: height + TITLE + GAP };
    const texts = Math.max(0, ...notes.map((note) => LETTER * note.length));
    const wide = Math.max(columns * step.x, legends.length * 280, texts) + GAP;
    const high = rows * step.y + (legends.length ? LEGEND : 0) + notes.length * LINE + 2 * GAP;
    const parts = await Promise.all(
      faces.map((one, i) => titled(one, GAP + (i % IN_ROW) * step.x, GAP + Math.floor(i / IN_ROW) * step.y)),
    );
    const below = rows * step.y + GAP;
    legends.forEach((legend, i) => {
      legend.setAttribute("x", i * 280);
      legend.setAttribute("y", below);
      parts.push(legend);
    });
    const end = below + (legends.length ? LEGEND : 0) + LINE;
    notes.forEach((note, i) => parts.push(dom.svg("text", { x: GAP, y: end + i * LINE }, note)));
    return dom.svg("svg", { width: wide, height: high, viewBox: `0 0 ${wide} ${high}` }, parts);
  }

  async function titled({ lines, rgba, contour, landmarks }, x, y) {
    const title = lines.map((text, i) => dom.svg("text", { x, y: y + LINE * (i + 1) - 4 }, text));
    const face_ = await face.asSvg(rgba, { contour, landmarks, x, y: y + TITLE });
    return dom.svg("g", {}, title, face_);
  }

  /* The same faces as pixels, side by side. */
  function picture(faces) {
    const columns = Math.min(faces.length, IN_ROW);
    const wide = columns * width + (columns - 1) * GAP;
    const rows = Math.ceil(faces.length / IN_ROW);
    const high = rows * height + (rows - 1) * GAP;
    const rgba = new Uint8ClampedArray(4 * wide * high).fill(255);
    faces.forEach((one, i) => {
      const [left, top] = [(i % IN_ROW) * (width + GAP), Math.floor(i / IN_ROW) * (height + GAP)];
      for (let y = 0; y < height; y += 1) {
        rgba.set(one.rgba.subarray(4 * width * y, 4 * width * (y + 1)), 4 * ((top + y) * wide + left));
      }
    });
    return { rgba, width: wide, height: high };
  }

  return { svg, picture };
})();
