"""Registry of face detectors, named in config as `faces: detector`.

A detector module has one function, ``build_detector()``, which loads whatever the
detector needs, once per process, and returns a function from a grey uint8 image
(height, width) to its faces: float64 (n, 4), left, top, right, bottom in pixels,
integer = pixel centre, in any order; (0, 4) if there are none.
"""
