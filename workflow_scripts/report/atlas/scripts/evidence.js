"use strict";

const evidenceView = {
  name: "evidence",
  title: "Evidence",
  choices: [],
  build(root) {
    dom.clear(root, dom.el("h2", {}, "Evidence"));
  },
  async show() {},
  exports: () => ({ name: "evidence", svg: null, picture: null, table: null }),
};
