"use strict";

const compareView = {
  name: "compare",
  title: "Compare",
  choices: [],
  build(root) {
    dom.clear(root, dom.el("h2", {}, "Compare"));
  },
  async show() {},
  exports: () => ({ name: "compare", svg: null, picture: null, table: null }),
};
