"use strict";

const takeaway = (() => ({ build() {}, problem(text) { console.error(text); } }))();
