"use strict";
/* How to read the views that compare. */

const guides = (() => {
  const COMPARE = {
    Scale:
      "Each map is painted up to its own highest value, so that colours show where it is important; on the " +
      "common scale one colour means the same importance in A and B. A difference follows: shares of the " +
      "highest values, or importance itself.",
    Difference:
      "Orange inside an unbroken line: A has more. Blue inside a broken line: B has more. The lines lie at " +
      "a quarter of the largest difference.",
    r:
      "Pearson's correlation of the two maps over the places of the face: 1 where they agree up to scale, " +
      "0 where one says nothing about the other.",
    Scores:
      "Of a mean over folds there are two: the score of the mean map, which is what you see, and the mean " +
      "of the scores of the folds' maps, which the report ranks by. They can differ.",
  };
  const SIMILARITY = {
    Distance: "1 − r, r being Pearson's correlation of two mean heatmaps within the face.",
    Support:
      "With three folds or more, the number at a node is the percentage of the trees of redrawn folds that " +
      "have a node with exactly these networks. It says how much the node depends on the trainings that " +
      "there happened to be; it is no p value.",
    "Cophenetic r": "How well the tree keeps the distances, 1 being perfectly.",
    "†": "A network that did not learn: what its maps show means little.",
  };

  function details(texts) {
    const items = Object.entries(texts).flatMap(([term, text]) => [
      dom.el("dt", {}, term),
      dom.el("dd", {}, text),
    ]);
    return dom.el(
      "details",
      {},
      dom.el("summary", {}, "How to read this"),
      dom.el("dl", { class: "guide" }, items),
    );
  }

  return { compare: () => details(COMPARE), similarity: () => details(SIMILARITY) };
})();
