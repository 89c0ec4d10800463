"use strict";

const exploreView = {
  name: "explore",
  title: "Explore",
  choices: [],
  build(root) {
    dom.clear(root, dom.el("h2", {}, "Explore"));
  },
  async show() {},
  exports: () => ({ name: "explore", svg: null, picture: null, table: null }),
};
