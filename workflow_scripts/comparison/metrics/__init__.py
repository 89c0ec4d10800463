"""Metrics of how well heatmap and mask agree, one module each; comparison.metrics lists those that run.

An entry is a module with

- ``LABEL``: its name in tables and on the page, like "IoU";
- ``BETTER``: "higher" or "lower", the direction of better agreement;
- ``TAKES``: "mask" or "map", what its ``score`` is computed from;
- ``score(overlap, found, mask) -> float`` if it takes a mask: three areas in pixels, numbers of any kind that
  need not be whole: of the overlap, of the region found by thresholding the heatmap, and of the mask. The
  scores of the whole face and of a random region of the face need no further code;
- if it takes a map, one of

  - ``weights(heatmap, face, area) -> float64 (h, w)``, for scores that are sums over the mask's places: what
    each place adds to the score of a mask that has `area` places inside the face;
  - ``score(heatmap, mask, face) -> float``, for all others.

  heatmap: float64 (h, w), not the same everywhere on the canvas, though it may be inside the face; mask,
  face: bool (h, w). The score of the whole face is that of the face as a map: 1 inside, 0 outside. Such a
  metric has no random region to compare with. With `weights`, thousands of masks are scored at once, so
  that the score is tested against masks elsewhere in the face (`comparison.nulls`); with `score` it has no
  p value.

Every score must be finite, so an entry defines what 0 / 0 counts as; in the paper's four it counts as 0.
If it cannot score, it raises `StudyError` with the remedy. An entry computes nothing at import and imports
nothing heavy: one small job per heatmap loads it.

A user's own metric is ``path/to/file.py:function``: the function is its ``score`` and gives its columns their
name; the file also defines LABEL, BETTER and TAKES, and may define ``weights`` beside them.
"""
