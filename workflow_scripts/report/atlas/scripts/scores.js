"use strict";
/* What a slider moves: scores of the places above a threshold, from whole numbers as in the tables. */

const scores = (() => {
  const LEVELS = 256;
  /* (overlap, found, mask) in places; 0 / 0 counts as 0 (paper, Eq. 3 to 6) */
  const OF_MASK = {
    iou: (overlap, found, mask) => (found + mask ? overlap / (found + mask - overlap) : 0),
    f1: (overlap, found, mask) => (found + mask ? (2 * overlap) / (found + mask) : 0),
    precision: (overlap, found) => (found ? overlap / found : 0),
    recall: (overlap, found, mask) => (mask ? overlap / mask : 0),
  };

  /* How many places have each level: all, and those in the mask. */
  function histogram(bytes, mask) {
    const all = new Uint32Array(LEVELS);
    const inside = new Uint32Array(LEVELS);
    for (let i = 0; i < bytes.length; i += 1) {
      all[bytes[i]] += 1;
      if (mask && mask[i]) inside[bytes[i]] += 1;
    }
    return { all, inside };
  }

  /* By threshold: the places above it, and those of them in the mask; and the area of the mask. */
  function curves({ all, inside }) {
    const found = new Uint32Array(LEVELS);
    const overlap = new Uint32Array(LEVELS);
    for (let level = LEVELS - 2; level >= 0; level -= 1) {
      found[level] = found[level + 1] + all[level + 1];
      overlap[level] = overlap[level + 1] + inside[level + 1];
    }
    return { found, overlap, mask: overlap[0] + inside[0] };
  }

  /* One of the four scores at a threshold; null for a metric that the page cannot compute. */
  function at(of, threshold, name) {
    return OF_MASK[name] ? OF_MASK[name](of.overlap[threshold], of.found[threshold], of.mask) : null;
  }

  /* Pearson's r of two maps over the places where `face` is 1; null if one of them is the same everywhere. */
  function correlation(a, b, face) {
    let [n, sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < a.length; i += 1) {
      if (!face[i]) continue;
      n += 1;
      sumA += a[i];
      sumB += b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
      products += a[i] * b[i];
    }
    const spread = (n * squaresA - sumA * sumA) * (n * squaresB - sumB * sumB);
    return spread > 0 ? (n * products - sumA * sumB) / Math.sqrt(spread) : null;
  }

  return { LEVELS, names: Object.keys(OF_MASK), histogram, curves, at, correlation };
})();
