"use strict";
/* Pictures as bytes (red, green, blue, opacity). Nothing is ever read back from a canvas: browsers may falsify it. */

const paint = (() => {
  const { study, width, height } = store;
  const PALETTE = Uint8Array.from(study.palette.match(/../g), (pair) => parseInt(pair, 16));
  // against (blue) and for (orange), told apart by all eyes; as in the report's figures
  const AGAINST = [70, 140, 255];
  const FOR = [255, 150, 50];
  const EDGE = [255, 255, 255];
  let begun = false;

  /* By level of a packed map, how important it is in 0..255: its value divided by `most`, never below 0. */
  function importances({ low, high }, most = high) {
    const levels = new Uint8Array(256);
    for (let level = 0; level < 256; level += 1) {
      const value = low + (level / 255) * (high - low);
      levels[level] = most > 0 ? Math.round(255 * Math.min(Math.max(value / most, 0), 1)) : 0;
    }
    return levels;
  }

  /*
   * A map over the face. opacity: of the most important place, times that of the figures. most: what the
   * brightest colour stands for, the map's own highest value by default. threshold: outline the places above it.
   */
  function heatmap(bytes, map, background, { opacity = 1, most = map.high, threshold = null } = {}) {
    const rgba = grey(background);
    const levels = importances(map, most);
    for (let i = 0; i < bytes.length; i += 1) {
      const value = levels[bytes[i]];
      const share = study.opacity * opacity * (value / 255);
      for (let c = 0; c < 3; c += 1)
        rgba[4 * i + c] = (1 - share) * rgba[4 * i + c] + share * PALETTE[3 * value + c];
    }
    if (threshold !== null) outline(rgba, (i) => bytes[i] > threshold, EDGE);
    return rgba;
  }

  /* Only the face. */
  function grey(background) {
    const rgba = new Uint8ClampedArray(4 * background.length);
    for (let i = 0; i < background.length; i += 1) {
      rgba[4 * i] = rgba[4 * i + 1] = rgba[4 * i + 2] = background[i];
      rgba[4 * i + 3] = 255;
    }
    return rgba;
  }

  /* Signed values (Float32Array) over the face: orange above zero, blue below, full colour at `most`. */
  function signed(values, background, { opacity = 1, most = 1 } = {}) {
    const rgba = grey(background);
    for (let i = 0; i < values.length; i += 1) {
      const share = study.opacity * opacity * Math.min(Math.abs(values[i]) / (most || 1), 1);
      const color = values[i] > 0 ? FOR : AGAINST;
      for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = (1 - share) * rgba[4 * i + c] + share * color[c];
    }
    return rgba;
  }

  /* Draw a line, a pixel wide, inside of what `inside` says of a place of a picture. */
  function outline(rgba, inside, color, wide = width) {
    const count = rgba.length / 4;
    for (let i = 0; i < count; i += 1) {
      if (!inside(i)) continue;
      const column = i % wide;
      const edge =
        (column > 0 && !inside(i - 1)) ||
        (column < wide - 1 && !inside(i + 1)) ||
        (i >= wide && !inside(i - wide)) ||
        (i + wide < count && !inside(i + wide));
      if (edge) for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = color[c];
    }
    return rgba;
  }

  /* A small map of the overview: importances in 0..255 over black. */
  function small(values) {
    const rgba = new Uint8ClampedArray(4 * values.length);
    for (let i = 0; i < values.length; i += 1) {
      const share = study.opacity * (values[i] / 255);
      for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = 24 * (1 - share) + share * PALETTE[3 * values[i] + c];
      rgba[4 * i + 3] = 255;
    }
    return rgba;
  }

  /* The values of a map in its own units, Float32Array; relative: divided by the highest. */
  function values(bytes, { low, high }, relative = false) {
    const scale = relative && high > 0 ? 1 / high : 1;
    const levels = Float32Array.from(
      { length: 256 },
      (_, level) => scale * (low + (level / 255) * (high - low)),
    );
    return Float32Array.from(bytes, (level) => levels[level]);
  }

  function draw(canvas, rgba, wide = width, high = height) {
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    canvas.getContext("2d").putImageData(new ImageData(rgba, wide, high), 0, 0);
    if (!begun) performance.mark("first map");
    begun = true;
  }

  /* The bytes of a PNG file with these pixels. */
  async function png(rgba, wide = width, high = height) {
    const lines = new Uint8Array(high * (1 + 4 * wide));
    for (let y = 0; y < high; y += 1)
      lines.set(rgba.subarray(4 * wide * y, 4 * wide * (y + 1)), y * (1 + 4 * wide) + 1);
    const stream = new Blob([lines]).stream().pipeThrough(new CompressionStream("deflate"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    const header = new Uint8Array(13);
    const view = new DataView(header.buffer);
    view.setUint32(0, wide);
    view.setUint32(4, high);
    header.set([8, 6, 0, 0, 0], 8); // 8 bits each of red, green, blue, opacity
    const parts = [
      [137, 80, 78, 71, 13, 10, 26, 10],
      chunk("IHDR", header),
      chunk("IDAT", packed),
      chunk("IEND", []),
    ];
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  }

  function chunk(name, content) {
    const body = Uint8Array.from([...name].map((letter) => letter.charCodeAt(0)).concat([...content]));
    const made = new Uint8Array(body.length + 8);
    const view = new DataView(made.buffer);
    view.setUint32(0, content.length);
    made.set(body, 4);
    view.setUint32(body.length + 4, crc(body));
    return made;
  }

  function crc(bytes) {
    let value = 0xffffffff;
    for (const one of bytes) {
      value ^= one;
      for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    }
    return (value ^ 0xffffffff) >>> 0;
  }

  /* The same as an address for pictures within an SVG. */
  async function pngAddress(rgba, wide = width, high = height) {
    const bytes = await png(rgba, wide, high);
    let letters = "";
    for (let i = 0; i < bytes.length; i += 8192)
      letters += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return `data:image/png;base64,${btoa(letters)}`;
  }

  return {
    AGAINST,
    FOR,
    PALETTE,
    importances,
    heatmap,
    grey,
    signed,
    outline,
    small,
    values,
    draw,
    png,
    pngAddress,
  };
})();
