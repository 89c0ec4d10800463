"use strict";
/*
 * The study: what the tables say, and maps that are unpacked when they are asked for.
 *
 * Places stand for names: e an explainer, s a set of masks (-1: none), n a network (the one after the last is
 * the mean of the networks that learned), x an expression (-1: the average), p a place among the maps of a
 * network: 0 is the mean over folds, 1 the first fold.
 */

const store = (() => {
  const KEPT = 160; // unpacked blocks
  const ALL = -1;
  const study = JSON.parse(document.getElementById("study").textContent);
  const size = study.width * study.height;
  const unpacked = new Map(); // number -> promise, the one used last at the end
  const arrivals = new Map(); // blocks from scripts beside the page, in base64
  const scripts = new Map(); // file -> promise
  const fileOf = new Map();
  for (const [file, numbers] of Object.entries(study.files)) for (const one of numbers) fileOf.set(one, file);

  /* Called by the scripts beside the page. */
  function arrived(blocks) {
    for (const [number, text] of Object.entries(blocks)) arrivals.set(Number(number), text);
  }

  function script(file) {
    if (!scripts.has(file)) {
      const loaded = new Promise((resolve, reject) => {
        const node = document.createElement("script");
        node.src = file.split("/").map(encodeURIComponent).join("/");
        node.addEventListener("load", resolve);
        node.addEventListener("error", () => {
          scripts.delete(file);
          reject(new Error(`${file} is not beside this page. Keep the folder "atlas" where the page is.`));
        });
        document.head.append(node);
      });
      scripts.set(file, loaded);
    }
    return scripts.get(file);
  }

  /* The base64 of a block; waits while the browser is still reading the page. */
  async function text(number) {
    if (fileOf.has(number)) {
      if (!arrivals.has(number)) await script(fileOf.get(number));
      return arrivals.get(number);
    }
    for (;;) {
      const node = document.getElementById(`b${number}`);
      if (node && (node.nextSibling || document.readyState !== "loading")) return node.textContent;
      if (!node && document.readyState !== "loading")
        throw new Error(`This page is not complete: ${number}.`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  async function unpack(number) {
    const packed = bytesOf(await text(number));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const letters = atob(base64);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
    return bytes;
  }

  /* The bytes of a block, made by `make` from what was packed; those used last are kept. */
  function kept(number, make = (bytes) => bytes) {
    const found = unpacked.get(number) ?? unpack(number).then(make);
    unpacked.delete(number);
    unpacked.set(number, found);
    found.catch(() => unpacked.delete(number));
    if (unpacked.size > KEPT) unpacked.delete(unpacked.keys().next().value);
    return found;
  }

  /* Undo what packs well: each row is the difference to the one above, in images of some rows each. */
  function rows(bytes, width, height) {
    for (let i = width; i < bytes.length; i += 1) {
      if (i % (width * height) >= width) bytes[i] += bytes[i - width]; // modulo 256, as bytes are
    }
    return bytes;
  }

  function bits(bytes) {
    const places = new Uint8Array(size);
    for (let i = 0; i < size; i += 1) places[i] = (bytes[i >> 3] >> (7 - (i & 7))) & 1;
    return places;
  }

  const json = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
  const record = (columns, row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]));
  const byKey = (table, key) => (table?.rows[key] ? record(table.columns, table.rows[key]) : null);

  const map = (e, n, p, x) => study.maps[e]?.[n]?.[p]?.[x] ?? null;
  const cell = (e, s, n, p, x) => byKey(study.cells[e]?.[s], `${n},${p - 1},${x}`);
  const meanMap = (e, s, n, x) => byKey(study.meanMaps[e]?.[s], `${n},${x}`);

  /* The means of fold scores of summary.csv, one row for each thing that an interval is over. */
  function entries(e, s, n, x, metric) {
    const table = study.entries[e]?.[s];
    return (table?.rows[`${n},${x},${metric}`] ?? []).map((row) => record(table.columns, row));
  }

  /* The mean with its interval over trainings; over faces, if that is the only interval. */
  function entry(e, s, n, x, metric) {
    const found = entries(e, s, n, x, metric);
    return (
      found.find((row) => row.claim === "trainings" && row.low !== null) ??
      found.find((row) => row.claim === "faces" && row.low !== null) ??
      found[0] ??
      null
    );
  }

  /* How sure it is that a mean of fold scores is more than chance: the row that has p and q. */
  function test(e, s, n, x, metric) {
    const found = entries(e, s, n, x, metric);
    const { p = null, q = null } = found.find((row) => row.p !== null) ?? {};
    return { p, q };
  }

  const NAMES = {
    face: "the whole face",
    chance_face: "places drawn at random",
    centre: "a blurred spot at the centre",
    other_masks: "what most other masks share",
    other_expressions: "other expressions' heatmaps",
    mean_of_others: "the mean of other expressions' heatmaps",
    mean_of_folds: "the mean of the folds' heatmaps",
    best_cut: "the best threshold",
    surrogates: "masks laid elsewhere",
  };

  /* What a score is compared with; `low` and `high` are 95 % of the scores of masks laid elsewhere. */
  function baselines(e, s, n, x, metric) {
    const found = [];
    for (const [name, rowsOf] of Object.entries(study.references[e]?.[s] ?? {})) {
      const row = rowsOf[`${n},${x},${metric}`] ?? rowsOf[`-1,${x},${metric}`];
      if (row) found.push({ name, label: NAMES[name] ?? name, value: row[0], low: row[1], high: row[2] });
    }
    const order = Object.keys(NAMES);
    return found.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  }

  /*
   * Whether what is found on a panel depends on the explainer: depends, the sentence that says so, how many
   * explainers are on each side; null if the study has one explainer, or no such masks.
   */
  function finding(s, n, x, metric) {
    const { columns, rows: bySet, sentences } = study.findings ?? { rows: [] };
    const found = byKey({ columns, rows: bySet[s] ?? {} }, `${n},${x},${metric}`);
    return found && { ...found, sentence: sentences[found.sentence] };
  }

  const images = (n, p, x) => study.counts[`${n},${p - 1},${x}`] ?? null;

  /* What a cell rests on, in the symbols and words of the report; rows: of its scores, if there are any. */
  function cellState(e, n, p, x) {
    const scored = study.maskSets.map((_, s) => cell(e, s, n, p, x)).find((row) => row) ?? null;
    const noisy = Boolean(scored && !scored.missing && scored.noise !== null && scored.noise > 0.1);
    const count = images(n, p, x);
    const state = (symbol, word, why = "") => ({
      symbol,
      word,
      why,
      noisy,
      count,
      noise: scored?.noise ?? null,
    });
    if (study.networks[n]?.beside) {
      return map(e, n, p, x) ? state("●", study.networks[n].beside) : state("–", "not there");
    }
    if (count === null) return state("–", "not run");
    if (count === 0)
      return state("○", "no explanations", "the network took no test image for the expression");
    if (!map(e, n, p, x)) return state("×", "no heatmap", scored?.missing || "its mean shows nothing");
    if (count < study.minImages)
      return state("◔", "too few images", `${count}, a ranking needs ${study.minImages}`);
    return count < study.positives
      ? state("◐", "few images", `${count} of ${study.positives} asked for`)
      : state("●", "explained");
  }

  /* The states of all folds of a panel. */
  function panelState(e, n, x) {
    const states = study.folds.map((_, place) => cellState(e, n, place + 1, x));
    const known = states.filter((one) => one.word !== "not there");
    const noisy = known.filter((one) => one.noisy).length;
    const learned = study.networks[n]?.learned !== false;
    const words = new Map();
    known.forEach((one, place) => words.set(one.word, [...(words.get(one.word) ?? []), study.folds[place]]));
    const said = [...words].map(([word, folds]) =>
      words.size === 1 ? word : `${word}: fold ${folds.join(", ")}`,
    );
    if (noisy) said.push(`noisy in ${noisy} of ${known.length}`);
    if (!learned) said.push("the network did not learn");
    return {
      states: known,
      symbols: known.map((one) => one.symbol).join(""),
      noisy,
      learned,
      text: said.join("; "),
    };
  }

  return {
    ...{
      study,
      size,
      ALL,
      arrived,
      map,
      cell,
      meanMap,
      entry,
      entries,
      test,
      baselines,
      finding,
      record,
      images,
      cellState,
      panelState,
    },
    width: study.width,
    height: study.height,
    block: (number) => kept(number),
    json: (number) => kept(number, json),
    text,
    bytes: (one) => kept(one.block, (bytes) => rows(bytes, study.width, study.height)),
    mask: async (s, x) => {
      const number = study.maskSets[s]?.blocks[x];
      return number === null || number === undefined ? null : kept(number, bits);
    },
    contour: (s, x) => study.maskSets[s]?.contours[x] ?? null,
    face: () => kept(study.face, bits),
    background: () => kept(study.background, (bytes) => rows(bytes, study.width, study.height)),
    small: { width: Math.floor(study.width / 2), height: Math.floor(study.height / 2) },
    thumbnails: (e, n) =>
      kept(study.thumbnails[e][n], (bytes) =>
        rows(bytes, Math.floor(study.width / 2), Math.floor(study.height / 2)),
      ),
    mean: study.networks.length,
    networkName: (n) => study.networks[n]?.name ?? "mean of networks",
    placeName: (p) => (p ? `fold ${study.folds[p - 1]}` : "mean over folds"),
    metric: (name) => study.metrics.find((one) => one.name === name),
    evidence: async (e, n, p, x) => {
      const number = study.evidence?.[e]?.[n]?.[p - 1]?.[x];
      return number === null || number === undefined ? null : kept(number, json);
    },
    agreement: (n, x) => byKey(study.agreement, `${n},${x}`), // of the explainers' heatmaps
    excess: async (s) => (study.excess?.[s] === undefined ? null : kept(study.excess[s], json)),
    quality: async (e) => ((study.quality?.[e] ?? null) === null ? null : kept(study.quality[e], json)),
    explained: () => kept(study.images, json),
    picture: (image) => study.pictures?.[image] ?? null,
  };
})();
