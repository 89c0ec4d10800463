"use strict";

const similarityView = {
  name: "similarity",
  title: "Similarity",
  choices: [],
  build(root) {
    dom.clear(root, dom.el("h2", {}, "Similarity"));
  },
  async show() {},
  exports: () => ({ name: "similarity", svg: null, picture: null, table: null }),
};
