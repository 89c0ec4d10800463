"""Architectures of networks, one module each; training.networks.<name>.architecture names one.

An entry is a module with ``build(input_shape, classes) -> keras.Model``, and ``SCALING``, a key of
`training.scaling.SCALINGS`: how its images are scaled from 0..255. The model takes float32 (b, s, s, 3)
and returns probabilities, float32 (b, classes), that sum to 1; it consists of Keras layers only. If it can
start from ImageNet weights, ``build`` also takes ``weights``: the path of the official file, or None. A
user's own ``path/to/file.py:function`` can replace an entry.
"""
