"use strict";

const overviewView = {
  name: "overview",
  title: "Overview",
  choices: [],
  build(root) {
    dom.clear(root, dom.el("h2", {}, "Overview"));
  },
  async show() {},
  exports: () => ({ name: "overview", svg: null, picture: null, table: null }),
};
