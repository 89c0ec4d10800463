"use strict";
/* The overview to take away: as a picture, as SVG, as a table. */

const overviewFiles = (() => {
  const { study } = store;
  const { width, height } = store.small;
  const { grouped, scoreOf, stateOf } = overviewPanels;

  /* All small maps as one picture, rows as they are sorted. */
  async function pixels(now) {
    const networks = grouped(now).flatMap((one) => one.networks);
    const wide = width * study.expressions.length;
    const rgba = new Uint8ClampedArray(4 * wide * height * networks.length);
    for (const [place, n] of networks.entries()) {
      const bytes = await store.thumbnails(now.explainer, n);
      for (let x = 0; x < study.expressions.length; x += 1) {
        const one = paint.small(bytes.subarray(x * width * height, (x + 1) * width * height));
        for (let y = 0; y < height; y += 1) {
          rgba.set(
            one.subarray(4 * y * width, 4 * (y + 1) * width),
            4 * ((place * height + y) * wide + x * width),
          );
        }
      }
    }
    return { rgba, width: wide, height: height * networks.length, networks };
  }

  /* The same as SVG, with names, scores and outlines. */
  async function svg(now) {
    const names =
      Math.max(...[...study.networks.map((one) => one.name), "mean of networks"].map((name) => name.length)) *
        charts.LETTER +
      16;
    const [wide, tall] = [width + 8, height + 28];
    const networks = grouped(now).flatMap((one) => one.networks);
    const parts = study.expressions.map((name, x) => charts.text(names + x * wide, 14, name));
    for (const [place, n] of networks.entries()) {
      const bytes = await store.thumbnails(now.explainer, n);
      const top = 22 + place * tall;
      parts.push(charts.text(names - 8, top + height / 2, store.networkName(n), "end"));
      for (let x = 0; x < study.expressions.length; x += 1) {
        const at = `translate(${names + x * wide} ${top})`;
        if (!store.map(now.explainer, n, 0, x))
          parts.push(dom.svg("g", { transform: at }, charts.text(0, height / 2, "no heatmap")));
        else {
          const rgba = paint.small(bytes.subarray(x * width * height, (x + 1) * width * height));
          const image = dom.svg("image", {
            width,
            height,
            href: await paint.pngAddress(rgba, width, height),
          });
          const data = now.contour ? store.contour(now.masks, x) : null;
          const lines = dom.svg(
            "g",
            { transform: `scale(${width / study.width})` },
            data ? overviewGrid.edges(data) : null,
          );
          parts.push(dom.svg("g", { transform: at }, image, lines));
        }
        const { symbols } = stateOf(now.explainer, n, x);
        parts.push(
          charts.text(names + x * wide, top + height + 15, `${scoreOf(now, n, x).shown} ${symbols}`),
        );
      }
    }
    const size = [names + wide * study.expressions.length, 22 + tall * networks.length];
    return dom.svg("svg", { viewBox: `0 0 ${size.join(" ")}`, width: size[0], height: size[1] }, parts);
  }

  /* The panels as rows of a table. */
  function table(now) {
    const metric = store.metric(now.metric).name;
    const header = [
      "network",
      "expression",
      "state",
      metric,
      "low",
      "high",
      "interval over",
      "p",
      "q",
      "folds",
      "accuracy",
      ...overviewFindings.header,
    ];
    const body = grouped(now).flatMap(({ networks }) =>
      networks.flatMap((n) =>
        study.expressions.map((name, x) => {
          const { entry } = scoreOf(now, n, x);
          const { estimate, low, high, claim, folds } = entry ?? {};
          const { p, q } = now.masks < 0 ? {} : store.test(now.explainer, now.masks, n, x, now.metric);
          return [
            store.networkName(n),
            name,
            stateOf(now.explainer, n, x).text,
            estimate,
            low,
            high,
            claim,
            p,
            q,
            folds,
            study.networks[n]?.accuracy.estimate,
            ...overviewFindings.values(now, n, x),
          ].map((one) => one ?? "");
        }),
      ),
    );
    return [header, ...body];
  }

  return { pixels, svg, table };
})();
