"""Metrics of how well heatmap and mask agree, one module each; comparison.metrics lists those that run.

An entry is a module with

- ``LABEL``: what tables and the page call it, like "IoU";
- ``BETTER``: "higher" or "lower", the direction of better agreement;
- ``TAKES``: "mask" or "map", what its ``score`` is made of;
- ``score(overlap, found, mask) -> float`` where it takes a mask: three areas in pixels, numbers of any kind
  that need not be whole: of the region that is found by thresholding the heatmap, of the mask, and of their
  overlap. The score of the whole face and that of a random region of the face follow without more code;
- ``score(heatmap, mask, face) -> float`` where it takes a map: float64 (h, w), not the same everywhere, and
  two bool (h, w), the mask and the face. Such a metric has no chance value, and its score of the whole face
  is that of the face as a map: 1 inside, 0 outside.

Every score is a finite number, so an entry says what 0 / 0 counts as; in the paper's four it counts as 0.
It raises `StudyError` where it cannot score, with what to do. An entry computes nothing at import and
imports nothing heavy: one small job per heatmap loads it.

A user's own is ``path/to/file.py:function``: the function is its ``score``, whose name is that of its
columns; LABEL, BETTER and TAKES stand beside it in the file.
"""
