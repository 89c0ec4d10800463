"use strict";
/* What the marks of the tree and of the matrix stand for, and which belong together. */

const similarityLinks = (() => {
  /* Which two leaves a mark stands for, and which leaves it has below it. */
  function meaning(mark, tree) {
    const { leaf, node, a, b } = mark.dataset;
    if (leaf !== undefined)
      return {
        pair: [Number(leaf), trees.nearestOf(tree, Number(leaf))],
        range: [Number(leaf), Number(leaf)],
      };
    if (a !== undefined) return { pair: [Number(a), Number(b)], range: null };
    const one = trees.nodesOf(tree)[Number(node)];
    return { pair: trees.closestOf(tree, one), range: [one.first, one.last] };
  }

  /* Whether a mark or a name belongs to what is meant. */
  function belonging({ pair, range }) {
    const below = (leaf) => range !== null && leaf >= range[0] && leaf <= range[1];
    const named = (leaf) => below(leaf) || pair.includes(leaf);
    const ofPair = (a, b) => pair.includes(a) && pair.includes(b);
    const ofLeaf = (a, b) => below(a) || below(b); // its row and its column
    const ofNode = (a, b) => below(a) && below(b);
    const ofRange = range && range[0] === range[1] ? ofLeaf : ofNode;
    const cell = range ? ofRange : ofPair;
    return ({ dataset: { leaf, row, column, a, b } }) => {
      if (a !== undefined) return cell(Number(a), Number(b));
      return [leaf, row, column].some((place) => place !== undefined && named(Number(place)));
    };
  }

  return { meaning, belonging };
})();
