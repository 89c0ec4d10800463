"use strict";
/* A picture of the standard face: pixels, and above them lines that stay sharp at any size. */

const face = (() => {
  const { width, height } = store;

  /* A picture to be filled by `show`; label: what screen readers call it. */
  function picture(label) {
    const canvas = dom.el("canvas", { width, height, role: "img", "aria-label": label });
    const lines = dom.svg("svg", {
      viewBox: `0 0 ${width} ${height}`,
      "aria-hidden": "true",
      class: "lines",
    });
    return { node: dom.el("div", { class: "face" }, canvas, lines), canvas, lines };
  }

  /* Show pixels; contour: data of a path, or null; landmarks: whether to mark them; label: as above. */
  function show(of, rgba, { contour = null, landmarks = false, label = null } = {}) {
    paint.draw(of.canvas, rgba);
    dom.clear(of.lines, lines(contour, landmarks));
    if (label) of.canvas.setAttribute("aria-label", label);
  }

  /* The lines above a picture, as SVG elements that carry their own style, so that files look alike. */
  function lines(contour, landmarks) {
    const parts = [];
    if (contour) {
      const path = { d: contour, fill: "none", "stroke-linejoin": "round" };
      parts.push(dom.svg("path", { ...path, stroke: "#000000", "stroke-width": 3, "stroke-opacity": 0.75 }));
      parts.push(
        dom.svg("path", { ...path, stroke: "#ffffff", "stroke-width": 1.3, "stroke-dasharray": "4 2" }),
      );
    }
    if (landmarks) {
      for (const [x, y] of store.study.landmarks) {
        parts.push(
          dom.svg("circle", {
            cx: x,
            cy: y,
            r: 1.4,
            fill: "#ffffff",
            stroke: "#000000",
            "stroke-width": 0.6,
          }),
        );
      }
    }
    return parts;
  }

  /* The same picture as part of an SVG file, at x, y and this many times its size. */
  async function asSvg(rgba, { contour = null, landmarks = false, x = 0, y = 0, times = 1 } = {}) {
    const image = dom.svg("image", { width, height, href: await paint.pngAddress(rgba) });
    return dom.svg(
      "g",
      { transform: `translate(${x} ${y}) scale(${times})` },
      image,
      ...lines(contour, landmarks),
    );
  }

  return { picture, show, lines, asSvg };
})();
