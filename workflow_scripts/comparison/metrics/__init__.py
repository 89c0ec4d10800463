"""Metrics of how well heatmap and mask agree, one module each; comparison.metrics lists those that run.

An entry is a module with

- ``LABEL``: its name in tables and on the page, like "IoU";
- ``BETTER``: "higher" or "lower", the direction of better agreement;
- ``TAKES``: "mask" or "map", what its ``score`` is computed from;
- ``score(overlap, found, mask) -> float`` if it takes a mask: three areas in pixels, numbers of any kind that
  need not be whole: of the overlap, of the region found by thresholding the heatmap, and of the mask. The
  scores of the whole face and of a random region of the face need no further code;
- ``score(heatmap, mask, face) -> float`` if it takes a map: float64 (h, w), not the same everywhere, and
  two bool (h, w), the mask and the face. Such a metric has no chance value, and its score of the whole face
  is that of the face as a map: 1 inside, 0 outside.

Every score must be finite, so an entry defines what 0 / 0 counts as; in the paper's four it counts as 0.
If it cannot score, it raises `StudyError` with the remedy. An entry computes nothing at import and imports
nothing heavy: one small job per heatmap loads it.

A user's own metric is ``path/to/file.py:function``: the function is its ``score`` and gives its columns their
name; the file also defines LABEL, BETTER and TAKES.
"""
