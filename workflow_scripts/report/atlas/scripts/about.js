"use strict";

const aboutView = {
  name: "about",
  title: "About",
  choices: [],
  build(root) {
    dom.clear(root, dom.el("h2", {}, "About"));
  },
  async show() {},
  exports: () => ({ name: "about", svg: null, picture: null, table: null }),
};
