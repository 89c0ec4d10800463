"use strict";
/* One explanation as a picture: the face, its regions by signed weight, and a sign on each that counts. */

const explained = (() => {
  const OPAQUE = 0.8,
    BORDER = 0.65; // the most opaque that a weight gets; how dark the borders of regions are
  const SIGNED = 0.25; // the share of the largest weight from which a region has its sign on it
  const WIDE = 224; // px of the painting
  const [ARM, APART] = [3.4, 9]; // half of a sign, and the room it needs, in hundredths of the picture

  /* What a picture needs: {face, side, shares, regions}; null if explanation `row` of a cell has none. */
  async function load(cell, row) {
    const picture = store.picture(cell.image[row]);
    const number = (cell.regions || cell.importance || [])[row];
    if (picture === null || number === null || number === undefined) return null;
    const [face, bytes] = await Promise.all([store.text(picture), store.block(number)]);
    const side = Math.round(Math.sqrt(bytes.length));
    const weights = cell.weights ? cell.weights[row] : null;
    const shares = new Float32Array(bytes.length);
    // importance is packed as int8, of which a byte above 127 is negative
    for (let i = 0; i < bytes.length; i++)
      shares[i] = (weights ? weights[bytes[i]] : (bytes[i] << 24) >> 24) / 127;
    return { face, side, shares, regions: weights ? bytes : patches(shares, side) };
  }

  /* Regions where pixels have weights: connected places of one sign that are strong; 0 is all else. */
  function patches(shares, side) {
    const sign = shares.map((share) => (Math.abs(share) < SIGNED ? 0 : Math.sign(share)));
    const found = new Uint16Array(shares.length);
    let last = 0;
    for (let start = 0; start < sign.length; start++) {
      if (!sign[start] || found[start]) continue;
      last += 1;
      const open = [start];
      while (open.length) {
        const at = open.pop();
        if (found[at] || sign[at] !== sign[start]) continue;
        found[at] = last;
        const column = at % side;
        if (column > 0) open.push(at - 1);
        if (column < side - 1) open.push(at + 1);
        if (at >= side) open.push(at - side);
        if (at + side < sign.length) open.push(at + side);
      }
    }
    return found;
  }

  /* The painting over the face: RGBA, WIDE px square. */
  function painting({ side, shares, regions }) {
    const rgba = new Uint8ClampedArray(4 * WIDE * WIDE);
    const place = Array.from({ length: WIDE }, (_, i) => Math.floor(((i + 0.5) * side) / WIDE));
    for (let y = 0; y < WIDE; y++) {
      for (let x = 0; x < WIDE; x++) {
        const at = place[y] * side + place[x];
        const before = place[y] * side + place[Math.max(x - 1, 0)];
        const above = place[Math.max(y - 1, 0)] * side + place[x];
        const share = shares[at],
          color = share > 0 ? paint.FOR : paint.AGAINST;
        const edge = regions[at] !== regions[before] || regions[at] !== regions[above] ? BORDER : 0;
        const under = OPAQUE * Math.min(Math.abs(share), 1) * (1 - edge),
          opacity = edge + under;
        const to = 4 * (y * WIDE + x);
        for (let c = 0; c < 3; c++) rgba[to + c] = opacity ? (color[c] * under) / opacity : 0;
        rgba[to + 3] = 255 * opacity;
      }
    }
    return rgba;
  }

  /* Where signs stand: [{x, y, share}] in hundredths of the picture, in each region next to its middle. */
  function signs({ side, shares, regions }) {
    const found = new Map();
    const each = (visit) => {
      for (let i = 0; i < regions.length; i++) {
        if (Math.abs(shares[i]) >= SIGNED) visit(i % side, Math.floor(i / side), regions[i], shares[i]);
      }
    };
    each((x, y, region, share) => {
      const box = found.get(region) ?? { left: x, right: x, top: y, bottom: y, share, far: Infinity };
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.bottom = y;
      found.set(region, box);
    });
    each((x, y, region) => {
      const box = found.get(region);
      const far = (2 * x - box.left - box.right) ** 2 + (2 * y - box.top - box.bottom) ** 2;
      if (far < box.far) Object.assign(box, { far, x: inside(x, side), y: inside(y, side) });
    });
    return apart([...found.values()]);
  }

  /* A pixel's place in hundredths, so far from the border that a sign has room. */
  function inside(pixel, side) {
    return Math.min(Math.max(((pixel + 0.5) * 100) / side, 1.5 * ARM), 100 - 1.5 * ARM);
  }

  /* Signs that are not too close to one of a larger weight: + right above − would read as ±. */
  function apart(all) {
    const kept = [];
    for (const one of all.sort((a, b) => Math.abs(b.share) - Math.abs(a.share))) {
      if (kept.every(({ x, y }) => Math.hypot(x - one.x, y - one.y) >= APART)) kept.push(one);
    }
    return kept;
  }

  /* The signs as SVG: white with a dark rim, so that they are seen on any colour. */
  function signMarks(loaded, zoom = 1) {
    const path = signs(loaded)
      .map(({ x, y, share }) => {
        const long = (2 * ARM * zoom).toFixed(2);
        const across = `M${((x - ARM) * zoom).toFixed(2)} ${(y * zoom).toFixed(2)}h${long}`;
        const down = `M${(x * zoom).toFixed(2)} ${((y - ARM) * zoom).toFixed(2)}v${long}`;
        return share > 0 ? across + down : across;
      })
      .join("");
    return [
      ["#000", 3.4],
      ["#fff", 1.5],
    ].map(([stroke, width]) =>
      dom.svg("path", {
        d: path,
        fill: "none",
        stroke,
        "stroke-width": width * zoom,
        "stroke-linecap": "square",
      }),
    );
  }

  /* The picture as an element, hidden from screen readers: the card that it is on says what it shows. */
  function node(loaded) {
    const face = dom.el("img", { alt: "", src: `data:image/webp;base64,${loaded.face}`, draggable: "false" });
    const canvas = dom.el("canvas", { width: WIDE, height: WIDE });
    paint.draw(canvas, painting(loaded), WIDE, WIDE);
    const marks = dom.svg("svg", { viewBox: "0 0 100 100", focusable: "false" }, ...signMarks(loaded));
    return dom.el("span", { class: "explained", "aria-hidden": "true" }, face, canvas, marks);
  }

  /* The picture as a part of an SVG file, `size` wide, with its upper left corner at x, y. */
  async function group(loaded, x, y, size) {
    const png = await paint.pngAddress(painting(loaded), WIDE, WIDE);
    const place = { width: size, height: size, preserveAspectRatio: "none" };
    return dom.svg(
      "g",
      { transform: `translate(${x} ${y})` },
      dom.svg("image", { ...place, href: `data:image/webp;base64,${loaded.face}` }),
      dom.svg("image", { ...place, href: png }),
      ...signMarks(loaded, size / 100),
    );
  }

  /* What colours and signs mean; byRegion: whether weights are of regions or of pixels. */
  function legend(byRegion) {
    const entry = (color, sign, text) => {
      const swatch = dom.el("span", { class: "swatch", "aria-hidden": "true" }, sign);
      swatch.style.background = `rgb(${color.join()})`;
      return dom.el("li", {}, swatch, text);
    };
    const strength = "the stronger the colour, the larger the weight beside the largest of the same image";
    const strong = byRegion
      ? "regions with at least a quarter of that bear a sign, if there is room"
      : "lines and signs mark places with at least a quarter of that";
    return dom.el(
      "ul",
      { class: "evidence-legend" },
      entry(paint.FOR, "+", "orange: speaks for the expression that the network saw"),
      entry(paint.AGAINST, "−", "blue: speaks against it"),
      dom.el("li", {}, `${strength}; ${strong}`),
    );
  }

  return { load, node, group, legend };
})();
